// The trainer as a process: reads one run description as JSON from standard input, writes one event a line to standard output
// (or sends both over the channel of `child_process.fork`). SIGINT, SIGTERM or {"type":"cancel"} save a checkpoint and stop.
// So does silence: after {"type":"alive","milliseconds":…} it must hear the same again within that time.

import { UserError } from "../../errors.js";
import { jsonOf } from "../../json.js";
import { carryOut } from "./carry-out.js";
import { readDescription } from "./description.js";
import type { RunEvent } from "./run.js";

const stop = new AbortController();
process.on("SIGINT", () => stop.abort());
process.on("SIGTERM", () => stop.abort());

if (process.send === undefined) {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  await run(jsonOf(Buffer.concat(chunks).toString("utf8")), (event) => {
    process.stdout.write(`${JSON.stringify(event)}\n`);
  });
} else {
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
        silence = setTimeout(() => stop.abort(), message.milliseconds).unref();
      }
    });
  });
  await run(description, (event) => {
    if (process.connected) send({ type: "event", event });
  });
  if (process.connected) process.disconnect();
}

async function run(given: unknown, emit: (event: RunEvent) => void): Promise<void> {
  try {
    await carryOut(readDescription(given), emit, stop.signal);
  } catch (error) {
    // A description that is wrong; all else that can be mended is told by the run itself.
    if (!(error instanceof UserError)) throw error;
    emit({ type: "stopped", why: "failed", code: error.code, message: error.message });
  }
}
