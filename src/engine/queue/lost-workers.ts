// Finds workers that are gone, and frees their devices: their runs wait again, or are over where they must not be tried once more.
import { isAlive, processSpace, thisProcess } from "../living.js";
import { type Lease, leaseOf, released, runOn } from "./board.js";
import type { Records } from "./records.js";
import type { QueuedRun } from "./run.js";

/** This process, as others of its machine find it; undefined where they could not. */
export async function holderHere(): Promise<Lease["holder"]> {
  const space = await processSpace();
  return space === undefined ? undefined : { ...(await thisProcess()), space };
}

/**
 * A worker of this machine is gone when its process is. Any other is when its beat has not changed for `patience` ms of this process's
 * own clock: clocks of two machines are never compared. @returns one look; to be taken again and again
 */
export function watchWorkers(
  records: Records,
  patience: number,
  now: () => number,
): () => Promise<readonly QueuedRun[]> {
  const seen = new Map<string, { readonly token: string; readonly beat: number; readonly since: number }>();

  const isGone = async (device: string, { token, beat, holder }: Lease): Promise<boolean> => {
    if (holder !== undefined && holder.space === (await processSpace()) && !(await isAlive(holder))) return true;
    const clock = performance.now();
    const before = seen.get(device);
    if (before?.token === token && before.beat === beat) return clock - before.since >= patience;
    seen.set(device, { token, beat, since: clock });
    return false;
  };

  return async () => {
    const board = await records.read();
    for (const device of seen.keys()) if (leaseOf(board, device) === undefined) seen.delete(device);
    const freed: QueuedRun[] = [];
    for (const [device, lease] of Object.entries(board.leases)) {
      if (!(await isGone(device, lease))) continue;
      let run: QueuedRun | undefined;
      await records.update((current) => {
        const held = leaseOf(current, device);
        run = undefined;
        // It was heard of after all, or another was quicker.
        if (held?.token !== lease.token || held.beat !== lease.beat) return undefined;
        const after = released(current, device, now());
        run = runOn(after, lease.run);
        return after;
      });
      if (run !== undefined) freed.push(run);
    }
    await records.tidy(board);
    return freed;
  };
}
