// How many numbers on made pages are read whole, by difficulty, and how many digits have their box.
//   npm run bench:pages [-- --from 90000 --pages 40 --only "desk,blank sheet" --verbose]
import { parseArgs } from "node:util";
import { ModelRegistry, SHIPPED_MODELS } from "../src/engine/models/registry.js";
import { Classifier } from "../src/engine/vision/classify.js";
import type { ReadDigit } from "../src/engine/vision/opinions.js";
import { Serving } from "../src/engine/vision/serve.js";
import { Sessions } from "../src/engine/vision/sessions.js";
import { deskPage } from "./vision/desks.js";
import { DIFFICULTIES, writtenPage } from "./vision/pages.js";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "90000" },
    pages: { type: "string", default: "40" },
    only: { type: "string" },
    verbose: { type: "boolean" },
  },
});
const [from, pages] = [Number(values.from), Number(values.pages)];
const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS), {
  sessions: new Sessions({ threads: 1 }),
});
const classifier = new Classifier(serving);

interface Page {
  readonly jpeg: Buffer;
  readonly number: string;
  readonly boxes: readonly ReadDigit["box"][];
}
const ROWS: readonly { readonly name: string; readonly page: (seed: number) => Promise<Page> }[] = [
  ...DIFFICULTIES.map((name) => ({ name, page: (seed: number) => writtenPage(seed, name) })),
  { name: "desk", page: (seed) => deskPage(seed) },
  { name: "blank sheet", page: (seed) => deskPage(seed, { blank: true }) },
];
const wished = values.only?.split(",") ?? ROWS.map(({ name }) => name);

console.log(
  "| pages | whole number right | digits boxed | sure | neither | sure and wrong |\n|---|--:|--:|--:|--:|--:|",
);
for (const { name, page: made } of ROWS.filter((row) => wished.includes(row.name))) {
  let [right, sure, neither, wrong, boxed, digits] = [0, 0, 0, 0, 0, 0];
  for (let seed = from; seed < from + pages; seed++) {
    const page = await made(seed);
    const answer = await classifier.classify(page.jpeg, "digits");
    // On a blank sheet, nothing is right.
    const isRight = page.number === "" ? answer.verdict === "neither" : answer.top[0]?.label === page.number;
    if (isRight) right++;
    if (answer.verdict === "sure") sure++;
    if (answer.verdict === "neither") neither++;
    if (answer.verdict === "sure" && !isRight) wrong++;
    if (values.verbose === true && (!isRight || answer.verdict !== "sure")) {
      console.log(
        `  ${name} ${seed}: ${page.number || "nothing"}, read ${answer.top[0]?.label ?? "nothing"}, ${answer.verdict}`,
      );
    }
    digits += page.boxes.length;
    boxed += page.boxes.filter((box) => (answer.digits ?? []).some((found) => overlap(found.box, box) > 0.5)).length;
  }
  const share = (count: number, of: number) => (of === 0 ? "–" : `${((100 * count) / of).toFixed(1)} %`);
  const cells = [
    share(right, pages),
    share(boxed, digits),
    share(sure, pages),
    share(neither, pages),
    share(wrong, pages),
  ];
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}
await classifier.close();
await serving.close();

/** Intersection over union. */
function overlap([ax, ay, aw, ah]: ReadDigit["box"], [bx, by, bw, bh]: ReadDigit["box"]): number {
  const wide = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const high = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  if (wide <= 0 || high <= 0) return 0;
  return (wide * high) / (aw * ah + bw * bh - wide * high);
}
