// Splits labelled answers into the development half and the locked half: alternately within each kind, so both hold every kind.
// Run once, before any tuning: `node bench/grading/split.ts FOLDER` (Node 24 runs TypeScript as it is).
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error("usage: split.ts FOLDER with qN.jsonl files");

for (const name of readdirSync(source).filter((file) => file.endsWith(".jsonl"))) {
  const seen = new Map<string, number>();
  const halves = { development: [] as string[], locked: [] as string[] };
  for (const line of readFileSync(join(source, name), "utf8").trim().split("\n")) {
    const { kind } = JSON.parse(line) as { kind: string };
    const count = seen.get(kind) ?? 0;
    seen.set(kind, count + 1);
    (count % 2 === 0 ? halves.development : halves.locked).push(line);
  }
  for (const [half, lines] of Object.entries(halves)) {
    const folder = join(import.meta.dirname, half);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  }
}
