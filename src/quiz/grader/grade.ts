// An answer to a grade: which points it meets, which misconceptions it holds, and why.
import { UserError } from "../../errors.js";
import { type Guard, guardOf } from "./guards.js";
import { type Statement, statementsOf } from "./match.js";
import { read } from "./reading.js";
import type { Point, Rubric } from "./rubric.js";
import { tally } from "./score.js";
import { Vocabulary } from "./vocabulary.js";

export interface Grade {
  readonly question: string;
  /** 0, 0.25, 0.5, 0.75 or 1. */
  readonly score: number;
  readonly met: readonly string[];
  /** What would still raise the score. */
  readonly missing: readonly string[];
  readonly misconceptions: readonly string[];
  /** The answer was no answer; the score is 0. */
  readonly guard?: Guard;
  /** For each point met and misconception held: the learner's own words, and the rubric's line that found them. */
  readonly evidence: Readonly<Record<string, Evidence>>;
}

export interface Evidence {
  readonly words: string;
  readonly rule: string;
}

export type Grader = (answer: string) => Grade;

/** Characters. The platforms' forms carry 3,000; the margin is for the command line. Longer ones are refused, not cut. */
export const LONGEST_ANSWER = 10_000;

/** Compiles a rubric once; the grader is pure. It throws UserError `answer-too-long`. */
export function makeGrader(rubric: Rubric, prompt: string): Grader {
  const vocabulary = new Vocabulary(rubric);
  return (answer) => {
    if (answer.length > LONGEST_ANSWER) {
      throw new UserError(
        "answer-too-long",
        `The answer has ${answer.length.toLocaleString("en")} characters; at most ${LONGEST_ANSWER.toLocaleString("en")} are read.`,
        "Say it in a few sentences.",
      );
    }
    const reading = read(answer, rubric, vocabulary);
    const guard = guardOf(answer, reading, rubric, prompt);
    if (guard !== undefined) {
      return {
        question: rubric.question,
        score: 0,
        met: [],
        missing: tally(rubric, [], []).missing,
        misconceptions: [],
        guard,
        evidence: {},
      };
    }
    const evidence: Record<string, Evidence> = {};
    const wordsOf = (statement: Statement): Evidence => ({
      words: reading.normal.slice(reading.tokens[statement.start]?.from, reading.tokens[statement.end]?.to),
      rule: statement.source,
    });
    const misconceptions = new Set<string>();
    const met: string[] = [];
    for (const point of rubric.points) {
      const statements = statementsOf(point, reading, rubric);
      const establishing = establishes(statements);
      if (establishing !== undefined) {
        met.push(point.id);
        evidence[point.id] = wordsOf(establishing);
      }
      const contrary = point.contrary === undefined ? undefined : contradicts(point, statements);
      if (contrary !== undefined && point.contrary !== undefined) {
        misconceptions.add(point.contrary);
        evidence[point.contrary] ??= wordsOf(contrary);
      }
    }
    for (const misconception of rubric.misconceptions) {
      const held = establishes(statementsOf(misconception, reading, rubric));
      if (held === undefined) continue;
      misconceptions.add(misconception.id);
      evidence[misconception.id] = wordsOf(held);
    }
    const stronger = met.filter(
      (id) =>
        !rubric.points.some(
          (point) => point.id === id && point.weakerThan !== undefined && met.includes(point.weakerThan),
        ),
    );
    const held = rubric.misconceptions.map((each) => each.id).filter((id) => misconceptions.has(id));
    return {
      question: rubric.question,
      ...tally(rubric, stronger, held),
      met: stronger,
      misconceptions: held,
      evidence,
    };
  };
}

/** Said, and not flatly denied elsewhere of the same subject. */
function establishes(statements: readonly Statement[]): Statement | undefined {
  const said = statements.find((statement) => statement.sign === 1);
  if (said === undefined) return undefined;
  const denied = statements.some(
    (other) =>
      other.sign === -1 && !other.otherSubject && !statements.some((each) => each.sign === 1 && overlap(each, other)),
  );
  return denied ? undefined : said;
}

/** The opposite was said, of the point's own subject, and the point itself nowhere in the same words. */
function contradicts(point: Point, statements: readonly Statement[]): Statement | undefined {
  return statements.find(
    (statement) =>
      statement.sign === -1 &&
      !(statement.otherSubject && point.subject !== undefined) &&
      !statements.some((other) => other.sign === 1 && overlap(other, statement)),
  );
}

const overlap = (a: Statement, b: Statement): boolean => a.start <= b.end && b.start <= a.end;
