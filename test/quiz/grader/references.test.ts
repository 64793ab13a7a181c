// What stands for something said elsewhere: "them", "none", a sentence that takes back, one that only names, two sides in turn.
import { describe, expect, test } from "vitest";
import { graderOf } from "../../support/rubrics.js";

const pooling = graderOf(`use common
sides pool / conv
refers weight
word pool = pooling
word conv = convolution, conv
word weight = weight, parameter
word own = has, have, need, learn
word fast = fast
point none worth 0.75 of pool
  + [5] no > weight
  - [3] own > weight
point fast worth 0.25 of pool
  + fast`);

const none = (answer: string): boolean => pooling(answer).met.includes("none");

describe("a pronoun", () => {
  test.each([
    "A conv has weights, pooling does without them.",
    "Weights: pooling does without them.",
    "A conv has weights. Pooling has none.",
    "A conv learns its weights, pooling hasn't got any.",
  ])("stands for what was named before it: %s", (answer) => expect(none(answer)).toBe(true));

  test.each(["Pooling does without them (weights).", "Pooling has none. Weights, I mean."])(
    "stands for what an afterthought names: %s",
    (answer) => expect(none(answer)).toBe(true),
  );

  test.each([
    "Pooling has weights, a conv has none.",
    "Pooling does without them.",
    "Weights matter. It is slow. It is big. Pooling does without them.",
    "Weights matter. Pooling lacks any layer.",
  ])("stands for nothing where nothing near is named, nor for the wrong side: %s", (answer) =>
    expect(none(answer)).toBe(false),
  );
});

describe("what denies what follows", () => {
  test.each([
    "Nobody would say that pooling has weights.",
    "It isn't true that pooling has weights.",
    "It's not as if pooling had weights.",
    "It's not as though pooling had weights.",
    "I wouldn't say pooling has weights.",
    "You can't say that pooling has weights.",
  ])("%s", (answer) => expect(none(answer)).toBe(true));

  test("it denies once, although it is said to be wrong again", () => {
    expect(none("Nobody would claim that pooling has no weights, that is not the case.")).toBe(false);
  });

  test("it ends where a new main clause begins", () => {
    expect(pooling("I wouldn't say that pooling is fast, and it has no weights.").met).toEqual(["none"]);
  });

  test("a 'not' inside 'what …' reaches no farther than its verb", () => {
    expect(pooling("It leaves what you do not want fast.").met).toEqual(["fast"]);
  });
});

describe("how far a denial reaches", () => {
  test("not into its own reason", () => {
    expect(none("Pooling can't be slow for the simple reason that it hasn't a single weight.")).toBe(true);
  });

  test("but through 'nor' and through a relative clause of what is denied", () => {
    expect(pooling("I don't believe that pooling is fast, nor that it has no weights.").met).toEqual([]);
    expect(none("Pooling is not a layer which has no weights.")).toBe(false);
  });

  test("not past the verb of a clause that belongs to a noun", () => {
    expect(pooling("Pooling is with the things you do not want fast.").met).toEqual(["fast"]);
  });

  test("a question that wonders why denies", () => {
    expect(none("Why would pooling need weights?")).toBe(true);
  });
});

test("a short reply says of whom the question before it speaks", () => {
  expect(none("Which of the two has no weights? Pooling.")).toBe(true);
  expect(none("Which of the two has no weights? The conv.")).toBe(false);
});

describe("a sentence that takes back", () => {
  test.each([
    "Pooling has no weights. Actually, it has weights.",
    "Pooling has no weights. Oh wait, no, it has weights.",
    "Pooling has no weights. Then again, it needs weights.",
  ])("%s", (answer) => expect(none(answer)).toBe(false));

  test("at the start of an answer it takes back nothing", () => {
    expect(none("Actually, pooling has no weights.")).toBe(true);
  });
});

test("what two sides do in turn is no one statement", () => {
  const grade = graderOf(`use common
sides cnn / dnn
word cnn = CNN
word dnn = DNN
word share = share
word weight = weight
point shares worth 1 of cnn
  + share weight`);
  expect(grade("A CNN shares its filters, a DNN has a separate weight for each.").met).toEqual([]);
  expect(grade("A CNN shares its weight, a DNN does not.").met).toEqual(["shares"]);
});

describe("names", () => {
  const grade = graderOf(`use common
names resnet, senet
score count of 2
word resnet = ResNet
word senet = SENet
word skip = skip connection, bypass
word squeeze = squeeze
point resnet worth 1 named-of resnet
  + skip
point senet worth 1 named-of senet
  + squeeze`);

  test("a short sentence may give the name to the one before it", () => {
    expect(grade("One has a bypass around its layers. That was ResNet.").met).toEqual(["resnet"]);
    expect(grade("One has a bypass around its layers. That was SENet.").met).toEqual([]);
  });

  test("after a comparison without a comma the name before the verb is spoken of", () => {
    expect(grade("Compared to SENet ResNet has a bypass.").met).toEqual(["resnet"]);
  });
});

test("a carried direction holds in its own segment alone", () => {
  const grade = graderOf(`use common
inherit
lists
score count of 2
word batch = batch
word layer = layer
word pool = pooling
word add = add
point batch worth 1
  + [1] less > batch
point pool worth 1
  + add > pool`);
  expect(grade("I'd shrink my batch, and I'd add a pooling layer.").met).toEqual(["batch", "pool"]);
  expect(grade("Shrink the layers and the batch, but add nothing.").met).toEqual(["batch"]);
});
