// The calculator's speed on one core: `npm run bench:network`. Medians after a warm-up; the whole way from text to counts.
import { memoryOf } from "../src/engine/network/memory.js";
import { countNetwork } from "../src/engine/network/network.js";

const QUESTION_2 = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";
const KERAS = `model = keras.Sequential([
  layers.Conv2D(32, 3, activation="relu", input_shape=(28, 28, 1)), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10),
])`;

function medianMs(rounds: number, work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const started = performance.now();
    work();
    return performance.now() - started;
  }).sort((a, b) => a - b);
  return times[Math.floor(rounds / 2)] ?? Number.NaN;
}

const firstStarted = performance.now();
countNetwork("resnet152");
const first = performance.now() - firstStarted;
console.log(`resnet152, first in the process: ${first.toFixed(1)} ms`);
for (const [name, network] of [
  ["question 2", QUESTION_2],
  ["Keras code of four layers", KERAS],
  ["resnet50", "resnet50"],
  ["resnet152", "resnet152"],
  ["densenet121", "densenet121"],
] as const) {
  medianMs(50, () => countNetwork(network));
  const ms = medianMs(400, () => countNetwork(network));
  const memory = medianMs(400, () => memoryOf(countNetwork(network)));
  console.log(
    `${name}: counted in ${ms.toFixed(3)} ms (${Math.round(1000 / ms).toLocaleString("en")} a second), with memory ${memory.toFixed(3)} ms`,
  );
}
