// An orderly end on a signal, which may take its time but not for ever.
import type { Log } from "../log.js";

/** An orderly end takes no longer; what hangs is cut off. Milliseconds. */
const LONGEST_SHUTDOWN = 10_000;

export function endOnSignal(log: Log, end: () => Promise<void>): void {
  let ending = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (ending) return;
      ending = true;
      log.info({ signal }, "ending");
      setTimeout(() => process.exit(1), LONGEST_SHUTDOWN).unref();
      end().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, "the end was not orderly");
          process.exit(1);
        },
      );
    });
  }
}
