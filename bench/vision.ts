// A photo and a page, JPEGs of 1024 × 768, from their bytes to the answer, in turn with Python's peers; pictures a second under 32 requests at
// once; start and memory.
//   npm run bench:vision -- --python PYTHON [--threads 2] [--rounds 9] [--each 20]
// PYTHON has onnxruntime, pillow and torch; without it ours is measured alone.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { ModelRegistry, SHIPPED_MODELS } from "../src/engine/models/registry.js";
import { Classifier } from "../src/engine/vision/classify.js";
import { decode } from "../src/engine/vision/decode.js";
import { prepareCover } from "../src/engine/vision/prepare.js";
import { Serving } from "../src/engine/vision/serve.js";
import { Sessions } from "../src/engine/vision/sessions.js";
import { writtenPage } from "./vision/pages.js";
import { photoLike } from "./vision/photo-like.js";

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "9" },
    each: { type: "string", default: "20" },
  },
});
const [threads, rounds, each] = [Number(values.threads), Number(values.rounds), Number(values.each)];
const AT_ONCE = 32;

interface Times {
  readonly whole: number[];
  readonly alone: number[];
}

const folder = mkdtempSync(join(tmpdir(), "convo-vision-"));
const file = join(folder, "photo.jpg");
const jpeg = await photoLike(1);
writeFileSync(file, jpeg);
const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS), { sessions: new Sessions({ threads }) });
const classifier = new Classifier(serving);
const flowers = await serving.lease("flowers");
const onnx = join(SHIPPED_MODELS, "flowers", flowers.manifest.version, "model.onnx");

const { jpeg: page } = await writtenPage(1, "medium");

const contestants: Record<string, (count: number) => Promise<Times>> = {
  "Convo, flowers": ours,
  "Convo, auto": (count) => auto(jpeg, count),
  "Convo, auto, a page with a number": (count) => auto(page, count),
};
const peers: ChildProcess[] = [];
for (const kind of values.python === undefined ? [] : (["onnx", "torch"] as const)) {
  contestants[kind === "onnx" ? "Pillow + ONNX Runtime" : "Pillow + PyTorch"] = await peer(values.python ?? "", kind);
}
for (const run of Object.values(contestants)) await run(5);
const seen = new Map(Object.keys(contestants).map((name) => [name, [] as Times[]]));
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(contestants)) seen.get(name)?.push(await run(each));
}

console.log(
  `${rounds} rounds of ${each} pictures, ${threads} threads; ratios: Convo, flowers / this one, of each round, median (lowest to highest)`,
);
console.log("| | median | p99 | inference alone | ratio | ratio, inference |\n|---|--:|--:|--:|--:|--:|");
const mine = seen.get("Convo, flowers") ?? [];
for (const [name, times] of seen) {
  const [whole, alone] = [times.flatMap((one) => one.whole), times.flatMap((one) => one.alone)];
  const ratios = (part: keyof Times) =>
    spread(times.map((one, at) => middle(mine[at]?.[part] ?? []) / middle(one[part])));
  const cells = [middle(whole), quantile(whole, 0.99), middle(alone)].map((ms) =>
    Number.isNaN(ms) ? "–" : `${ms.toFixed(1)} ms`,
  );
  console.log(`| ${name} | ${cells.join(" | ")} | ${ratios("whole")} | ${ratios("alone")} |`);
}

for (const child of peers) child.kill();
console.log(
  `\n${AT_ONCE} requests at once: ${(await atOnce(jpeg, "flowers")).toFixed(1)} images/s (flowers), ${(await atOnce(jpeg)).toFixed(1)} (auto), ${(await atOnce(page)).toFixed(1)} (auto, pages)`,
);
const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
console.log(`peak memory of this process: ${(Number(peak) / 1024).toFixed(0)} MB`);
const starts = Array.from({ length: 5 }, () => {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ["dist/main.js", "classify", "--jsonl", file], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - began;
});
console.log(`convo classify, the whole process: ${middle(starts).toFixed(0)} ms (${spread(starts, 0)})`);
await flowers.done();
await classifier.close();
await serving.close();
rmSync(folder, { recursive: true });

async function ours(count: number): Promise<Times> {
  const pixels = await prepareCover(await decode(jpeg), flowers.manifest.preprocessing);
  const times: Times = { whole: [], alone: [] };
  for (let index = 0; index < count; index++) {
    const began = performance.now();
    await classifier.classify(jpeg, "flowers");
    const answered = performance.now();
    await flowers.ask(pixels, 1);
    times.whole.push(answered - began);
    times.alone.push(performance.now() - answered);
  }
  return times;
}

async function auto(picture: Buffer, count: number): Promise<Times> {
  const times: Times = { whole: [], alone: [] };
  for (let index = 0; index < count; index++) {
    const began = performance.now();
    await classifier.classify(picture);
    times.whole.push(performance.now() - began);
  }
  return times;
}

async function peer(python: string, kind: "onnx" | "torch"): Promise<(count: number) => Promise<Times>> {
  const child = spawn(python, ["bench/peers/classify_flowers.py", kind, String(threads), file, onnx], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  peers.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  console.log(`${kind} ${(await lines.next()).value}`);
  return async (count) => {
    child.stdin.write(`${count}\n`);
    const [whole, alone] = JSON.parse(String((await lines.next()).value)) as [number[], number[]];
    return { whole, alone };
  };
}

/** Images a second while `AT_ONCE` are asked for all the time. */
async function atOnce(picture: Buffer, choice?: "flowers"): Promise<number> {
  const began = performance.now();
  let left = AT_ONCE * 5;
  const asker = async (): Promise<void> => {
    while (left-- > 0) await classifier.classify(picture, choice);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, asker));
  return (AT_ONCE * 5 * 1000) / (performance.now() - began);
}

function quantile(list: readonly number[], share: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function middle(list: readonly number[]): number {
  return quantile(list, 0.5);
}

function spread(list: readonly number[], digits = 2): string {
  if (list.some(Number.isNaN)) return "–";
  return `${middle(list).toFixed(digits)} (${Math.min(...list).toFixed(digits)} to ${Math.max(...list).toFixed(digits)})`;
}
