// Exercises: every generated network can be counted, the right number is right, and every slip's number is known as that slip.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judge } from "../../../src/quiz/practice/judge.js";
import { type Slip, slipsOf } from "../../../src/quiz/practice/slips.js";
import {
  type Exercise,
  LEVELS,
  newExercise,
  PRACTICE_KINDS,
  type PracticeKind,
  taskOf,
} from "../../../src/quiz/practice/task.js";
import { randomOf, seeded } from "../../support/random.js";

const seed = seeded("practice").integer(2 ** 31);
const exercises = (kind: PracticeKind) =>
  fc
    .record({ level: fc.constantFrom(...LEVELS), seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }) })
    .map(({ level, seed: own }) => newExercise(kind, level, randomOf(own).next));

/** As a learner would write a number of this kind. */
function said({ kind }: Exercise, value: number | readonly number[]): string {
  if (kind === "memory") return `${value} bytes`;
  return typeof value === "number" ? String(value) : value.join("x");
}

describe.each(PRACTICE_KINDS)("%s", (kind) => {
  test("the right number is right", () => {
    fc.assert(
      fc.property(exercises(kind), (exercise) => {
        const task = taskOf(exercise);
        expect([task.right].flat().every((number) => Number.isSafeInteger(number) && number > 0)).toBe(true);
        expect(judge(task, said(exercise, task.right))).toEqual({ right: true, slips: [], unitMissing: false });
      }),
      { numRuns: 150, seed },
    );
  });

  test("a slip's number is wrong and known as that slip", () => {
    fc.assert(
      fc.property(exercises(kind), (exercise) => {
        const task = taskOf(exercise);
        for (const slip of slipsOf(task)) {
          // A unit's slip is no whole number of bytes, and a number of fewer than four digits is taken as rounded.
          if (!isTold(kind, slip)) continue;
          const { right, slips } = judge(task, said(exercise, slip.value));
          expect(right, slip.id).toBe(false);
          expect(slips.map(({ id }) => id)).toContain(slip.id);
        }
      }),
      { numRuns: 150, seed },
    );
  });
});

function isTold(kind: PracticeKind, { value }: Slip): boolean {
  if (kind === "shapes" || kind === "receptive-field") return true;
  return Number.isInteger(value) && Number(value) >= 1_000 && Number(value) % 10 !== 0;
}

const QUESTION_2 = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";
const told = (exercise: Omit<Exercise, "network">, text: string) => {
  const { right, slips, unitMissing } = judge(taskOf({ ...exercise, network: QUESTION_2 }), text);
  return right ? "right" : unitMissing ? "unit" : slips.map(({ id }) => id).join(" ");
};

test.each([
  ["903400", "right"],
  ["903,400 parameters", "right"],
  ["0.9 M", "right"],
  ["2800 + 180200 + 720400 = 903,400", "right"],
  ["902,700", "biases"],
  ["9034000", "ten-times"],
  ["6,700", ""],
  ["7000", "input-channels"],
  ["123", ""],
])("parameters of question 2: %s is %s", (text, verdict) => {
  expect(told({ kind: "params", batch: 0 }, text)).toBe(verdict);
});

test.each([
  [0, "12.6 MB", "right"],
  [0, "12.03 MiB", "right"],
  [0, "12,613,600 bytes", "right"],
  [0, "12.6", "unit"],
  [0, "12.61 MiB", "mib-for-mb"],
  [0, "12.03 MB", "mb-for-mib"],
  [0, "9 MB", "parameters"],
  [0, "14.13 MB", "all-maps"],
  [50, "565.6 MB", "right"],
  [50, "539.4 MiB", "right"],
  [50, "742.7 MB", "parameters-times-batch"],
  [50, "14.85 MB", "batch"],
  [50, "529.6 MB", "input"],
])("memory of question 2, batch %i: %s is %s", (batch, text, verdict) => {
  expect(told({ kind: "memory", batch }, text)).toBe(verdict);
});

test.each([
  ["shapes", "25x38x400", "right"],
  ["shapes", "25 × 38 × 3", "channels"],
  ["shapes", "38x25x400", "transposed"],
  ["receptive-field", "15", "right"],
  ["receptive-field", "15x15", "right"],
  ["receptive-field", "7", "stride"],
  ["receptive-field", "9", "kernels-summed"],
  ["receptive-field", "3", "last-layer"],
] as const)("%s of question 2: %s is %s", (kind, text, verdict) => {
  expect(told({ kind, batch: 0 }, text)).toBe(verdict);
});

test.each(["", "no idea", "2800 or 2900"])("%.20s asks for one number", (text) => {
  expect(() => told({ kind: "params", batch: 0 }, text)).toThrow(/number/);
});
