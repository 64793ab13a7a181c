// Grading figures: `npm run bench:grading [-- --set development] [--question q4] [--misses] [--crossed]`.
// Pearson r, RMSE, share within a quarter, false accepts, good answers rejected; by set, question and kind.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { questions } from "../../src/quiz/question.js";
import { printCrossed } from "./crossed.js";

interface Labelled {
  readonly question: string;
  readonly kind: string;
  readonly answer: string;
  readonly score: number;
  readonly met: readonly string[];
  readonly misconceptions: readonly string[];
}

const { values: options } = parseArgs({
  options: {
    set: { type: "string", multiple: true },
    question: { type: "string" },
    misses: { type: "boolean", default: false },
    file: { type: "string", multiple: true },
    crossed: { type: "boolean", default: false },
  },
});

const folder = import.meta.dirname;
const graders = new Map(
  questions()
    .filter((question) => options.question === undefined || question.id === options.question)
    .map((question) => [question.id, question.grade]),
);

const sets = new Map<string, Labelled[]>();
/** The halves, and what was written by others and never tuned on. */
const JUDGES = ["development", "locked", "locked2", "examiners/c.jsonl", "examiners/e.jsonl"];

for (const name of options.set ?? (options.file === undefined ? JUDGES : [])) {
  const path = join(folder, name);
  const files = name.endsWith(".jsonl") ? [path] : readdirSync(path).map((file) => join(path, file));
  sets.set(name, files.filter((file) => file.endsWith(".jsonl")).flatMap(readLines));
}
for (const file of options.file ?? []) sets.set(file, readLines(file));

for (const [name, answers] of sets) {
  if (options.crossed) {
    printCrossed(name, answers, graders, options.misses);
    continue;
  }
  const graded = answers
    .filter((answer) => graders.has(answer.question))
    .map((answer) => ({ ...answer, grade: graders.get(answer.question)?.(answer.answer) }))
    .flatMap((answer) => (answer.grade === undefined ? [] : [{ ...answer, grade: answer.grade }]));
  if (options.misses) {
    for (const { question, kind, answer, score, met, misconceptions, grade } of graded) {
      if (grade.score === score) continue;
      console.log(
        `\n[${question} ${kind}] true ${score} {${met}} {${misconceptions}}  graded ${grade.score} {${grade.met}} {${grade.misconceptions}} ${grade.guard ?? ""}`,
      );
      console.log(`  ${answer}`);
      for (const [id, { words, rule }] of Object.entries(grade.evidence))
        if (!met.includes(id)) console.log(`    ${id} ← "${words}" ${rule}`);
    }
  }
  console.log(`\n## ${name}: ${graded.length} answers`);
  console.log(
    "| | n | r | RMSE | exact | within ¼ | false accepts | good rejected |\n|---|--:|--:|--:|--:|--:|--:|--:|",
  );
  row("all", graded);
  const by = (key: (each: (typeof graded)[number]) => string): void => {
    for (const group of [...new Set(graded.map(key))].sort((a, b) => a.localeCompare(b, "en", { numeric: true })))
      row(
        group,
        graded.filter((each) => key(each) === group),
      );
  };
  by((each) => each.question);
  if (options.question === undefined) by((each) => each.kind);

  function row(label: string, rows: typeof graded): void {
    const pairs = rows.map(({ score, grade }) => [score, grade.score] as const);
    const zero = pairs.filter(([truth]) => truth === 0);
    const good = pairs.filter(([truth]) => truth >= 0.75);
    const share = (list: typeof pairs, test: (pair: readonly [number, number]) => boolean): string =>
      list.length === 0 ? "–" : (list.filter(test).length / list.length).toFixed(3);
    console.log(
      `| ${label} | ${pairs.length} | ${pearson(pairs).toFixed(3)} | ${Math.sqrt(mean(pairs.map(([a, b]) => (a - b) ** 2))).toFixed(3)} | ${share(pairs, ([a, b]) => a === b)} | ${share(pairs, ([a, b]) => Math.abs(a - b) <= 0.25)} | ${share(zero, ([, b]) => b >= 0.5)} | ${share(good, ([, b]) => b < 0.5)} |`,
    );
  }
}

function readLines(file: string): Labelled[] {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function pearson(pairs: readonly (readonly [number, number])[]): number {
  const [a, b] = [mean(pairs.map(([x]) => x)), mean(pairs.map(([, y]) => y))];
  const cross = mean(pairs.map(([x, y]) => (x - a) * (y - b)));
  return cross / Math.sqrt(mean(pairs.map(([x]) => (x - a) ** 2)) * mean(pairs.map(([, y]) => (y - b) ** 2)));
}
