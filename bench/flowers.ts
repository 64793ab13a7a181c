// Phase 1 of the recipe `flowers`, piece by piece and as a whole, beside the same in Keras. Needs ../shared and, for the peer,
// CONVO_TEST_PYTHON (a Python with tensorflow-cpu). `--quick`: a few images, to see that it works; its figures mean nothing.
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chain, imageShape } from "../src/engine/training/backbones/backbone.js";
import { startBatchWorkers } from "../src/engine/training/data/batch-workers.js";
import { fixedBatches } from "../src/engine/training/data/batches.js";
import type { DataSet } from "../src/engine/training/data/data-set.js";
import { openImageFolder } from "../src/engine/training/data/image-folder.js";
import { openBackboneSession } from "../src/engine/training/features/backbone-session.js";
import { frozenFeatures } from "../src/engine/training/features/features.js";
import { startRun } from "../src/engine/training/start-run.js";
import { pretrainedBackbone } from "../src/engine/training/weights/pretrained.js";
import "@tensorflow/tfjs-backend-cpu";
import { readdirSync } from "node:fs";

const SIDE = 224;
const BATCH = 32;
const quick = process.argv.includes("--quick");
const EPOCHS = quick ? 2 : 40;
const IMAGES = quick ? 128 : 1024;
const shared = resolve(import.meta.dirname, "../../shared/data");
const folder = join(shared, "flowers/flower_photos_256");
process.env.CONVO_WEIGHTS ??= join(shared, "weights");
const temporary = await mkdtemp(join(tmpdir(), "bench-flowers-"));

try {
  const data = await openImageFolder(folder, { seed: 1 });
  await pieces(data);
  const ours = await wholePhase();
  console.log(`phase 1, whole, from the command to the last epoch of the head: ${ours.toFixed(1)} s`);
  const theirs = keras(data);
  if (theirs !== undefined) console.log(`Keras: ${JSON.stringify(theirs)}`);
  if (theirs !== undefined && !quick) console.log(`ours / Keras: ${(ours / theirs.whole).toFixed(2)}`);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

/** Images a second: ONNX Runtime alone on decoded tensors, and from files to features on disk. */
async function pieces(data: DataSet): Promise<void> {
  const { backbone, place, hash } = await pretrainedBackbone("mobilenetv2");
  const frozen = chain("backbone", imageShape(SIDE), backbone.blocks);
  place();
  const session = await openBackboneSession(frozen);
  const tensor = Float32Array.from({ length: BATCH * SIDE * SIDE * 3 }, (_, at) => Math.sin(at));
  const shape = [BATCH, SIDE, SIDE, 3];
  await session.run(tensor, shape);
  const rates: number[] = [];
  for (let round = 0; round < (quick ? 3 : 15); round++) {
    const began = performance.now();
    await session.run(tensor, shape);
    rates.push((1000 * BATCH) / (performance.now() - began));
  }
  await session.close();
  console.log(
    `decoded tensors: ${median(rates).toFixed(0)} images a second (median of ${rates.length} batches of ${BATCH})`,
  );

  const part: DataSet = { ...data, splits: { ...data.splits, train: data.splits.train.slice(0, IMAGES) } };
  const workers = startBatchWorkers(part);
  const picture = { dataSet: part, split: "train", batchSize: BATCH, height: SIDE, width: SIDE, channels: 3 } as const;
  const began = performance.now();
  const { computed } = await frozenFeatures({
    frozen,
    split: "train",
    images: part.splits.train.length,
    batch: BATCH,
    key: { hash, bench: began },
    cache: temporary,
    batches: (skip) => fixedBatches({ ...picture, preprocess: backbone.preprocessing, workers, skip }),
  });
  console.log(
    `from files: ${((1000 * computed) / (performance.now() - began)).toFixed(0)} images a second (${computed} images)`,
  );
  await workers.close();
}

/** Seconds of `convo train flowers` with an empty cache until the head is trained; the test split is not looked at. */
async function wholePhase(): Promise<number> {
  process.env.XDG_CACHE_HOME = join(temporary, "cache");
  const began = performance.now();
  const run = startRun({
    v: 1,
    id: "bench",
    recipe: "flowers",
    model: "flowers",
    data: folder,
    folder: join(temporary, "run"),
    models: join(temporary, "models"),
    seed: 1,
    settings: { from: "none", headEpochs: EPOCHS + 1 },
  });
  let seconds = 0;
  for await (const event of run.events) {
    if (event.type === "epoch" && event.epoch === EPOCHS) {
      seconds = (performance.now() - began) / 1000;
      console.log(
        `  ${event.seconds.toFixed(2)} s an epoch of the head, validation ${(100 * event.validationAccuracy).toFixed(1)} %`,
      );
      run.cancel();
    }
    if (event.type === "note" && event.code === "features") console.log(`  ${event.message}`);
    if (event.type === "stopped" && event.why === "failed") throw new Error(event.message);
  }
  return seconds;
}

function keras(data: DataSet): { whole: number } | undefined {
  const python = process.env.CONVO_TEST_PYTHON;
  if (python === undefined) {
    console.log("Keras: not measured, CONVO_TEST_PYTHON is not set.");
    return undefined;
  }
  const place = join(process.env.CONVO_WEIGHTS ?? "", "mobilenet_v2_1.0_224_notop");
  const weights = readdirSync(place).find((name) => name.endsWith(".h5")) ?? "";
  const pairs = (split: "train" | "validation") => data.splits[split].map(({ id, label }) => [id, label]);
  const job = {
    folder,
    weights: join(place, weights),
    train: quick ? pairs("train").slice(0, IMAGES) : pairs("train"),
    validation: quick ? pairs("validation").slice(0, IMAGES) : pairs("validation"),
    epochs: EPOCHS,
    classes: data.labels.length,
  };
  const done = spawnSync(python, [join(import.meta.dirname, "peers/keras_flowers.py")], {
    input: JSON.stringify(job),
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (done.status !== 0) throw new Error(done.stderr.slice(-2000));
  return JSON.parse(done.stdout);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
