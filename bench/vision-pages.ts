// How many numbers on made pages are read whole, by difficulty, and how many digits have their box.
//   npm run bench:pages [-- --from 90000 --pages 40]
import { parseArgs } from "node:util";
import { ModelRegistry, SHIPPED_MODELS } from "../src/engine/models/registry.js";
import { Classifier } from "../src/engine/vision/classify.js";
import type { ReadDigit } from "../src/engine/vision/opinions.js";
import { Serving } from "../src/engine/vision/serve.js";
import { Sessions } from "../src/engine/vision/sessions.js";
import { DIFFICULTIES, writtenPage } from "./vision/pages.js";

const { values } = parseArgs({
  options: { from: { type: "string", default: "90000" }, pages: { type: "string", default: "40" } },
});
const [from, pages] = [Number(values.from), Number(values.pages)];
const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS), {
  sessions: new Sessions({ threads: 1 }),
});
const classifier = new Classifier(serving);

console.log(
  "| pages | whole number right | digits boxed | sure | neither | sure and wrong |\n|---|--:|--:|--:|--:|--:|",
);
for (const difficulty of DIFFICULTIES) {
  let [right, sure, neither, wrong, boxed, digits] = [0, 0, 0, 0, 0, 0];
  for (let seed = from; seed < from + pages; seed++) {
    const page = await writtenPage(seed, difficulty);
    const answer = await classifier.classify(page.jpeg, "digits");
    const isRight = answer.top[0]?.label === page.number;
    if (isRight) right++;
    if (answer.verdict === "sure") sure++;
    if (answer.verdict === "neither") neither++;
    if (answer.verdict === "sure" && !isRight) wrong++;
    digits += page.boxes.length;
    boxed += page.boxes.filter((box) => (answer.digits ?? []).some((found) => overlap(found.box, box) > 0.5)).length;
  }
  const share = (count: number, of: number) => `${((100 * count) / of).toFixed(1)} %`;
  const cells = [
    share(right, pages),
    share(boxed, digits),
    share(sure, pages),
    share(neither, pages),
    share(wrong, pages),
  ];
  console.log(`| ${difficulty} | ${cells.join(" | ")} |`);
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
