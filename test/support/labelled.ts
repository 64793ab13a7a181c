// The labelled answers of bench/grading, graded: aggregate figures only, so that no locked answer is ever printed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { questionById } from "../../src/quiz/question.js";
import { ROOT } from "./rubrics.js";

interface Labelled {
  readonly question: string;
  readonly answer: string;
  readonly score: number;
}

interface Figures {
  readonly answers: number;
  readonly pearson: number;
  readonly rmse: number;
  readonly withinQuarter: number;
  /** Of those worth nothing, graded one half or better. */
  readonly falseAccepts: number;
  /** Of those worth three quarters or more, graded below one half. */
  readonly goodRejected: number;
}

/** Grades a folder of bench/grading and expects what the issue asks. */
export function expectFigures(half: string): void {
  const folder = join(ROOT, "bench/grading", half);
  const pairs = readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trim().split("\n"))
    .map((line) => JSON.parse(line) as Labelled)
    .map(({ question, answer, score }) => [score, questionById(question).grade(answer).score] as const);
  const figures = figuresOf(pairs);
  console.info(half, JSON.stringify(figures));
  expect(figures.answers).toBeGreaterThanOrEqual(300);
  expect(figures.pearson).toBeGreaterThanOrEqual(0.9);
  expect(figures.rmse).toBeLessThanOrEqual(0.18);
  expect(figures.withinQuarter).toBeGreaterThanOrEqual(0.93);
  expect(figures.falseAccepts).toBeLessThanOrEqual(0.03);
  expect(figures.goodRejected).toBeLessThanOrEqual(0.08);
}

function figuresOf(pairs: readonly (readonly [truth: number, graded: number])[]): Figures {
  const [truths, grades] = [pairs.map(([truth]) => truth), pairs.map(([, graded]) => graded)];
  const [a, b] = [mean(truths), mean(grades)];
  const spread = (values: readonly number[], middle: number): number =>
    mean(values.map((each) => (each - middle) ** 2));
  const share = (of: (truth: number) => boolean, is: (graded: number, truth: number) => boolean): number => {
    const chosen = pairs.filter(([truth]) => of(truth));
    return round(chosen.filter(([truth, graded]) => is(graded, truth)).length / chosen.length);
  };
  return {
    answers: pairs.length,
    pearson: round(mean(pairs.map(([x, y]) => (x - a) * (y - b))) / Math.sqrt(spread(truths, a) * spread(grades, b))),
    rmse: round(Math.sqrt(mean(pairs.map(([x, y]) => (x - y) ** 2)))),
    withinQuarter: share(
      () => true,
      (graded, truth) => Math.abs(graded - truth) <= 0.25,
    ),
    falseAccepts: share(
      (truth) => truth === 0,
      (graded) => graded >= 0.5,
    ),
    goodRejected: share(
      (truth) => truth >= 0.75,
      (graded) => graded < 0.5,
    ),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;
const round = (value: number): number => Math.round(value * 1_000) / 1_000;
