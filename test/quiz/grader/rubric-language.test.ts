// The rubric language as docs/rubrics.md describes it: every kind of line, and mistakes that name their file and line.
import { describe, expect, test } from "vitest";
import { readRubric } from "../../../src/quiz/grader/read-rubric.js";
import { refusal } from "../../support/errors.js";
import { graderOf, rubricOf, shippedRubrics } from "../../support/rubrics.js";

const met = (rubric: string, answer: string): readonly string[] => graderOf(rubric)(answer).met;

/** A rubric of one point with one pattern line. */
const onePoint = (line: string, words = ""): string => `use common
word pool = pooling, max pool
word weight = weight, parameter
word learn = learn, train
${words}
point p worth 1
  ${line}`;

describe("words", () => {
  test("a synonym, a phrase, an inflected form and an ending with * are all found", () => {
    const rubric = onePoint("+ word", "word word = kernel, feature map, regulari*");
    for (const answer of [
      "The kernels do it.",
      "Each feature map has one.",
      "It regularises this.",
      "Regularisation, that is it.",
    ])
      expect(met(rubric, answer), answer).toEqual(["p"]);
    expect(met(rubric, "The feature of a map is this.")).toEqual([]);
  });

  test("articles inside a phrase do not matter", () => {
    expect(met(onePoint("+ word", "word word = same size"), "They have the same the size.")).toEqual(["p"]);
  });

  test("an indented line continues a list of synonyms", () => {
    expect(met(onePoint("+ word", "word word = one,\n  kernel, filter"), "A filter does.")).toEqual(["p"]);
  });

  test("+= adds to a word, and = replaces it", () => {
    const added = onePoint("+ word", "word word = kernel\nword word += filter");
    expect(met(added, "A kernel does.")).toEqual(["p"]);
    expect(met(added, "A filter does.")).toEqual(["p"]);
    const replaced = onePoint("+ word", "word word = kernel\nword word = filter");
    expect(met(replaced, "A kernel does.")).toEqual([]);
  });

  test("-= names phrases in which a word does not count", () => {
    const rubric = onePoint("+ strong", "word strong = active, strong\nword strong -= less active");
    expect(met(rubric, "The active one does.")).toEqual(["p"]);
    expect(met(rubric, "The less active one does.")).toEqual([]);
    expect(met(rubric, "The less active one does, the strong one too.")).toEqual(["p"]);
  });

  test(".. stands for up to four words, and for none across a comma", () => {
    const rubric = onePoint("+ down", "word down = keep .. down");
    expect(met(rubric, "It keeps all of its neighbours down.")).toEqual(["p"]);
    expect(met(rubric, "It keeps going, and down it falls.")).toEqual([]);
    expect(met(rubric, "It keeps what it has seen in all of the layers down.")).toEqual([]);
  });

  test("a short word keeps its e: one is not on, use is not us", () => {
    expect(met(onePoint("+ word", "word word = one, use"), "It depends on us.")).toEqual([]);
    expect(met(onePoint("+ word", "word word = one"), "The other ones do.")).toEqual(["p"]);
    expect(met(onePoint("+ word", "word word = use"), "It is used there.")).toEqual(["p"]);
  });

  test("!! is looked for only near, ! in the whole clause", () => {
    const answer = "Pooling learns, as far as I remember from the first lecture of the second term, every weight.";
    expect(met(onePoint("+ pool learn !weight"), answer)).toEqual([]);
    expect(met(onePoint("+ pool learn !!weight"), answer)).toEqual(["p"]);
    expect(met(onePoint("+ pool learn !!weight"), "Pooling learns every weight.")).toEqual([]);
  });

  test("@name includes another word's synonyms, however deep, and a circle ends", () => {
    expect(met(onePoint("+ a", "word a = @b\nword b = @c, two\nword c = kernel"), "A kernel does.")).toEqual(["p"]);
    const circle = onePoint("+ a", "word a = @b, one\nword b = @a, kernel");
    expect(met(circle, "A kernel does.")).toEqual(["p"]);
  });

  test("a comment after # is no part of a line", () => {
    expect(met(onePoint("+ learn # not weight"), "It has to learn.")).toEqual(["p"]);
  });

  test("no phrase runs across a comma or a full stop", () => {
    const rubric = onePoint("+ word", "word word = skip connection");
    expect(met(rubric, "They skip, connections are lost here.")).toEqual([]);
    expect(met(rubric, "They use a skip connection here.")).toEqual(["p"]);
  });
});

