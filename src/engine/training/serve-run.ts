// The child's end of a run: a description comes in, events go out, and the run stops when it is asked to or left alone.
import { UserError } from "../../errors.js";
import { jsonOf } from "../../json.js";
import type { RunEvent } from "./run.js";

/** Throws UserError only for what it was given; all else that can be mended it tells itself, as its last event. */
export type Work = (description: unknown, emit: (event: RunEvent) => void, signal: AbortSignal) => Promise<void>;

/**
 * Serves one run over the channel of `child_process.fork`, or from standard input, as JSON, to standard output, one event a line.
 * SIGINT, SIGTERM, {"type":"cancel"} and the end of the channel abort it. So does silence: after {"type":"alive","milliseconds":…}
 * it must hear the same again within that time.
 */
export async function serveRun(work: Work): Promise<void> {
  const stop = new AbortController();
  process.on("SIGINT", () => stop.abort());
  process.on("SIGTERM", () => stop.abort());
  if (process.send === undefined) {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    const given = jsonOf(Buffer.concat(chunks).toString("utf8"));
    return run(work, given, (event) => void process.stdout.write(`${JSON.stringify(event)}\n`), stop.signal);
  }
  const send = process.send.bind(process);
  // Whoever started this is gone: save and stop, too.
  process.on("disconnect", () => stop.abort());
  let silence: NodeJS.Timeout | undefined;
  const description = await new Promise<unknown>((resolve) => {
    process.on("message", (message: { type: string; description?: unknown; milliseconds?: number }) => {
      if (message.type === "cancel") stop.abort();
      if (message.type === "run") resolve(message.description);
      if (message.type === "alive") {
        clearTimeout(silence);
        silence = setTimeout(() => {
          // After a long batch its timer comes before the words that waited meanwhile: they are read before a second one.
          silence = setTimeout(() => stop.abort(), 1).unref();
        }, message.milliseconds).unref();
      }
    });
  });
  await run(work, description, (event) => void (process.connected && send({ type: "event", event })), stop.signal);
  if (process.connected) process.disconnect();
}

async function run(work: Work, given: unknown, emit: (event: RunEvent) => void, signal: AbortSignal): Promise<void> {
  try {
    await work(given, emit, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    emit({ type: "stopped", why: "failed", code: error.code, message: error.message });
  }
}
