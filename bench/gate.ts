// How often the gate errs on simulated models, and how long it takes over MNIST: npm run bench:gate [-- --mnist DIR]
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CLASS_MARGIN, compare, MARGIN, type Paired } from "../src/engine/gate/compare.js";
import { measure } from "../src/engine/gate/measure.js";
import { ModelRegistry } from "../src/engine/models/registry.js";
import { seededRandom } from "../src/engine/training/random.js";

const { values } = parseArgs({
  options: { gates: { type: "string", default: "1000" }, mnist: { type: "string", default: "../shared/data/mnist" } },
});
const gates = Number(values.gates);

/** Pairs of which a share `differ`, in the candidate's favour by `difference` net. */
function drawn(images: number, difference: number, differ: number, seed: string): Paired[] {
  const random = seededRandom(seed);
  return Array.from({ length: images }, () => {
    const at = random.next();
    if (at < (differ - difference) / 2) return { label: "all", candidate: false, champion: true };
    if (at < differ) return { label: "all", candidate: true, champion: false };
    return { label: "all", candidate: true, champion: true };
  });
}

function passing(images: number, difference: number, differ: number, margin: number): string {
  let passed = 0;
  for (let gate = 0; gate < gates; gate++) {
    const { difference: found } = compare(drawn(images, difference, differ, `${images} ${difference} ${gate}`), gate);
    passed += Number(found.low > margin);
  }
  return `${((100 * passed) / gates).toFixed(1)} %`;
}

console.log(
  `| pictures | they differ on | worse by the margin (1 point) | equal | better by 1 point |\n|--:|--:|--:|--:|--:|`,
);
for (const [images, differ] of [
  [500, 0.08],
  [500, 0.03],
  [2000, 0.03],
  [5000, 0.02],
] as const) {
  const shares = [MARGIN, 0, -MARGIN].map((difference) => passing(images, difference, differ, MARGIN));
  console.log(`| ${images} | ${100 * differ} % | ${shares.join(" | ")} |`);
}
console.log(`\n| pictures of the class | they differ on | worse by the margin (5 points) | equal |\n|--:|--:|--:|--:|`);
for (const [images, differ] of [
  [50, 0.08],
  [100, 0.08],
  [500, 0.08],
] as const) {
  const shares = [CLASS_MARGIN, 0].map((difference) => passing(images, difference, differ, CLASS_MARGIN));
  console.log(`| ${images} | ${100 * differ} % | ${shares.join(" | ")} |`);
}

if (existsSync(values.mnist)) {
  const folder = mkdtempSync(join(tmpdir(), "convo-gate-bench-"));
  const { folder: model } = await new ModelRegistry(folder).find("digits");
  const began = performance.now();
  const found = await measure({ data: values.mnist, seed: 1, gates: folder, candidate: model, champion: model });
  const seconds = (performance.now() - began) / 1000;
  const memory = process.resourceUsage().maxRSS / 1024;
  const images = found.kind === "compared" ? found.comparison.images : found.images;
  console.log(
    `\nMNIST, both the digits model that ships, cutting the gate included: ${images} pictures in ${seconds.toFixed(1)} s, peak ${memory.toFixed(0)} MB`,
  );
  rmSync(folder, { recursive: true });
}
