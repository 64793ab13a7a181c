// A grade as a learner reads it: the score, point by point, the mistakes with their explanation.

import type { Grade } from "../quiz/grader/grade.js";
import type { Guard } from "../quiz/grader/guards.js";
import type { Question } from "../quiz/question.js";
import type { Block, Field } from "./reply.js";
import { rich } from "./rich.js";

const GUARD_TEXTS: Readonly<Record<Guard, string>> = {
  empty: "There is nothing to grade in this answer. Write a sentence or two in your own words.",
  emoji: "Pictures alone cannot be graded. Write a sentence or two in your own words.",
  code: "This is code. Say in words what it does and why; the points are about reasons.",
  language:
    "This does not look like English, the only language that I can grade so far. Could you write it in English, however simple?",
  "copied-question": "This repeats the question. Say what you would answer, in your own words.",
  "keyword-list": "These are key words without a statement. Say something about each: what is it, and what does it do?",
};

const PERCENT = 100;

/** Characters. */
const LONGEST_QUOTE = 120;

export function feedback(question: Question, grade: Grade): Block[] {
  if (grade.guard !== undefined) return [{ kind: "note", tone: "warning", text: GUARD_TEXTS[grade.guard] }];
  const titles = new Map(question.points.map((point) => [point.id, point.title]));
  const met = grade.met.map(
    (id): Field => ({ name: titles.get(id) ?? id, tone: "good", value: { italic: quoted(grade.evidence[id]?.words) } }),
  );
  return [
    {
      kind: "note",
      tone: grade.score === 1 ? "good" : grade.score > 0 ? "info" : "warning",
      text: [{ bold: scoreLine(grade.score) }, ` ${verdict(grade)}`],
    },
    ...(met.length + grade.missing.length === 0
      ? []
      : [{ kind: "fields" as const, fields: [...met, ...missingFields(question, grade)] }]),
    ...misconceptionBlocks(question, grade.misconceptions, grade.evidence),
  ];
}

/** The learner's own words that made the point, as far as they are short enough to quote. */
function quoted(words = ""): string {
  const one = words.replace(/\s+/g, " ").trim();
  const short = one.length > LONGEST_QUOTE ? `${one.slice(0, LONGEST_QUOTE - 1).trimEnd()}…` : one;
  return short === "" ? "met" : `“${short}”`;
}

/** What the learner believes that is not so, each with its explanation. */
export function misconceptionBlocks(
  question: Question,
  ids: readonly string[],
  evidence: Grade["evidence"] = {},
): Block[] {
  return ids.flatMap((id): Block[] => {
    const text = question.misconceptions.find((each) => each.id === id);
    if (text === undefined) return [];
    const costs = evidence[id]?.costs ?? 0;
    const cost = costs > 0 ? ` (−${costs})` : "";
    return [
      {
        kind: "note",
        tone: "warning",
        text: [{ bold: `A common mistake${cost}: ${text.title}. ` }, ...rich(text.explanation.trim())],
      },
    ];
  });
}

/** The missing points without their answer: a learner may want to find them alone. */
function missingFields(question: Question, grade: Grade): Field[] {
  if (question.rubric.scoring.kind === "count") {
    const left = Math.max(0, question.rubric.scoring.of - grade.met.length);
    const what = left === 1 ? "one more" : `${left} more`;
    return left === 0 ? [] : [{ name: "Missing", tone: "warning", value: `${what} of ${question.rubric.scoring.of}` }];
  }
  return grade.missing.map((id): Field => {
    const point = question.points.find((each) => each.id === id);
    const stronger = question.rubric.points.some((each) => each.weakerThan === id && grade.met.includes(each.id));
    return {
      name: stronger ? "Could be sharper" : "Missing",
      tone: "warning",
      value: rich(point?.hints.nudge.trim() ?? id),
    };
  });
}

function scoreLine(score: number): string {
  return `${Math.round(score * PERCENT)} of 100.`;
}

function verdict(grade: Grade): string {
  if (grade.score === 1) return "Everything that counts is there.";
  const cost = grade.misconceptions.some((id) => (grade.evidence[id]?.costs ?? 0) > 0);
  if (grade.score === 0)
    return cost && grade.met.length > 0
      ? "A mistake weighs against what you got right."
      : "None of the points is in it yet; the hints lead there step by step.";
  if (grade.missing.length === 0) return "All points are there; a mistake costs the rest.";
  return cost ? "Something is missing, and a mistake costs a part." : "Something is still missing.";
}
