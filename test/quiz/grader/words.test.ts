// Typos are mended towards the domain; English words are left alone; a word is found in all its forms.
import { describe, expect, test } from "vitest";
import { Speller, stem } from "../../../src/quiz/grader/words.js";
import { graderOf } from "../../support/rubrics.js";

const speller = new Speller(
  "convolution convolutional parameter parameters pooling overfitting translation inception residual weights training learn".split(
    " ",
  ),
);
const mended = (word: string): string => speller.mend(word).join(" ");

describe("typos", () => {
  test.each([
    ["convolutoin", "convolution"],
    ["convoluton", "convolution"],
    ["convolutinal", "convolutional"],
    ["parmeters", "parameters"],
    ["paramaters", "parameters"],
    ["poolng", "pooling"],
    ["tranlsation", "translation"],
    ["incepton", "inception"],
    ["wieghts", "weights"],
    ["trainng", "training"],
  ])("%s is mended to %s", (typo, word) => {
    expect(mended(typo)).toBe(word);
  });

  test("a missing space is put back", () => {
    expect(mended("poolingparameters")).toBe("pooling parameters");
  });

  test.each([
    "cooling",
    "polling",
    "pouring",
    "straining",
    "raining",
    "heights",
    "freights",
    "earn",
    "lean",
    "yearn",
    "fooling",
  ])("%s is English, and stays", (word) => {
    expect(mended(word)).toBe(word);
  });

  test.each(["cnn", "x", "lr", "3x3", "naïve", "zzzzzzzz", "q"])("%s is too short or too far, and stays", (word) => {
    expect(mended(word)).toBe(word);
  });
});

describe("stems", () => {
  test.each([
    ["reduce", "reduced", "reduces", "reducing"],
    ["regularise", "regularize", "regularised", "regularizes"],
    ["freeze", "froze", "frozen", "freezing"],
    ["lose", "lost", "losing", "loses"],
    ["choose", "chose", "chosen"],
    ["halve", "halved", "halving"],
    ["use", "used", "using"],
    ["axis", "axes"],
    ["colour", "color", "colours"],
    ["matrix", "matrices"],
    ["keep", "kept", "keeps"],
  ])("%s is found in its other forms", (word, ...forms) => {
    for (const form of forms) expect(stem(form), form).toBe(stem(word));
  });

  test.each([
    ["pool", "poll"],
    ["weight", "wait"],
    ["new", "knew"],
  ])("%s and %s stay apart", (one, other) => {
    expect(stem(one)).not.toBe(stem(other));
  });
});

test("an answer full of typos meets the point that the same answer without them meets", () => {
  const grade = graderOf(`use common
word parameter = parameter, weight
point few worth 1
  + less parameter`);
  expect(grade("It has fewer parameters than that.").score).toBe(1);
  expect(grade("It has fewr paramters than taht.").score).toBe(1);
  expect(grade("It has fewer perimeters than that.").score).toBe(0);
});
