// Answers that are no answer score 0 and say why; short right answers are none of these.
import { describe, expect, test } from "vitest";
import { LONGEST_ANSWER } from "../../../src/quiz/grader/grade.js";
import { questionById, questions } from "../../../src/quiz/question.js";
import { refusal } from "../../support/errors.js";

const q4 = (answer: string) => questionById("q4").grade(answer);

function guarded(answer: string, guard: string, id = "q4"): void {
  const grade = questionById(id).grade(answer);
  expect(grade, answer).toMatchObject({ guard, score: 0, met: [], misconceptions: [] });
  expect(grade.missing.length).toBeGreaterThan(0);
}

describe("guards", () => {
  test.each(["", "   ", "\n\t\r\n", "...", "?!", "\u200b\u200e", "- - -", "()"])("%j is empty", (answer) =>
    guarded(answer, "empty"),
  );

  test.each(["👍", "🎓🎓 🤷‍♀️!", "❤️"])("%s is emoji", (answer) => guarded(answer, "emoji"));

  test.each([
    "Weil eine Pooling-Schicht keine Parameter hat, während eine Faltungsschicht viele Gewichte lernen muss.",
    "Porque una capa de agrupación no tiene parámetros, mientras que una capa convolucional tiene muchos pesos.",
    "Parce qu'une couche de pooling n'a aucun paramètre, alors qu'une couche de convolution en a beaucoup.",
    "最大池化层没有参数，而卷积层有很多需要学习的权重。",
    "Потому что у слоя подвыборки нет параметров, а у свёрточного слоя их много.",
    "プーリング層にはパラメータがありません。",
    "لا تحتوي طبقة التجميع على أي معلمات",
  ])("another language is asked to be English: %s", (answer) => guarded(answer, "language"));

  test.each([
    "model.add(MaxPooling2D(2))",
    "x = layers.MaxPool2D(pool_size=2)(x)\nx = layers.Conv2D(64, 3, strides=2)(x)",
    "```python\nimport tensorflow as tf\nmodel = tf.keras.Sequential([\n  tf.keras.layers.MaxPooling2D(),\n])\n```",
    "nn.MaxPool2d(kernel_size=2, stride=2)",
  ])("code is asked to be said in words: %s", (answer) => guarded(answer, "code"));

  test.each([
    ["q4", "max pooling = 0 parameters, conv = k*k*Cin*Cout + Cout"],
    ["q8", "CNN loses spatial information."],
    ["q9", "convs + pool, dropout, Adam, 10% validation split"],
    ["q10", ">=100 imgs/class, resize + model's own preprocessing"],
  ])("a terse answer or one with a formula is none of these, %s: %s", (id, answer) => {
    const grade = questionById(id).grade(answer);
    expect(grade.guard).toBeUndefined();
    expect(grade.score).toBeGreaterThan(0);
  });

  test("the question itself is no answer, to any of the ten", () => {
    for (const { id, prompt } of questions()) {
      const grade = questionById(id).grade(prompt);
      expect(grade.score, id).toBe(0);
      expect(grade.guard, id).toBe("copied-question");
    }
  });

  test("the question typed in capitals, or with a full stop, is no answer either", () => {
    const { prompt } = questionById("q4");
    guarded(prompt.toUpperCase(), "copied-question");
    guarded(
      "Why would you want to add a max pooling layer rather than a convolutional layer with the same stride.",
      "copied-question",
    );
  });

  test.each([
    ["q1", "weight sharing, local connectivity, translation invariance, hierarchy, parameters"],
    ["q4", "pooling, parameters, overfitting, invariance"],
    ["q8", "pooling, strides, spatial information, upsampling, skip connections"],
    ["q1", "parameters\noverfitting\ntranslation\nhierarchy"],
  ])("%s: a list of key words states nothing: %s", (id, answer) => guarded(answer, "keyword-list", id));
});

describe("no guard", () => {
  test.each([
    "It has no parameters.",
    "No parameters",
    "no weights to learn",
    "Pooling has none.",
    "Zero parameters.",
    "max pooling needs nothing learned",
    "NO PARAMETERS!!!",
    "no params 👍",
  ])("a short right answer is graded: %s", (answer) => {
    expect(q4(answer).guard).toBeUndefined();
  });

  test.each([
    ["q2", "903,400, 12.6 MB, 565.6 MB"],
    ["q2", "903400"],
    ["q2", "(3*3*3+1)*100 + (3*3*100+1)*200 + (3*3*200+1)*400 = 903400"],
    ["q3", "smaller batch, fewer layers, fp16, larger stride, several GPUs"],
    ["q6", "ResNet: skip connections. SENet: squeeze and excitation."],
    ["q9", "Two conv layers, max pooling, dropout 0.5 and a softmax of 10 trained with Adam."],
  ])("%s: figures, measures and pairings are answers: %s", (id, answer) => {
    expect(questionById(id).grade(answer).guard).toBeUndefined();
  });

  test("a few words of code, or of the question, inside prose do no harm", () => {
    expect(
      q4("MaxPooling2D() has no weights at all, but Conv2D(64, 3, strides=2) must learn its own.").guard,
    ).toBeUndefined();
    expect(
      q4("You would add a max pooling layer rather than a convolutional layer because it has no parameters.").score,
    ).toBe(1);
  });

  test("simple English of somebody who learns it is English", () => {
    expect(q4("pooling layer not have parameter, conv layer have many parameter to learn").guard).toBeUndefined();
    expect(q4("The max pooling not need weights").guard).toBeUndefined();
  });

  test("the model answer of every question is an answer, and a good one", () => {
    for (const { id, modelAnswer, grade } of questions()) {
      const { guard, score } = grade(modelAnswer);
      expect(guard, id).toBeUndefined();
      expect(score, id).toBe(1);
    }
  });
});

test("an answer beyond the limit is refused whole, with both numbers, and not cut", async () => {
  const error = await refusal(() => q4(`no parameters ${"x".repeat(LONGEST_ANSWER)}`));
  expect(error.code).toBe("answer-too-long");
  expect(error.message).toContain("10,014");
  expect(error.message).toContain("10,000");
  expect(() => q4("x".repeat(LONGEST_ANSWER))).not.toThrow();
});
