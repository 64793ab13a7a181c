// The algebra of sign and subject: negation, the other side, contrast, pronouns, directions.
import { describe, expect, test } from "vitest";
import { graderOf } from "../../support/rubrics.js";

const sides = graderOf(`use common
sides cnn / dnn
word cnn = CNN, convolutional network
word dnn = DNN, dense network, fully connected network
word share = share, reuse
word weight = weight, parameter
word accuracy = accuracy
point shares worth 0.5 of cnn
  + share weight
point few worth 0.25 of cnn
  + less weight
point accurate worth 0.25 of cnn
  + more accuracy
misconception t.dnn-shares costs 0.25 named-of dnn
  + share weight`);

const shares = (answer: string): boolean => sides(answer).met.includes("shares");
const few = (answer: string): boolean => sides(answer).met.includes("few");

describe("a statement", () => {
  test.each([
    "A CNN shares its weights.",
    "Weights are shared in a CNN.",
    "It shares its weights.",
    "Sharing of weights, that is what a convolutional network does.",
  ])("counts as said: %s", (answer) => expect(shares(answer)).toBe(true));

  test.each([
    "A CNN does not share its weights.",
    "A CNN doesn't share weights.",
    "A CNN never shares weights.",
    "A CNN cannot share its weights.",
    "A CNN has no shared weights.",
    "Without sharing weights a CNN would be as large.",
    "It is wrong that a CNN shares its weights.",
    "A CNN shares its weights, but that is wrong.",
    "People say that a CNN shares its weights. They are mistaken.",
    "That a CNN shares its weights is a myth.",
  ])("counts as denied: %s", (answer) => expect(shares(answer)).toBe(false));

  test.each([
    "It is not true that a CNN does not share its weights.",
    "It is a myth that a CNN never shares its weights.",
    "That a CNN does not share its weights is a misconception.",
  ])("denied twice counts as said: %s", (answer) => expect(shares(answer)).toBe(true));

  test.each([
    "A CNN not only shares its weights, it is also local.",
    "No doubt a CNN shares its weights.",
    "No matter where, a CNN shares its weights.",
  ])("is not denied by what only sounds so: %s", (answer) => expect(shares(answer)).toBe(true));

  test("is not met where it is also flatly denied of the same subject", () => {
    expect(shares("A CNN shares its weights. A CNN does not share its weights.")).toBe(false);
  });

  test("is denied only as far as the negation's own part of the sentence", () => {
    expect(shares("It does not look much, and a CNN shares its weights.")).toBe(true);
    expect(shares("There is no magic, a CNN shares its weights.")).toBe(true);
  });
});

describe("the other side", () => {
  test.each([
    "A DNN shares its weights.",
    "A CNN is local, whereas a DNN shares its weights.",
    "In a fully connected network the weights are shared.",
  ])("takes the property away: %s", (answer) => {
    expect(shares(answer)).toBe(false);
    expect(sides(answer).misconceptions).toEqual(["t.dnn-shares"]);
  });

  test.each([
    "A DNN does not share its weights.",
    "A DNN cannot share weights between places.",
    "Unlike a DNN, a CNN shares its weights.",
    "A CNN shares its weights, unlike a DNN.",
    "A CNN shares its weights rather than learning new ones as a DNN does.",
    "Compared to a DNN, a CNN shares weights.",
    "A DNN learns each alone, whereas a CNN shares its weights.",
    "While a DNN does not, a CNN shares its weights.",
  ])("said to lack it, or compared with, gives it: %s", (answer) => {
    expect(shares(answer)).toBe(true);
    expect(sides(answer).misconceptions).toEqual([]);
  });

  test("not X but Y speaks for Y", () => {
    expect(shares("Not a DNN but a CNN shares its weights.")).toBe(true);
  });

  test("a relative clause speaks of the one that it follows", () => {
    expect(shares("A CNN beats a DNN, which shares its weights.")).toBe(false);
    expect(shares("A DNN loses to a CNN, which shares its weights.")).toBe(true);
  });

  test("a pronoun carries the subject of the sentence before", () => {
    expect(shares("A CNN looks at small windows. It shares its weights.")).toBe(true);
    expect(shares("Think of a DNN. It shares its weights.")).toBe(false);
    expect(shares("Think of a DNN. It does not share its weights.")).toBe(true);
  });
});

describe("directions", () => {
  test.each([
    "A CNN has fewer weights.",
    "A CNN needs far fewer weights than a DNN.",
    "A CNN reduces the number of weights.",
    "A DNN has more weights.",
    "A DNN needs many more weights than a CNN.",
    "A CNN does not need as many weights.",
  ])("less of the one, or more of the other: %s", (answer) => expect(few(answer)).toBe(true));

  test.each([
    "A CNN has more weights.",
    "A DNN has fewer weights.",
    "A CNN does not reduce the weights.",
    "A CNN does not have fewer weights than a DNN.",
    "A DNN does not need more weights.",
  ])("more of the one, or less of the other: %s", (answer) => expect(few(answer)).toBe(false));

  test("opposite directions in one sentence each belong to the nearest thing", () => {
    expect(sides("A CNN has fewer weights and more accuracy.").met).toEqual(["few", "accurate"]);
    expect(sides("A CNN has more accuracy and fewer weights.").met).toEqual(["few", "accurate"]);
    expect(sides("A CNN has more weights and less accuracy.").met).toEqual([]);
  });
});

describe("names", () => {
  const grade = graderOf(`use common
names resnet, senet
score count of 2
word resnet = ResNet
word senet = SENet
word skip = skip connection, shortcut
word squeeze = squeeze
point resnet worth 1 named-of resnet
  + skip
point senet worth 1 named-of senet
  + squeeze`);

  test("each is credited with what is said of it, in either order", () => {
    expect(grade("ResNet uses skip connections and SENet squeezes the maps.").met).toEqual(["resnet", "senet"]);
    expect(grade("ResNet: skip connections. SENet: squeeze.").met).toEqual(["resnet", "senet"]);
    expect(grade("Skip connections came with ResNet, the squeeze with SENet.").met).toEqual(["resnet", "senet"]);
    expect(grade("There are skip connections (ResNet) and there is a squeeze (SENet).").met).toEqual([
      "resnet",
      "senet",
    ]);
  });

  test("swapped or unnamed, nothing is met", () => {
    expect(grade("SENet uses skip connections and ResNet squeezes the maps.").met).toEqual([]);
    expect(grade("They use skip connections, and they squeeze the maps.").met).toEqual([]);
  });
});

describe("inherited directions", () => {
  const grade = graderOf(`use common
inherit
lists
score count of 5
word batch = batch
word image = image
word layer = layer
point batch worth 1
  + less batch
point images worth 1
  + less image
point layers worth 1
  + less layer`);

  test("one direction serves a whole enumeration, also below a heading", () => {
    expect(grade("Reduce the batch, the images and the layers.").met).toEqual(["batch", "images", "layers"]);
    expect(grade("I would reduce:\n- the batch\n- the images\n- the layers").met).toEqual([
      "batch",
      "images",
      "layers",
    ]);
  });

  test("a thing with a direction of its own takes no other", () => {
    expect(grade("Reduce the batch, use larger images.").met).toEqual(["batch"]);
    expect(grade("More layers, smaller batch, bigger images.").met).toEqual(["batch"]);
  });
});