describe("patterns", () => {
  test("a b: near each other in one clause, in any order", () => {
    const rubric = onePoint("+ pool weight");
    expect(met(rubric, "Pooling has weights.")).toEqual(["p"]);
    expect(met(rubric, "The weights of the pooling are many.")).toEqual(["p"]);
    expect(met(rubric, "There is pooling; weights stand elsewhere.")).toEqual([]);
    const far = "one red blue green table chair window house garden street city country";
    expect(met(rubric, `Pooling brings ${far} weights.`)).toEqual([]);
  });

  test("a > b: in this order only", () => {
    const rubric = onePoint("+ pool > weight");
    expect(met(rubric, "Pooling has weights.")).toEqual(["p"]);
    expect(met(rubric, "The weights of the pooling are many.")).toEqual([]);
  });

  test('(a | b | "c d"): any of them, also literal text', () => {
    const rubric = onePoint('+ (pool | "by design") weight');
    expect(met(rubric, "It has weights by design.")).toEqual(["p"]);
    expect(met(rubric, "Pooling has weights.")).toEqual(["p"]);
    expect(met(rubric, "It has weights.")).toEqual([]);
  });

  test("!a: not where this stands in the clause", () => {
    const rubric = onePoint("+ pool weight !learn");
    expect(met(rubric, "Pooling has weights.")).toEqual(["p"]);
    expect(met(rubric, "Pooling has weights to learn.")).toEqual([]);
  });

  test("[n]: within n words, more or fewer than usual", () => {
    const answer = "Pooling brings one red blue green table chair window house weights.";
    expect(met(onePoint("+ [14] pool weight"), answer)).toEqual(["p"]);
    expect(met(onePoint("+ pool weight"), answer)).toEqual([]);
    expect(met(onePoint("+ [2] pool weight"), "Pooling brings red weights.")).toEqual([]);
  });

  test("~: anywhere in the sentence; ~~: anywhere in the answer", () => {
    const sentence = "Pooling comes first, but then weights follow.";
    const answer = "Pooling comes first. Then weights follow.";
    expect(met(onePoint("+ ~ pool weight"), sentence)).toEqual(["p"]);
    expect(met(onePoint("+ ~ pool weight"), answer)).toEqual([]);
    expect(met(onePoint("+ ~~ pool weight"), answer)).toEqual(["p"]);
    expect(met(onePoint("+ pool weight"), sentence)).toEqual([]);
  });

  test("a number: #>=n, #<=n and #n", () => {
    expect(met(onePoint("+ #>=100 pool"), "Pooling, 150 times.")).toEqual(["p"]);
    expect(met(onePoint("+ #>=100 pool"), "Pooling, 99 times.")).toEqual([]);
    expect(met(onePoint("+ #<=3 pool"), "Pooling, 3 times.")).toEqual(["p"]);
    expect(met(onePoint("+ #10 pool"), "Pooling, 10 times.")).toEqual(["p"]);
    expect(met(onePoint("+ #10 pool"), "Pooling, 11 times.")).toEqual([]);
  });

  test("a & b: both, wherever each stands, and the second not denied", () => {
    const rubric = onePoint("+ pool & learn");
    expect(met(rubric, "There is pooling. The rest can learn.")).toEqual(["p"]);
    expect(met(rubric, "There is pooling.")).toEqual([]);
    expect(met(rubric, "There is pooling. The rest can not learn.")).toEqual([]);
  });
});

