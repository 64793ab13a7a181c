// An answer to a grade: which points it meets, which misconceptions it holds, and why.
import { UserError } from "../../errors.js";
import { type Guard, guardOf } from "./guards.js";
import { statementsOf } from "./match.js";
import { read } from "./reading.js";
import type { Point, Rubric } from "./rubric.js";
import { tally } from "./score.js";
import type { Statement } from "./statement.js";
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
  /** What it takes off the score: 0 for a point and for a misconception that is only explained. */
  readonly costs: number;
}

export type Grader = (answer: string) => Grade;

/** Characters. The platforms' forms carry 3,000; the margin is for the command line. Longer ones are refused, not cut. */
export const LONGEST_ANSWER = 10_000;

/** The rubric's vocabulary is compiled at the first answer; the grader is pure. It throws UserError `answer-too-long`. */
export function makeGrader(rubric: Rubric, prompt: string): Grader {
  let vocabulary: Vocabulary | undefined;
  return (answer) => {
    if (answer.length > LONGEST_ANSWER) {
      throw new UserError(
        "answer-too-long",
        `The answer has ${answer.length.toLocaleString("en")} characters; at most ${LONGEST_ANSWER.toLocaleString("en")} are read.`,
        "Say it in a few sentences.",
      );
    }
    vocabulary ??= new Vocabulary(rubric);
    const reading = read(answer, rubric, vocabulary);
    const guard = guardOf(answer, reading, rubric, prompt);
    if (guard !== undefined) {
      return {
        question: rubric.question,
        score: 0,
        met: [],
        missing: tally(rubric, [], 0).missing,
        misconceptions: [],
        guard,
        evidence: {},
      };
    }
    const evidence: Record<string, Evidence> = {};
    const evidenceOf = (statement: Statement, costs = 0): Evidence => ({
      words: reading.normal.slice(reading.tokens[statement.start]?.from, reading.tokens[statement.end]?.to),
      rule: statement.source,
      costs,
    });
    const met: string[] = [];
    for (const point of rubric.points) {
      const statements = statementsOf(point, reading, rubric);
      const establishing = establishes(statements);
      if (establishing !== undefined) {
        met.push(point.id);
        evidence[point.id] = evidenceOf(establishing);
      }
      const { contrary } = point;
      const opposite = contrary === undefined ? undefined : contradicts(point, statements);
      if (contrary !== undefined && opposite !== undefined) {
        const costs = rubric.misconceptions.find((each) => each.id === contrary)?.costs ?? 0;
        evidence[contrary] ??= evidenceOf(opposite, costs);
      }
    }
    for (const { id, costs, ...claim } of rubric.misconceptions) {
      const held = establishes(statementsOf({ id, ...claim }, reading, rubric));
      // One misconception may have two entries: said in words it costs, shown by a number it is only explained.
      if (held !== undefined && (evidence[id]?.costs ?? -1) < costs) evidence[id] = evidenceOf(held, costs);
    }
    const stronger = met.filter(
      (id) =>
        !rubric.points.some(
          (point) => point.id === id && point.weakerThan !== undefined && met.includes(point.weakerThan),
        ),
    );
    const named = new Set(rubric.misconceptions.map((each) => each.id));
    const held = [...named].filter((id) => evidence[id] !== undefined);
    const penalty = held.reduce((sum, id) => sum + (evidence[id]?.costs ?? 0), 0);
    return {
      question: rubric.question,
      ...tally(rubric, stronger, penalty),
      met: stronger,
      misconceptions: held,
      evidence,
    };
  };
}

/** Said, and not flatly denied elsewhere: a denial of no one in particular does not touch what was said of the subject by name. */
function establishes(statements: readonly Statement[]): Statement | undefined {
  const said = statements.filter((statement) => statement.sign === 1);
  const denials = statements.filter(
    (other) =>
      other.sign === -1 && other.tight !== false && !other.otherSubject && !said.some((each) => overlap(each, other)),
  );
  return said.find(({ subject }) =>
    denials.every((denial) => denial.subject === undefined && subject !== undefined && denial.retracts !== true),
  );
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
