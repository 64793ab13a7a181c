// Writes what is made from the code: docs/reference.md, docs/questions.md, and the manifest within docs/slack.md (`npm run docs`). Tests compare.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { slackManifest } from "../../src/bots/slack/manifest.js";
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

const slackPage = join(docs, "slack.md");
const manifest = `\`\`\`json\n${JSON.stringify(slackManifest(allCommands({ quiz })), null, 2)}\n\`\`\``;
writeFileSync(
  slackPage,
  readFileSync(slackPage, "utf8").replace(/```json\n[\s\S]*?```/, () => manifest),
);
