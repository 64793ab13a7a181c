// Numbers with points, signs and slashes beside the digits: how many answers are sure, and whether dust or paper counts as a mark.
//   npm run bench:marks [-- --from 90000 --pages 40]
import { parseArgs } from "node:util";
import { ModelRegistry, SHIPPED_MODELS } from "../src/engine/models/registry.js";
import { Classifier } from "../src/engine/vision/classify.js";
import { Serving } from "../src/engine/vision/serve.js";
import { Sessions } from "../src/engine/vision/sessions.js";
import { dustyPage, MARKED_KINDS, markedPage } from "./vision/marked.js";
import { DIFFICULTIES, writtenPage } from "./vision/pages.js";

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "90000" },
    pages: { type: "string", default: "40" },
    verbose: { type: "boolean" },
  },
});
const [from, pages] = [Number(values.from), Number(values.pages)];
const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS), {
  sessions: new Sessions({ threads: 1 }),
});
const classifier = new Classifier(serving);
const ROWS = [
  ...MARKED_KINDS.map((name) => ({ name: `with marks: ${name}`, page: (seed: number) => markedPage(name, seed) })),
  { name: "dust", page: dustyPage },
  ...DIFFICULTIES.map((name) => ({
    name,
    page: async (seed: number) => {
      const { jpeg, number } = await writtenPage(seed, name);
      return { jpeg, text: number };
    },
  })),
];

console.log("| pages | sure | marks seen | marks seen, digits likely (0.9 and more) |\n|---|--:|--:|--:|");
for (const { name, page } of ROWS) {
  let [sure, marked, lost] = [0, 0, 0];
  for (let seed = from; seed < from + pages; seed++) {
    const { jpeg, text } = await page(seed);
    const { verdict, hasMarks, top } = await classifier.classify(jpeg, "digits");
    if (verdict === "sure") sure++;
    if (hasMarks === true) marked++;
    // What was dropped in silence before.
    if (hasMarks === true && verdict === "unsure" && (top[0]?.probability ?? 0) >= 0.9) lost++;
    const isMarked = /\D/.test(text);
    if (values.verbose === true && isMarked !== (hasMarks === true)) {
      console.log(`  ${name} ${seed}: ${text}, read ${top[0]?.label ?? "nothing"}, ${verdict}`);
    }
  }
  const share = (count: number) => `${((100 * count) / pages).toFixed(1)} %`;
  console.log(`| ${name} | ${share(sure)} | ${share(marked)} | ${share(lost)} |`);
}
await classifier.close();
await serving.close();
