// The notation: what it understands, what it refuses, with which layer and which fix.
import { describe, expect, test } from "vitest";
import { NetworkError } from "../../../src/engine/network/failure.js";
import { LONGEST_TEXT } from "../../../src/engine/network/limits.js";
import { countNetwork } from "../../../src/engine/network/network.js";

const outputs = (text: string): unknown => countNetwork(text).layers.map((layer) => layer.output);

function refusal(text: string): NetworkError {
  try {
    countNetwork(text);
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text.slice(0, 100)}`);
}

describe("what is understood", () => {
  test.each([
    ["sizes", "input 28; conv 8 5", "input 28x28x1; conv 8 5x5"],
    ["colours by name", "input 200x300 rgb; conv 4", "input 200x300x3; conv 4"],
    ["gray as a size", "input 20x30xgray; conv 4", "input 20x30x1; conv 4"],
    ["defaults of conv", "input 9x9x2; conv 4", "input 9x9x2; conv 4 3x3 /1 same"],
    [
      "defaults of pools",
      "input 9x9x2; maxpool; avgpool 3x2",
      "input 9x9x2; maxpool 2x2 /2 valid; avgpool 3x2 /3x2 valid",
    ],
    [
      "words in any order",
      "input 9x9x4; conv 4 3x3 relu bn nobias groups 2 pad 1 /2",
      "input 9x9x4; conv 4 3x3 /2 pad 1x1 groups 2 nobias bn relu",
    ],
    ["the kernel before the filters", "input 9x9x2; conv 3x3 4", "input 9x9x2; conv 4 3x3"],
    ["stride as a word", "input 9x9x2; conv 4 stride 2x1", "input 9x9x2; conv 4 /2x1"],
    [
      "every separator",
      "input 9x9\nconv 4 | conv 5 -> conv 6 → conv 7 -&gt; dense 3",
      "input 9x9;conv 4;conv 5;conv 6;conv 7;dense 3",
    ],
    ["dashes of phones", "input 9x9 —> conv 4 –> conv 5", "input 9x9; conv 4; conv 5"],
    ["comments and fences", "```\ninput 9x9 # the digits\nconv 4 # edges; corners\n```", "input 9x9; conv 4"],
    ["quotes", "“input 9×9 ; conv 4 3 × 3”", "input 9x9; conv 4 3x3"],
    [
      "what Keras calls them",
      "input 9x9x2; Conv2D 4; MaxPooling2D; BatchNormalization; GlobalAveragePooling2D",
      "input 9x9x2; conv 4; maxpool; bn; gap",
    ],
    ["four margins", "input 9x9x2; zeropad 1, 2, 3, 0; crop 0,1,1,0", "input 9x9x2; zeropad 1,2,3,0; crop 0 1 1 0"],
    ["groups over lines", "input 9x9x2\nconcat (\n conv 4\n)\n(\n conv 5\n)", "input 9x9x2; concat (conv 4) (conv 5)"],
    ["the name of a network", "ResNet-50 pytorch", "resnet50 torch"],
    ["a network on an input", "input 150x150x3; resnet18", "resnet18 150x150x3"],
  ])("%s", (_, text, plain) => {
    const [found, meant] = [countNetwork(text), countNetwork(plain)];
    expect(outputs(text)).toEqual(outputs(plain));
    expect([found.input, found.parameters, found.macs]).toEqual([meant.input, meant.parameters, meant.macs]);
  });

  test.each([
    ["input 7x8x3; conv 2 /2 same", [[4, 4, 2]]],
    ["input 7x8x3; conv 2 3x2 /2 valid", [[3, 4, 2]]],
    ["input 7x9x3; conv 2 5x5 pad 2x0 dilation 1x2", [[7, 1, 2]]],
    ["input 6x6x3; maxpool 3x3 /2 ceil", [[3, 3, 3]]],
    ["input 7x7x3; maxpool 2x2 /2 pad 1 ceil", [[4, 4, 3]]],
    ["input 5x4x3; tconv 2 4x4 /2", [[10, 8, 2]]],
    ["input 5x4x3; tconv 2 4x4 /2 valid", [[12, 10, 2]]],
    ["input 5x4x3; tconv 2 3x3 /2 pad 1 outpad 1", [[10, 8, 2]]],
    ["input 5x4x3; upsample 2x3 bilinear; flatten", [[10, 12, 3], [360]]],
    [
      "input 4x4x3; concat ( ) (conv 5)",
      [
        [4, 4, 5],
        [4, 4, 8],
      ],
    ],
    ["input 4x4x3; dense 7", [[4, 4, 7]]],
    ["input ?x6x3; conv 4 /2; gap; dense 2", [[null, 3, 4], [4], [2]]],
  ])("%s has shapes %j", (text, shapes) => {
    expect(outputs(text)).toEqual(shapes);
  });

  test("a word on a layer belongs to its entry, repeat is unrolled, a join stands after its branches", () => {
    const { layers } = countNetwork("input 8x8x4; conv 4 bn relu; repeat 2 (conv 4; relu); residual (conv 4) bn; gap");
    expect(layers.map((layer) => [layer.name, layer.type, layer.parameters])).toEqual([
      ["conv1", "conv", 148 + 16],
      ["conv2", "conv", 148],
      ["relu1", "relu", 0],
      ["conv3", "conv", 148],
      ["relu2", "relu", 0],
      ["conv4", "conv", 148],
      ["add1", "add", 16],
      ["gap1", "gap", 0],
    ]);
  });

  test("the arithmetic is worked", () => {
    const { layers } = countNetwork(
      "input 200x300x3; conv 100 /2; conv 200 /2 groups 4 bn; separable 8 mult 2; se 4; gap; dense 10",
    );
    expect(layers.flatMap((layer) => layer.working())).toEqual([
      "(3·3·3 + 1)·100 = 2,800",
      "(3·3·(100/4) + 1)·200 = 45,200",
      "bn 4·200 = 800",
      "3·3·200·2 + (400 + 1)·8 = 6,808",
      "(8 + 1)·2 + (2 + 1)·8 = 42",
      "(8 + 1)·10 = 90",
    ]);
    expect(layers[1]?.macsWorking()).toEqual(["50·75·3·3·25·200 = 168,750,000"]);
  });

  test("shared layers count their parameters once and their MACs every time", () => {
    const [own, shared] = [
      countNetwork("input 8x8x4; repeat 3 (conv 4)"),
      countNetwork("input 8x8x4; repeat 3 shared (conv 4)"),
    ];
    expect([own.parameters.total, shared.parameters.total]).toEqual([3 * 148, 148]);
    expect(shared.macs).toBe(own.macs);
    expect(shared.layers[2]?.working()).toEqual(["uses the weights of conv1"]);
    expect(countNetwork("input 8x8x4; repeat 2 shared (repeat 2 shared (conv 4); conv 4)").parameters.total).toBe(
      2 * 148,
    );
  });

  test("frozen layers do not train", () => {
    expect(countNetwork("input 8x8x4; frozen (conv 4; bn); conv 4").parameters).toEqual({
      total: 312,
      trainable: 148,
      nonTrainable: 164,
    });
    expect(countNetwork("frozen (resnet18 32x32x3 notop); gap; dense 5").parameters.trainable).toBe(512 * 5 + 5);
    expect(countNetwork("input 32x32x3; frozen (resnet18 notop); gap; dense 5").parameters.trainable).toBe(512 * 5 + 5);
  });
});

