// A worker as a process of its own, for the tests that kill, stop or suspend it. Run as: node worker.mjs JSON.
import { fileURLToPath } from "node:url";
import { openQueue } from "../../../../dist/engine/queue/queue.js";
import { startWorker } from "../../../../dist/engine/queue/worker.js";
import { startProcess } from "../../../../dist/engine/training/start-run.js";
import { openStore } from "../../../../dist/store/open.js";

const { url, lease, runsFolder } = JSON.parse(process.argv[2]);
const apprentice = fileURLToPath(new URL("apprentice.mjs", import.meta.url));
const store = await openStore({ url });
const say = (about, text) => process.stdout.write(`${JSON.stringify({ text, ...about, err: about.err?.stack })}\n`);
const worker = startWorker({
  queue: openQueue({ store, lease }),
  log: { info: say, warn: say, error: say },
  registryFor: () => runsFolder,
  runsFolder,
  train: (description) => startProcess(apprentice, description),
});
process.on("SIGTERM", async () => {
  await worker.stop();
  await store.close();
  process.exit(0);
});
