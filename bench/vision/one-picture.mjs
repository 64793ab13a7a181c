// One process for hostile pictures: models loaded and warm, then every file classified; a line of JSON for each, and the peak memory.
//   node bench/vision/one-picture.mjs FILE…   (compiled code: npm run build)
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { ModelRegistry, SHIPPED_MODELS } from "../../dist/engine/models/registry.js";
import { Classifier } from "../../dist/engine/vision/classify.js";
import { Serving } from "../../dist/engine/vision/serve.js";

const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS));
const classifier = new Classifier(serving);
const probe = await sharp({ create: { width: 90, height: 90, channels: 3, background: "#c84" } })
  .png()
  .toBuffer();
await classifier.classify(probe);
const version = (await serving.lease("digits")).manifest.version;
for (const file of process.argv.slice(2)) {
  const bytes = await readFile(file);
  const began = performance.now();
  const outcome = await classifier.classify(bytes).then(
    ({ verdict }) => ({ outcome: "answer", verdict }),
    (error) => ({ outcome: error.code ?? `bug: ${error.message}` }),
  );
  const ms = performance.now() - began;
  // `resourceUsage().maxRSS` would be the parent's where that is larger: it survives fork and exec.
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  process.stdout.write(`${JSON.stringify({ ...outcome, ms, megabytes: Number(kilobytes) / 1024 })}\n`);
}
// Still alive, and the same model in service.
await classifier.classify(probe);
const same = (await serving.lease("digits")).manifest.version === version;
process.stdout.write(`${JSON.stringify({ alive: same })}\n`);
await classifier.close();
await serving.close();
