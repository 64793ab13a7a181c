// The ten questions as they ship, and what a teacher is told who breaks one of their files.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Question, questions, readQuestions } from "../../src/quiz/question.js";
import { questionsMarkdown } from "../../src/quiz/questions-page.js";
import { refusal } from "../support/errors.js";
import { ROOT } from "../support/rubrics.js";
import { temporaryFolder } from "../support/world.js";

/** The course's own names, which scripts rely on. */
const POINTS: Readonly<Record<string, string>> = {
  q1: "params cost translation locality hierarchy",
  q2: "params params_nobias ram_pred ram_train",
  q3: "batch stride layers filters images precision distribute checkpoint offload optimizer depthwise kill_other",
  q4: "noparams cheap invariance overfit",
  q5: "inhibit inhibit_vague specialise generalise lower context",
  q6: "alexnet googlenet resnet senet xception",
  q7: "fcn anysize kernel reshape",
  q8: "loss pooling restore",
  q9: "conv output regularise training",
  q10: "data split pipeline finetune",
};

describe("the course", () => {
  test("has ten questions, each with exactly the points of the policy, in the texts and in the rubric", () => {
    expect(questions().map(({ id }) => id)).toEqual(Object.keys(POINTS));
    for (const { id, points, rubric } of questions()) {
      const expected = POINTS[id]?.split(" ").toSorted();
      expect(points.map((point) => point.id).toSorted(), id).toEqual(expected);
      expect(rubric.points.map((point) => point.id).toSorted(), id).toEqual(expected);
    }
  });

  test("explains every mistake that it can find, and can find or offer every mistake that it explains", () => {
    for (const { id, misconceptions, rubric, choices } of questions()) {
      const found = new Set([
        ...rubric.misconceptions.map((each) => each.id),
        ...choices.flatMap(({ wrong }) => wrong.flatMap(({ misconception }) => misconception ?? [])),
      ]);
      expect(misconceptions.map((each) => each.id).toSorted(), id).toEqual([...found].toSorted());
    }
  });

  test("has at least six choices a question, of options that differ and that no length gives away", () => {
    let longest = 0;
    let items = 0;
    for (const { id, choices } of questions()) {
      expect(choices.length, id).toBeGreaterThanOrEqual(6);
      expect(new Set(choices.map((item) => item.id)).size).toBe(choices.length);
      for (const item of choices) {
        const options = [item.right, ...item.wrong.map(({ text }) => text)];
        expect(new Set(options).size, item.id).toBe(options.length);
        if (item.wrong.every(({ text }) => text.length < item.right.length)) longest += 1;
        items += 1;
        expect(item.wrong.some(({ misconception }) => misconception !== undefined) || item.wrong.length > 0).toBe(true);
      }
    }
    // Whoever always picks the longest option must not do much better than by chance (one in four).
    expect(longest / items).toBeLessThan(0.4);
  });

  test("uses no markup but `code` and **bold**, and no emoji", () => {
    for (const question of questions()) {
      for (const text of textsOf(question)) {
        expect(text).not.toMatch(/<\/?[a-z]+>|\]\(|^#+ |\p{Extended_Pictographic}(?<![✓✕↻©®™↔→])/mu);
        expect((text.match(/`/g)?.length ?? 0) % 2, text).toBe(0);
        expect((text.match(/\*\*/g)?.length ?? 0) % 2, text).toBe(0);
      }
    }
  });

  test("docs/questions.md is what is generated from it: run npm run docs where this fails", () => {
    expect(readFileSync(join(ROOT, "docs/questions.md"), "utf8")).toBe(questionsMarkdown(questions()));
  });
});

function textsOf({ prompt, modelAnswer, points, misconceptions, choices }: Question): string[] {
  return [
    prompt,
    modelAnswer,
    ...points.flatMap(({ title, explanation, hints }) => [title, explanation, ...Object.values(hints)]),
    ...misconceptions.flatMap(({ title, explanation }) => [title, explanation]),
    ...choices.flatMap((item) => [
      item.prompt,
      item.right,
      item.explanation,
      ...item.wrong.flatMap((each) => [each.text, each.why]),
    ]),
  ];
}

describe("a broken file", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(temporaryFolder(), "questions");
    mkdirSync(folder);
    for (const name of ["q4.yaml", "q4.rubric", "common.rubric"])
      cpSync(join(ROOT, "assets/questions", name), join(folder, name));
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  const change = (name: string, from: string | RegExp, to: string): void => {
    const file = join(folder, name);
    const before = readFileSync(file, "utf8");
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
  };

  test("none: a folder of one question is a course of one question", () => {
    expect(readQuestions(folder).map(({ id }) => id)).toEqual(["q4"]);
  });

  test.each<[string, string, string | RegExp, string, string, string]>([
    ["a text that is missing", "q4.yaml", /^topic: .*\n/m, "", "question-file", "topic"],
    ["a field with a typo", "q4.yaml", "modelAnswer:", "modelAnwser:", "question-file", "modelAnwser"],
    ["an id that is not its file's name", "q4.yaml", "id: q4", "id: q5", "question-file", '"q5"'],
    ["a choice about an unknown point", "q4.yaml", "point: noparams", "point: noparam", "question-file", '"noparam"'],
    ["a point without a text", "q4.rubric", "point noparams", "point nothing", "question-file", '"nothing"'],
    [
      "a misconception without a text",
      "q4.rubric",
      "misconception q4.",
      "misconception q4.x-",
      "question-file",
      "q4.x-",
    ],
    ["a line that is no rubric", "q4.rubric", "score sum", "scores sum", "rubric-syntax", "q4.rubric:"],
    ["a file that is no YAML", "q4.yaml", "id: q4", "id: [q4", "question-file", "q4.yaml"],
  ])("%s is refused, with the file and what is wrong", async (_, name, from, to, code, named) => {
    change(name, from, to);
    const error = await refusal(() => readQuestions(folder));
    expect(error.code).toBe(code);
    expect(error.message).toContain(named);
    expect(error.message).toContain(name.replace("rubric", "").replace("yaml", ""));
  });
});
