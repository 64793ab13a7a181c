// Graders of small rubrics that a test writes itself, and the shipped files as the product reads them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Grader, makeGrader } from "../../src/quiz/grader/grade.js";
import { readRubric } from "../../src/quiz/grader/read-rubric.js";
import type { Rubric } from "../../src/quiz/grader/rubric.js";

export const ROOT = join(import.meta.dirname, "../..");
const ASSETS = join(ROOT, "assets/questions");

/** Every shipped rubric file by its name. */
export function shippedRubrics(): Map<string, string> {
  const names = readdirSync(ASSETS).filter((name) => name.endsWith(".rubric"));
  return new Map(names.map((name) => [name, readFileSync(join(ASSETS, name), "utf8")]));
}

/** Reads `text` as the rubric "t", which may `use common`. */
export function rubricOf(text: string, others: Readonly<Record<string, string>> = {}): Rubric {
  return readRubric("t", new Map([...shippedRubrics(), ["t.rubric", text], ...Object.entries(others)]));
}

export function graderOf(text: string, prompt = "What is asked here, and why would anybody ask it at all?"): Grader {
  return makeGrader(rubricOf(text), prompt);
}