describe("the receptive field", () => {
  test.each([
    ["input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2", [15, 15]],
    ["input 28x28; conv 8 3x5; maxpool; conv 8 3x3; flatten; dense 9", [8, 10]],
    ["input 8x8; concat (conv 2 5x1) (conv 2 1x7)", [5, 7]],
    ["input 8x8x3; conv 2 3x3 dilation 2; dense 4", [5, 5]],
    ["input 8x8x3; conv 2; gap; dense 3", [3, 3]],
    ["input 8x8x3; conv 2; upsample 2; conv 2", null],
    ["input 8x8x3; conv 2; flatten", [3, 3]],
    ["input ?x?x3; conv 2; conv 2", [5, 5]],
  ])("of %s is %j", (text, field) => {
    expect(countNetwork(text).receptiveField).toEqual(field);
  });
});

describe("what is refused", () => {
  test.each([
    ["input 5x5; conv 8; conv 8 7x7 valid", "kernel-too-large", 1, "Use 'same' or a kernel of at most 5×5."],
    ["input 5x9; maxpool 7x3 /1", "kernel-too-large", 0, "at most 5×3"],
    ["input 5x5x3; conv 8 groups 2", "groups-do-not-divide", 0, "1 would"],
    ["input 5x5x4; conv 6 groups 4", "groups-do-not-divide", 0, "1, 2 would"],
    ["input 5x5; conv 8 /0", "zero", 0, "at least 1"],
    ["input 5x5; conv 0", "zero", 0, "at least 1"],
    ["input 5x5; dense 0", "zero", 0, "at least 1"],
    ["input 5x5; flatten; conv 8", "needs-maps", 1, "before the flatten"],
    ["input 8x8x3; residual (conv 4)", "shapes-do-not-join", 1, "shortcut"],
    ["input 8x8x3; concat (conv 4 /2) (conv 3)", "shapes-do-not-join", 2, "same strides"],
    ["input 8x8x3; concat (gap) (conv 3)", "shapes-do-not-join", 2, "same strides"],
    ["input 8x8; conv 2; cnov 8", "unknown-layer", 1, "Did you mean conv?"],
    ["input 8x8; repeat 3 (conv 2); max_pol", "unknown-layer", 3, "Did you mean maxpool?"],
    ["input 8x8; conv 2; repeat 3; conv 2", "bracket-missing", 1, "repeat N ( … )"],
    ["input 8x8; Residual", "bracket-missing", 0, "residual ( … )"],
    ["resnet51", "unknown-layer", 0, "Did you mean resnet50?"],
    ["resnet50 troch", "unknown-word", 0, "Did you mean torch?"],
    ["xception torch", "unknown-build", 0, "Leave out"],
    ["input 8x8; conv 8 sane", "unknown-word", 0, "Did you mean same?"],
    ["input 8x8; conv 8 relu tanh", "said-twice", 0, "Leave one"],
    ["input 8x8; dense 8 same", "word-out-of-place", 0, "dense UNITS"],
    ["input 8x8; conv 8 3x3 conv 9", "unknown-word", 0, ";"],
    ["input 8x8; conv 1,024", "bad-number", 0, "without commas"],
    ["input 8x8; conv 8.5", "bad-number", 0, "whole numbers"],
    ["input 8x8; conv -8", "bad-number", 0, "whole numbers"],
    ["input 8x8; conv 8 3 3", "too-many-numbers", 0, "conv FILTERS"],
    ["input 8x8; conv", "number-missing", 0, "conv FILTERS"],
    ["input 8x8; maxpool same ceil", "ceil-with-same", 0, "same alone"],
    ["input 8x8; maxpool 2x2 pad 2", "pool-padding", 0, "pad 1x1 at most"],
    ["input 8x8; tconv 8 /2 pad 1 outpad 2", "outpad-too-large", 0, "at most 1x1"],
    ["input 8x8; tconv 8 /2 outpad 1", "outpad-without-pad", 0, "pad 1 outpad 1"],
    ["input 8x8; crop 4", "nothing-left", 0, "at most 7"],
    ["input 8x8x4; se 5", "squeeze-too-strong", 0, "at most 4"],
    ["input 8x8; residual ( )", "empty-bracket", 0, "at least one layer"],
    ["input 8x8; repeat 0 (conv 2)", "zero", 0, "at least once"],
    ["input 8x8; repeat (conv 2)", "bad-repeat", 0, "repeat 3"],
    ["input 8x8; (conv 2)", "bracket-alone", 0, "residual"],
    ["input 8x8; conv (64)", "bracket-out-of-place", 0, "conv 64"],
    ["input 8x8; fc (64)", "bracket-out-of-place", 0, "conv 64"],
    ["input 8x8; repeat 2 (conv 2", "bracket-open", null, ")"],
    ["input 8x8; conv 2)", "bracket-closed", null, ")"],
    ["input 8x8x3; repeat 2 shared (conv 8)", "weights-do-not-fit", 1, "leave out the word shared"],
    ["input 8x8; input 9x9; conv 2", "input-again", 0, "away"],
    ["input 64x64x3; resnet18 32x32x3", "input-again", 0, "Leave out the size"],
    ["inceptionv3 keras aux", "unknown-build", 0, "torch aux"],
    ["conv 8", "no-input", null, "input 224x224x3"],
    ["Conv2D 8; fc 10", "no-input", null, "input 224x224x3"],
    ["input 0x8; conv 2", "bad-input", null, "input 200x300x3"],
    ["input 8x8x?; conv 2", "bad-input", null, "input 200x300x3"],
    ["input 8x8", "empty-network", null, "Add a layer"],
    ["", "empty-network", null, "Begin with input"],
    ["input ?x?x3; conv 2; flatten; dense 3", "unknown-size", 2, "gap"],
    ["input 9999999x9999999x99; conv 8", "too-large", 0, "9,007,199,254,740,991"],
    ["input 8x8; conv 99999999999999999999", "too-large", 0, "10,000,000"],
    [
      "input 8x8; dense 10000000; dense 10000000; dense 10000000; dense 10000000",
      "too-large",
      2,
      "9,007,199,254,740,991",
    ],
  ])("%s", (text, code, layer, fix) => {
    const error = refusal(text);
    expect({ code: error.code, layer: error.layer }).toEqual({ code, layer });
    expect(error.fix).toContain(fix);
  });

  test.each([
    ["ten thousand brackets", "input 8x8; ".concat("residual (".repeat(5_000)), "too-long"],
    ["more brackets than text may have", "(".repeat(10_000), "too-deep"],
    ["a megabyte", "conv 8;".repeat(150_000), "too-long"],
    ["dashes without end", "-".repeat(LONGEST_TEXT), "unknown-layer"],
    ["blanks without end", `input 8x8; conv 8 /${" ".repeat(LONGEST_TEXT - 30)}x`, "bad-number"],
    ["a repeat of a billion", "input 8x8; repeat 1000000000 (conv 8)", "too-many-layers"],
    ["a repeat beyond every number", `input 8x8; repeat ${"9".repeat(400)} (conv 8)`, "too-many-layers"],
    [
      "joins of thousands, repeated",
      `input 8x8; repeat 2000 (concat ${"( )".repeat(9_000)} (relu))`,
      "too-many-branches",
    ],
    ["a size of thousands of numbers", `input 8x8; conv 8 ${"1x".repeat(9_000)}1`, "bad-number"],
    ["repeats of repeats", `input 8x8; ${"repeat 9 (".repeat(40)}conv 8${")".repeat(40)}`, "too-many-layers"],
    ["repeats of a known network", "input 32x32x3; repeat 4000 (resnet152)", "too-many-layers"],
    ["shared repeats", "input 8x8; repeat 99999 shared (repeat 99999 shared (relu))", "too-many-layers"],
  ])("%s", (_, text, code) => {
    const error = refusal(text);
    expect(error.code).toBe(code);
    expect(error.message.length).toBeLessThan(400);
  });
});

test.each([
  ["the notation", "input 8x8x3; ".concat("conv 8; ".repeat(10_000)), "Write at most 50,000"],
  ["code", "m = nn.Sequential(\n".concat("  nn.ReLU(),\n".repeat(2_000), ")"), "Write at most 20,000"],
])("%s beyond its own limit is refused with that limit", (_, text, fix) => {
  expect(() => countNetwork(text)).toThrow(
    expect.objectContaining({ code: "too-long", fix: expect.stringContaining(fix) }),
  );
});
