// Images per second of augmentation on one core, and of whole batches as training gets them, first epoch (decoding) and second.
// npx tsx bench/batches.ts [FLOWERS_FOLDER]; without a folder of photos, digits and drawn pictures only.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { augment } from "../src/engine/training/data/augment.js";
import { startBatchWorkers } from "../src/engine/training/data/batch-workers.js";
import { batchSource } from "../src/engine/training/data/batches.js";
import type { Pixels } from "../src/engine/training/data/data-set.js";
import { openImageFolder } from "../src/engine/training/data/image-folder.js";
import { seededRandom } from "../src/engine/training/random.js";

const random = seededRandom(1);
const noise = (height: number, width: number, channels: 1 | 3): Pixels => ({
  data: Uint8Array.from({ length: height * width * channels }, () => random.below(256)),
  height,
  width,
  channels,
});
const [digit, photo] = [noise(28, 28, 1), noise(224, 300, 3)];

function rate(count: number, work: () => unknown): string {
  for (let warm = 0; warm < count / 10; warm++) work();
  const began = performance.now();
  for (let at = 0; at < count; at++) work();
  return ((1000 * count) / (performance.now() - began)).toFixed(0);
}

console.log(`digits, one core: ${rate(20_000, () => augment(digit, [28, 28], random, { kind: "digits" }))} images/s`);
console.log(
  `photos 224, one core: ${rate(500, () => augment(photo, [224, 224], random, { kind: "photos" }))} images/s`,
);

const [folder] = process.argv.slice(2);
if (folder !== undefined) {
  const cache = mkdtempSync(join(tmpdir(), "convo-bench-"));
  const open = performance.now();
  const dataSet = await openImageFolder(folder, { cache });
  console.log(`opened, nothing in the cache: ${((performance.now() - open) / 1000).toFixed(1)} s`);
  const workers = startBatchWorkers(dataSet, { workers: 2 });
  for (const epoch of [1, 2]) {
    const began = performance.now();
    let images = 0;
    for await (const { labels } of batchSource({
      dataSet,
      split: "train",
      batchSize: 32,
      seed: 1,
      epoch,
      shuffle: true,
      height: 224,
      width: 224,
      channels: 3,
      preprocess: { scale: 1 / 127.5, offset: -1, order: "rgb" },
      augment: { kind: "photos" },
      workers,
    })) {
      images += labels.length;
    }
    const seconds = (performance.now() - began) / 1000;
    console.log(`batches of photos 224, two workers, epoch ${epoch}: ${(images / seconds).toFixed(0)} images/s`);
  }
  await workers.close();
}
