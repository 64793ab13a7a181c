// The calculator's speed on one core, compiled as it ships: `npm run bench:network`. From text to every count, the diagram of
// ResNet-50, and the slowest refusals of texts that were written to keep it busy. Medians after a warm-up.
import { pathToFileURL } from "node:url";
import { hostileTexts } from "./network-hostile.js";

const compiled = (path: string) => import(pathToFileURL(`${import.meta.dirname}/../dist/${path}`).href);
const { countNetwork }: typeof import("../src/engine/network/network.js") = await compiled("engine/network/network.js");
const { memoryOf }: typeof import("../src/engine/network/memory.js") = await compiled("engine/network/memory.js");
const { networkPng }: typeof import("../src/charts/network.js") = await compiled("charts/network.js");
const { networkChart }: typeof import("../src/commands/network.js") = await compiled("commands/network.js");

const QUESTION_2 = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";
const KERAS = `model = keras.Sequential([
  layers.Conv2D(32, 3, activation="relu", input_shape=(28, 28, 1)), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10),
])`;

/** Milliseconds of each round, quickest first. */
function timed(rounds: number, work: () => unknown): number[] {
  return Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  }).sort((a, b) => a - b);
}

function middle(times: readonly number[]): number {
  return times[Math.floor(times.length / 2)] ?? Number.NaN;
}

function refusalOf(text: string): string {
  try {
    countNetwork(text);
    return "counted";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

const [first = Number.NaN] = timed(1, () => countNetwork("resnet152"));
console.log(`resnet152, first in the process: ${first.toFixed(1)} ms`);
for (const [name, network] of [
  ["question 2", QUESTION_2],
  ["Keras code of four layers", KERAS],
  ["resnet50", "resnet50"],
  ["resnet152", "resnet152"],
  ["densenet121", "densenet121"],
] as const) {
  timed(50, () => countNetwork(network));
  const ms = middle(timed(400, () => countNetwork(network)));
  const memory = middle(timed(400, () => memoryOf(countNetwork(network))));
  console.log(
    `${name}: counted in ${ms.toFixed(3)} ms (${Math.round(1000 / ms).toLocaleString("en")} a second), with memory ${memory.toFixed(3)} ms`,
  );
}

const drawn: number[] = [];
for (let round = 0; round < 31; round++) {
  const started = performance.now();
  await networkPng(networkChart("resnet50"));
  drawn.push(performance.now() - started);
}
const [cold = Number.NaN] = drawn.splice(0, 1);
drawn.sort((a, b) => a - b);
console.log(
  `diagram of resnet50, text to PNG: first ${cold.toFixed(0)} ms, then ${middle(drawn).toFixed(0)} ms, slowest ${drawn.at(-1)?.toFixed(0)} ms`,
);

const refusals = hostileTexts().map(([name, text]) => {
  const [unprepared = Number.NaN] = timed(1, () => refusalOf(text));
  const times = timed(15, () => refusalOf(text));
  return { name, code: refusalOf(text), unprepared, median: middle(times), slowest: times.at(-1) ?? Number.NaN };
});
for (const { name, code, unprepared, median, slowest } of refusals.toSorted((a, b) => b.median - a.median))
  console.log(
    `${name} (${code}): ${median.toFixed(1)} ms, first ${unprepared.toFixed(1)} ms, slowest of 15 more ${slowest.toFixed(1)} ms`,
  );
