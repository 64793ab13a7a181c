// Memory of the process after 100,000 attempts stored through the quiz: `npm run bench:memory`.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answer } from "../src/quiz/answer.js";
import { ask } from "../src/quiz/ask.js";
import { openQuiz } from "../src/quiz/quiz.js";
import { standings } from "../src/quiz/standings.js";
import { openStore } from "../src/store/open.js";

const ATTEMPTS = Number(process.argv[2] ?? 100_000);
const LEARNERS = 500;
const folder = mkdtempSync(join(tmpdir(), "convo-memory-"));
const store = await openStore({ url: `lmdb:${folder}` });
const quiz = openQuiz(store);
const megabytes = (): string =>
  `${Math.round(process.memoryUsage().rss / 1e6)} MB resident, ${Math.round(process.memoryUsage().heapUsed / 1e6)} MB heap`;
global.gc?.();
console.log(`before: ${megabytes()}`);
const text =
  "It has no parameters, so it is cheaper to compute and overfits less than a convolution with the same stride.";
const started = performance.now();
let stored = 0;
while (stored < ATTEMPTS) {
  await Promise.all(
    Array.from({ length: LEARNERS }, async (_, index) => {
      const person = { community: "memory", id: `learner-${index}` };
      const { session } = await ask(quiz, person, { question: "q4", mode: "open" });
      for (let turn = 0; turn < 20; turn += 1) await answer(quiz, person, `Learner ${index}`, session.id, turn, text);
    }),
  );
  stored += LEARNERS * 20;
}
const seconds = (performance.now() - started) / 1000;
global.gc?.();
console.log(`after ${stored.toLocaleString("en")} attempts (${Math.round(stored / seconds)}/s): ${megabytes()}`);
const begun = performance.now();
await standings(quiz, "memory", "all");
console.log(`standings of ${LEARNERS} learners: ${Math.round(performance.now() - begun)} ms`);
const size = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
console.log(`store on disk: ${Math.round(size / 1e6)} MB`);
await store.close();
rmSync(folder, { recursive: true, force: true });