describe("values", () => {
  const value = (line: string): string => onePoint(line);
  test("a count within a share of it", () => {
    expect(met(value("= 903400 within 0.5%"), "There are 905,000 parameters.")).toEqual(["p"]);
    expect(met(value("= 903400 within 0.5%"), "There are 910,000 parameters.")).toEqual([]);
    expect(met(value("= 903400 within 0.5%"), "It takes 903,400 bytes.")).toEqual([]);
  });

  test("a range in MB takes no MiB, and a value in MiB no MB", () => {
    expect(met(value("= 560..577 MB"), "That needs 565.6 MB.")).toEqual(["p"]);
    expect(met(value("= 560..577 MB"), "That needs 0.566 GB.")).toEqual(["p"]);
    expect(met(value("= 560..577 MB"), "That needs 578 MB.")).toEqual([]);
    expect(met(value("= 560..577 MB"), "That needs 565.6 MiB.")).toEqual([]);
    expect(met(value("= 12.03 MiB within 1%"), "That needs 12 MiB.")).toEqual(["p"]);
    expect(met(value("= 12.03 MiB within 1%"), "That needs 12.6 MB.")).toEqual([]);
  });

  test("digits n: written to as many digits", () => {
    expect(met(value("= 902700 within 0.01% digits 4"), "There are 902.7k of them.")).toEqual(["p"]);
    expect(met(value("= 902700 within 5% digits 4"), "There are 0.9 M of them.")).toEqual([]);
  });

  test("where: only beside something else that is said", () => {
    const rubric = value("= 13.33 MB within 1% where pool");
    expect(met(rubric, "13.3 MB, pooling included.")).toEqual(["p"]);
    expect(met(rubric, "That needs 13.3 MB.")).toEqual([]);
  });

  test("several values offered for one thing earn nothing, a corrected one counts", () => {
    const rubric = value("= 903400 within 0.5%");
    expect(met(rubric, "There are 903,400 or 8,006,700 parameters.")).toEqual([]);
    expect(met(rubric, "There are 8,006,700 parameters, no wait, 903,400.")).toEqual(["p"]);
    expect(met(rubric, "There are 903,400, no wait, 8,006,700 parameters.")).toEqual([]);
    expect(met(rubric, "There are not 903,400 parameters.")).toEqual([]);
  });
});

describe("mistakes in a rubric", () => {
  test.each([
    ["word without a sign", "word pool pooling", 1],
    ["an unknown keyword", "wrod pool = pooling", 1],
    ["a pattern under nothing", "+ pool", 1],
    ["a value that is none", "point p worth 1\n  = many", 2],
    ["an unknown attribute", "point p worths 1", 1],
    ["a worth that is no number", "point p worth much", 1],
    ["an unknown scoring", "score best", 1],
    ["an opposite of nothing", "opposite less", 1],
    ["a group without a cap", "together a b", 1],
    ["a pattern that asks for nothing", "word a = x\npoint p worth 1\n  + !a", 3],
    ["a pattern that cannot be read", "word a = x\npoint p worth 1\n  + (a", 3],
  ])("%s is refused with file and line", async (_, text, line) => {
    const error = await refusal(() => rubricOf(text));
    expect(error.code).toBe("rubric-syntax");
    expect(error.what).toContain(`t.rubric:${line}:`);
    expect(error.fix).not.toBe("");
  });

  test("a pattern with an unknown word names it and how to add it", async () => {
    const error = await refusal(() => rubricOf("point p worth 1\n  + pooling"));
    expect(error.message).toContain('"pooling"');
    expect(error.fix).toContain("word pooling = …");
  });

  test("@name of no word is refused by name", async () => {
    expect((await refusal(() => rubricOf("word a = @b"))).message).toContain("@b");
  });

  test("a missing file is named, and one that is used names its own line", async () => {
    expect((await refusal(() => rubricOf("use nothing-here"))).message).toContain("nothing-here.rubric");
    const error = await refusal(() => rubricOf("use other", { "other.rubric": "word a = x\nnonsense" }));
    expect(error.message).toContain("other.rubric:2");
  });
});

test("every shipped rubric can be read, and its points can be reached", () => {
  const files = shippedRubrics();
  const ids = [...files.keys()]
    .filter((name) => /^q\d+\.rubric$/.test(name))
    .map((name) => name.replace(".rubric", ""));
  expect(ids).toHaveLength(10);
  for (const id of ids) {
    const rubric = readRubric(id, files);
    for (const point of rubric.points) {
      expect(point.patterns.length + point.values.length, `${id}.${point.id}`).toBeGreaterThan(0);
      if (rubric.scoring.kind === "sum") expect(point.worth, `${id}.${point.id}`).toBeGreaterThan(0);
    }
    for (const { id: misconception } of rubric.misconceptions)
      expect(misconception).toMatch(new RegExp(`^${id}\\.[a-z0-9]+(?:-[a-z0-9]+)*$`));
  }
});
