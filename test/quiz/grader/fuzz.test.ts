// Whatever is typed, a grade comes back: in quarters, soon, and the same one each time.
import { beforeAll, describe, expect, test } from "vitest";
import { GUARDS } from "../../../src/quiz/grader/guards.js";
import { type Question, questions } from "../../../src/quiz/question.js";
import { type Random, seeded } from "../../support/random.js";

/** Longest processor time of one answer of 3,000 characters, in ms: a hundred times what it takes, so that only a runaway fails. */
const LONGEST = 1_500;

function check(question: Question, answer: string): void {
  const before = process.cpuUsage();
  const grade = question.grade(answer);
  const took = process.cpuUsage(before).user / 1000;
  const what = `${question.id}: ${JSON.stringify(answer.slice(0, 200))}`;
  expect([0, 0.25, 0.5, 0.75, 1], what).toContain(grade.score);
  expect(took, what).toBeLessThan(LONGEST);
  const points = question.rubric.points.map((point) => point.id);
  for (const id of [...grade.met, ...grade.missing]) expect(points, what).toContain(id);
  expect(
    grade.met.filter((id) => grade.missing.includes(id)),
    what,
  ).toEqual([]);
  expect(new Set(grade.misconceptions).size, what).toBe(grade.misconceptions.length);
  if (grade.guard !== undefined) {
    expect(GUARDS, what).toContain(grade.guard);
    expect(grade, what).toMatchObject({ score: 0, met: [], misconceptions: [] });
  }
}

/** A character of any plane, lone surrogates and unassigned ones among them. */
function character(random: Random): string {
  const range = random.pick([0x80, 0x250, 0x3000, 0xffff, 0x1ffff, 0x110000]);
  const code = random.integer(range);
  return code >= 0xd800 && code <= 0xdfff ? String.fromCharCode(code) : String.fromCodePoint(code);
}

/** The longest answer that a form carries. */
const fill = (piece: string): string => piece.repeat(Math.ceil(3_000 / piece.length)).slice(0, 3_000);

// Dictionaries are loaded at the first answer that needs them, which says nothing of how long an answer takes.
beforeAll(() => void questions()[0]?.grade("Das ist gewiss keine englische Antwort, sondern eine deutsche."));

describe("grading never fails", () => {
  test("on random Unicode", () => {
    const random = seeded("random Unicode");
    for (let run = 0; run < 400; run += 1) {
      const answer = Array.from({ length: random.integer(200) }, () => character(random)).join("");
      check(random.pick(questions()), answer);
    }
  });

  test("on words of the rubrics in random order, with random marks and negations", () => {
    const random = seeded("random words");
    const glue =
      "not,never,no,and,but,whereas,unlike,than,rather than,it,which,is wrong,.,;,:,(,),\n,-,->,3,12.6 MB,903,400,%".split(
        ",",
      );
    for (let run = 0; run < 300; run += 1) {
      const question = random.pick(questions());
      const words = [...question.rubric.words.values()].flat().filter((word) => word !== "");
      const piece = () =>
        random.integer(3) === 0 ? random.pick(glue) : (words[random.integer(words.length)] ?? "not");
      check(
        question,
        Array.from({ length: 1 + random.integer(60) }, piece)
          .join(" ")
          .slice(0, 3_000),
      );
    }
  });

  test.each([
    ...["a", "(", ")", "[", "'", '"', ",", ".", "!?", ";", ":", "-", "--", "->", "\n", "·", "=", "/", "~"],
    ...["not ", "no no ", "never, ", "it is not true that ", "which ", "unlike a ", "but ", "and ", "rather than "],
    ...["1", "1,", "1.", "1 ", "0.5 MB or ", "1e", "10^", "x", "3x3x", "1x1 x ", "٣", "９"],
    ...["e.g. ", "doesn't ", "n't", "w/o ", "&lt;", "😀", "\u0301", "\u200d", "ﷺ", "\ud800"],
    ...["no parameter ", "fewer weights than more weights, ", "convolution(", "poolingparameters"],
  ])("on 3,000 characters of %j", (piece) => {
    // Every third question: all of them are reached, by one piece or another.
    const first = piece.length % 3;
    for (const [index, question] of questions().entries()) if (index % 3 === first) check(question, fill(piece));
  });

  test("on a model answer repeated to 3,000 characters", () => {
    for (const question of questions()) check(question, fill(`${question.modelAnswer} `));
  });
});

test("the same answer gets the same grade, in any order of asking", () => {
  const random = seeded("the same grade");
  const asked = questions().map(
    (question) => [question, question.modelAnswer.slice(0, 50 + random.integer(200))] as const,
  );
  const first = asked.map(([question, answer]) => question.grade(answer));
  const again = asked
    .toReversed()
    .map(([question, answer]) => question.grade(answer))
    .reverse();
  expect(again).toEqual(first);
});
