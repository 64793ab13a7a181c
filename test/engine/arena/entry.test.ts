// What may enter the arena, and how the rest is refused: with the layer, the number and the way out.
import { describe, expect, it } from "vitest";
import { ARENA_LIMITS, readEntry } from "../../../src/engine/arena/entry.js";
import { refusal } from "../../support/errors.js";
import { NETWORKS } from "./networks.js";

describe("an entry", () => {
  it.each(Object.entries(NETWORKS))("may be %s", (_, network) => {
    const { count, memory } = readEntry(network);
    expect(count.output).toEqual([10]);
    // Parameters, gradients and two moments of each are the least.
    expect(memory).toBeGreaterThan(16 * count.parameters.trainable);
  });

  it("may be pasted Keras code", () => {
    const code =
      "model = keras.Sequential([layers.Input((28, 28, 1)), layers.Flatten(), layers.Dropout(0.2), layers.Dense(10)])";
    expect(readEntry(code).count.parameters.total).toBe(7_850);
  });

  it.each([
    ["input 32x32; flatten; dense 10", "arena-input", "takes 32×32×1", "Begin with input 28x28."],
    ["input 28x28x3; flatten; dense 10", "arena-input", "28×28×3", "Begin with input 28x28."],
    ["input 28x28; flatten; dense 12", "arena-output", "gives 12", "End with dense 10."],
    ["input 28x28; conv 10 3x3", "arena-output", "gives 28×28×10", "gap; dense 10"],
    ["input 28x28; flatten; dense 1000; dense 10", "arena-parameters", "795,010 parameters", "dense1 (785,000)"],
    ["input 28x28; conv 900 1x1; conv 400 1x1; gap; dense 10", "arena-macs", "multiply-accumulates", "stride"],
    ["input 28x28; upsample 50; conv 8 1x1; maxpool 50; gap; dense 10", "arena-memory", "takes at least", "stride"],
    ["input 28x28; flatten; dense 200000; dense 10", "arena-memory", "takes at least", "smaller"],
    ["input 28x28; repeat 401 (relu); gap; dense 10", "arena-layers", "403 layers", "Repeat less often."],
  ])("may not be %s", async (network, code, what, fix) => {
    const error = await refusal(() => readEntry(network));
    expect([error.code, error.what, error.fix]).toEqual([
      code,
      expect.stringContaining(what),
      expect.stringContaining(fix),
    ]);
  });

  it.each([
    ["input 28x28; conv 4 /2; conv 4 groups 2; gap; dense 10", 1, "conv2", "groups"],
    ["input 28x28; conv 4 dilation 2; gap; dense 10", 0, "conv1", "dilated"],
    ["input 28x28; conv 4; maxpool 3x3 /2 pad 1; gap; dense 10", 1, "maxpool1", "padding"],
    ["input 28x28; conv 4; lrn; gap; dense 10", 1, "lrn1", "lrn"],
    ["input 28x28; conv 4; celu; gap; dense 10", 1, "celu1", "celu"],
    ["input 28x28; conv 4; depthwise 3x3 /2x1; gap; dense 10", 1, "depthwise1", "stride"],
  ])("names the layer of %s that cannot be trained", async (network, layer, name, what) => {
    const error = await refusal(() => readEntry(network));
    expect(error).toMatchObject({ code: "arena-layer", layer, what: expect.stringContaining(name) });
    expect(error.what).toContain(what);
  });

  it("may have as many parameters as whoever runs the bot allows", async () => {
    const network = "input 28x28; flatten; dense 10";
    expect((await refusal(() => readEntry(network, { ...ARENA_LIMITS, parameters: 7_849 }))).code).toBe(
      "arena-parameters",
    );
    expect(readEntry(network, { ...ARENA_LIMITS, parameters: 7_850 }).count.parameters.total).toBe(7_850);
  });
});
