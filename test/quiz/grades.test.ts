// Grades for instructors: rows, and a CSV file that a spreadsheet reads as text.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GradeRow, grades, gradesCsv } from "../../src/quiz/grades.js";
import { ada, answers, bob, picks, Q4 } from "../support/learning.js";
import { MINUTE, openWorld, type World } from "../support/world.js";

describe("rows", () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  test("have, by learner and question, how often, the best, the last and the points of the best", async () => {
    for (const [text, question] of [
      [Q4.half, "q4"],
      [Q4.full, "q4"],
      [Q4.none, "q4"],
      ["There are 903,400 parameters.", "q2"],
    ] as const) {
      world.clock.at += MINUTE;
      await answers(world, ada, question, text);
    }
    await answers(world, bob, "q10", "Collect at least 100 images per class.", "Bob");
    await picks(world, bob, "q4", true);
    const found = await grades(world.quiz, "course");
    expect(found).toMatchObject([
      { name: "Ada", question: "q2", attempts: 1, best: 0.5, last: 0.5, points: ["params"] },
      { name: "Ada", question: "q4", attempts: 3, best: 1, last: 0, points: ["noparams"] },
      { learner: "id-bob", question: "q10", attempts: 1 },
    ]);
    expect(await grades(world.quiz, "course", "q10")).toHaveLength(1);
    expect(await grades(world.quiz, "elsewhere")).toEqual([]);
  });

  test("tell two learners of one name apart", async () => {
    await answers(world, ada, "q4", Q4.full, "Sam");
    await answers(world, bob, "q4", Q4.half, "Sam");
    expect((await grades(world.quiz, "course")).map((row) => [row.learner, row.best])).toEqual([
      ["id-ada", 1],
      ["id-bob", 0.5],
    ]);
  });
});

describe("the CSV file", () => {
  const row = (name: string, learner = "u1"): GradeRow => ({
    learner,
    name,
    question: "q4",
    attempts: 2,
    best: 0.75,
    last: 0.5,
    points: ["cheap", "overfit"],
  });

  test("begins with a byte order mark and its header, and ends each line as RFC 4180 says", () => {
    expect(gradesCsv([row("Ada")])).toBe(
      "\ufefflearner,name,question,attempts,best,last,points\r\nu1,Ada,q4,2,0.75,0.5,cheap overfit\r\n",
    );
    expect(gradesCsv([])).toBe("\ufefflearner,name,question,attempts,best,last,points\r\n");
  });

  test.each([
    ['Ada "Countess" Lovelace', '"Ada ""Countess"" Lovelace"'],
    ["Lovelace, Ada", '"Lovelace, Ada"'],
    ["two\nlines", '"two\nlines"'],
    ["Ængström 漢字 🎓", "Ængström 漢字 🎓"],
  ])("quotes %j as %s", (name, cell) => expect(gradesCsv([row(name)])).toContain(`u1,${cell},q4`));

  test.each([
    '=HYPERLINK("http://evil","x")',
    "+1+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A",
  ])("%j is text and starts no formula, neither as a name nor as an identifier", (nasty) => {
    for (const cells of [row(nasty), row("Ada", nasty)]) {
      const line = gradesCsv([cells]).split("\r\n").slice(1).join("\r\n");
      const cell = cells.name === nasty ? line.slice("u1,".length) : line;
      expect(cell.replace(/^"/, "").startsWith("'")).toBe(true);
    }
  });
});
