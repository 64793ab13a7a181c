// What is answered without being told which model to ask: the flowers' validation photos and made pages, counted by verdict.
//   npx tsx bench/vision-auto.ts --data ../shared/data/flowers/flower_photos_256 [--from 90000] [--pages 30]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ModelRegistry, SHIPPED_MODELS } from "../src/engine/models/registry.js";
import { openDataSet } from "../src/engine/training/data/open.js";
import { type Classification, Classifier } from "../src/engine/vision/classify.js";
import { Serving } from "../src/engine/vision/serve.js";
import { Sessions } from "../src/engine/vision/sessions.js";
import { DIFFICULTIES, writtenPage } from "./vision/pages.js";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    from: { type: "string", default: "90000" },
    pages: { type: "string", default: "30" },
  },
});
if (values.data === undefined) throw new Error("--data FOLDER: the flowers' photos, a folder a class.");
const serving = new Serving(new ModelRegistry("/nonexistent", SHIPPED_MODELS), {
  sessions: new Sessions({ threads: 1 }),
});
const classifier = new Classifier(serving);
const counts = new Map<string, number>();

function count(kind: string, { model, verdict, top }: Classification, own: string, truth?: string): void {
  const what = model === null ? "" : model !== own ? `as of ${model}` : top[0]?.label === truth ? "right" : "wrong";
  const row = `| ${kind} | ${verdict} | ${what} |`;
  counts.set(row, (counts.get(row) ?? 0) + 1);
}

const { labels, splits } = await openDataSet(values.data);
for (const { id, label } of splits.validation) {
  count("photo", await classifier.classify(readFileSync(join(values.data, id))), "flowers", labels[label]);
}
for (const difficulty of DIFFICULTIES) {
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.pages); seed++) {
    const { jpeg, number } = await writtenPage(seed, difficulty);
    count("page", await classifier.classify(jpeg), "digits", number);
  }
}
console.log("| what | verdict | answer | count |\n|---|---|---|--:|");
for (const [row, many] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) console.log(`${row} ${many} |`);
await classifier.close();
await serving.close();
