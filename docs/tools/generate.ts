// Writes the pages that are made from the code: docs/reference.md and docs/questions.md (`npm run docs`). A test compares.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { allCommands } from "../../src/commands/all.js";
import { referenceMarkdown } from "../../src/commands/reference.js";
import { questions } from "../../src/quiz/question.js";
import { questionsMarkdown } from "../../src/quiz/questions-page.js";
import type { Quiz } from "../../src/quiz/quiz.js";

// Declarations need the questions' names and nothing of the store.
const quiz = { questions: questions() } as Quiz;
const docs = join(import.meta.dirname, "..");
writeFileSync(join(docs, "reference.md"), referenceMarkdown(allCommands({ quiz })));
writeFileSync(join(docs, "questions.md"), questionsMarkdown(questions()));
