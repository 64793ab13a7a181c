// Answers to one question graded as answers to every other: a rubric that takes them for good ones only spots words.
import type { Grade, Grader } from "../../src/quiz/grader/grade.js";

/** An answer, and the question that it was written for. */
export interface Answered {
  readonly question: string;
  readonly answer: string;
}

/** A score from here on counts as accepted. */
const ACCEPTED = 0.5;

/** Prints, for each rubric, how many answers to other questions it gives anything and how many it accepts (½ or better). */
export function printCrossed(
  name: string,
  answers: readonly Answered[],
  graders: ReadonlyMap<string, Grader>,
  misses: boolean,
): void {
  const rows = [...graders].map(([question, grade]) => {
    const graded = answers
      .filter((each) => each.question !== question)
      .map(({ question: of, answer }) => ({ of, answer, grade: grade(answer) }));
    return { question, graded, accepted: graded.filter((each) => each.grade.score >= ACCEPTED) };
  });
  if (misses) {
    for (const { question, accepted } of rows)
      for (const each of accepted) printMiss(question, each.of, each.answer, each.grade);
  }
  console.log(`\n## ${name}, every answer against the other questions' rubrics`);
  console.log("| rubric | n | above 0 | ½ or better |\n|---|--:|--:|--:|");
  const line = (label: string, graded: readonly { grade: Grade }[]): void => {
    const share = (least: number): string =>
      (graded.filter(({ grade }) => grade.score >= least).length / Math.max(1, graded.length)).toFixed(4);
    console.log(`| ${label} | ${graded.length} | ${share(0.25)} | ${share(ACCEPTED)} |`);
  };
  for (const { question, graded } of rows) line(question, graded);
  line(
    "all",
    rows.flatMap(({ graded }) => graded),
  );
}

function printMiss(rubric: string, of: string, answer: string, { score, met, evidence }: Grade): void {
  console.log(`\n[${rubric}, of an answer to ${of}] ${score} {${met}}\n  ${answer}`);
  for (const [id, { words, rule }] of Object.entries(evidence)) console.log(`    ${id} ← "${words}" ${rule}`);
}
