// Points and misconceptions to a score in quarters, and what would still raise it.
import { describe, expect, test } from "vitest";
import { graderOf } from "../../support/rubrics.js";

const HEAD = `use common
word a = apple
word b = banana
word c = cherry
word d = damson
word e = elderberry
word wrong = walnut
`;
const say = (...fruits: string[]): string => `There is an ${fruits.join(". Then it has an ")}.`;

describe("score sum", () => {
  const grade = graderOf(`${HEAD}
point a worth 0.25
  + a
point b worth 0.25
  + b
point c worth 0.25
  + c
point d worth 0.25
  + d
point e worth 0.25
  + e
misconception t.wrong costs 0.25
  + wrong
misconception t.only-explained costs 0
  + "hazelnut"`);

  test("adds the points up, at most to 1", () => {
    expect(grade(say("apple")).score).toBe(0.25);
    expect(grade(say("apple", "banana", "cherry")).score).toBe(0.75);
    expect(grade(say("apple", "banana", "cherry", "damson", "elderberry")).score).toBe(1);
  });

  test("a misconception costs, once however often it is said, and never below 0", () => {
    expect(grade(say("apple", "banana", "walnut")).score).toBe(0.25);
    expect(grade(say("apple", "banana", "walnut", "walnut")).score).toBe(0.25);
    expect(grade(say("walnut")).score).toBe(0);
  });

  test("a misconception weighs against a full mark even where there are points to spare", () => {
    expect(grade(say("apple", "banana", "cherry", "damson", "elderberry", "walnut")).score).toBe(0.75);
  });

  test("one that costs 0 is named and takes nothing off", () => {
    const { score, misconceptions } = grade(say("apple", "hazelnut"));
    expect(score).toBe(0.25);
    expect(misconceptions).toEqual(["t.only-explained"]);
  });

  test("missing is what would still raise the score: nothing at a full mark", () => {
    expect(grade(say("apple")).missing).toEqual(["b", "c", "d", "e"]);
    expect(grade(say("apple", "banana", "cherry", "damson")).missing).toEqual([]);
  });

  test("evidence gives the learner's own words and the rubric's line for each point and misconception", () => {
    const { evidence } = grade("An apple grows here, and a walnut there.");
    expect(Object.keys(evidence).toSorted()).toEqual(["a", "t.wrong"]);
    expect(evidence.a?.words).toBe("apple");
    expect(evidence.a?.rule).toMatch(/^t\.rubric:\d+ \+ a$/);
  });
});

describe("a weaker twin", () => {
  const grade = graderOf(`${HEAD}
point strong worth 0.5
  + a
point weak worth 0.25 weaker-than strong
  + b
point other worth 0.5
  + c`);

  test("counts by itself, and then the stronger is what is missing", () => {
    expect(grade(say("banana"))).toMatchObject({ score: 0.25, met: ["weak"], missing: ["strong", "other"] });
  });

  test("counts nothing beside the stronger", () => {
    expect(grade(say("apple", "banana"))).toMatchObject({ score: 0.5, met: ["strong"], missing: ["other"] });
    expect(grade(say("apple", "banana", "cherry"))).toMatchObject({ score: 1, missing: [] });
  });

  test("is never missing itself", () => {
    expect(grade(say("cherry")).missing).toEqual(["strong"]);
  });
});

describe("together", () => {
  const grade = graderOf(`${HEAD}
together a b c at most 0.5
point a worth 0.25
  + a
point b worth 0.25
  + b
point c worth 0.25
  + c
point d worth 1
  + d`);

  test("brings at most its cap, and what no longer raises the score is not missing", () => {
    expect(grade(say("apple", "banana", "cherry")).score).toBe(0.5);
    expect(grade(say("apple", "banana")).missing).toEqual(["d"]);
    expect(grade(say("damson"))).toMatchObject({ score: 1, missing: [] });
  });
});

describe("score count of 5", () => {
  const grade = graderOf(`${HEAD}
word f = fig
score count of 5
${["a", "b", "c", "d", "e", "f"].map((id) => `point ${id} worth 1\n  + ${id}`).join("\n")}
misconception t.worse costs 0.25
  + wrong`);
  const fruits = ["apple", "banana", "cherry", "damson", "elderberry", "fig"];

  test.each([
    [1, 0.25],
    [2, 0.5],
    [3, 0.5],
    [4, 0.75],
    [5, 1],
    [6, 1],
  ])("%d measures bring %d", (count, score) => {
    expect(grade(say(...fruits.slice(0, count))).score).toBe(score);
  });

  test("what was not named is missing, until five are", () => {
    expect(grade(say("apple", "cherry")).missing).toEqual(["b", "d", "e", "f"]);
    expect(grade(say(...fruits.slice(0, 5))).missing).toEqual([]);
  });

  test("a measure that makes it worse costs a quarter, and then more would raise the score again", () => {
    expect(grade(say(...fruits.slice(0, 5), "walnut")).score).toBe(0.75);
    expect(grade(say("apple", "walnut")).score).toBe(0);
  });
});

describe("a contrary", () => {
  const grade = graderOf(`${HEAD}
point more worth 0.5 contrary t.less-apples
  + more a
point b worth 0.5
  + b
misconception t.less-apples costs 0.25`);

  test("the opposite of a point is the misconception that it names", () => {
    expect(grade("It has more apples.")).toMatchObject({ met: ["more"], misconceptions: [] });
    expect(grade("It has fewer apples. It has a banana.")).toMatchObject({
      met: ["b"],
      misconceptions: ["t.less-apples"],
      score: 0.25,
    });
  });
});
