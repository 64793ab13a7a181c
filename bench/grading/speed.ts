// Answers graded a second on one core: `npm run bench:speed`. Every labelled answer in turn, after a warm-up, five rounds.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { questionById } from "../../src/quiz/question.js";

const folder = join(import.meta.dirname, "development");
const answers = readdirSync(folder).flatMap((file) =>
  readFileSync(join(folder, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { question: string; answer: string }),
);
const graders = answers.map(({ question, answer }) => ({ grade: questionById(question).grade, answer }));
const ROUNDS = 5;
const rates: number[] = [];
for (let round = 0; round <= ROUNDS; round += 1) {
  const started = performance.now();
  for (let again = 0; again < 3; again += 1) for (const { grade, answer } of graders) grade(answer);
  // The first round warms up: dictionaries load, code is compiled.
  if (round > 0) rates.push((3 * graders.length * 1000) / (performance.now() - started));
}
rates.sort((a, b) => a - b);
const words = answers.reduce((sum, { answer }) => sum + answer.split(/\s+/).length, 0) / answers.length;
console.log(
  `answers a second on one core: median ${Math.round(rates[2] ?? 0)}, slowest round ${Math.round(rates[0] ?? 0)} (${answers.length} different answers of ${words.toFixed(0)} words on average)`,
);
