// A wait to race against; it keeps no process alive.

/** @param time milliseconds */
export function after(time: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), time).unref());
}
