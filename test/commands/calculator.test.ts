// /params, /memory, /compare and /network as a student uses them: true numbers, the way on by button, and mistakes named.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Message } from "../../src/commands/reply.js";
import { decodePng } from "../support/png.js";
import { blockOf, press, textOf } from "../support/replies.js";
import { action, command, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const ada = user("ada");
const QUESTION_2 = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";
const say = (line: string, options: Record<string, string | number | boolean>) =>
  messageTo(world, command(ada, line, options));
const pressed = (reply: Message, label: string) => messageTo(world, action(ada, press(reply, label)));

describe("/params", () => {
  test("answers question 2, layer by layer, and shows the arithmetic behind a button", async () => {
    const reply = await say("params", { network: QUESTION_2 });
    expect(textOf(reply)).toContain("903,400 parameters");
    expect(blockOf(reply, "table").rows.map((row) => row.at(-1))).toEqual(["2,800", "180,200", "720,400"]);
    const working = textOf(await pressed(reply, "Show the arithmetic"));
    expect(working).toContain("(3·3·100 + 1)·200 = 180,200");
    expect(working).toContain("(3·3·200 + 1)·400 = 720,400; MACs 25·38·3·3·200·400 = 684,000,000");
  });

  test("sums up a long network by map size, without losing a parameter, and turns the pages of its arithmetic", async () => {
    const reply = await say("params", { network: "resnet50" });
    const { rows } = blockOf(reply, "table");
    expect(rows.length).toBeLessThanOrEqual(16);
    const sum = rows.reduce((total, row) => total + Number(String(row.at(-1)).replaceAll(",", "")), 0);
    expect(sum).toBe(25_636_712);
    const first = await pressed(reply, "Show the arithmetic");
    const second = await pressed(first, "Later layers");
    expect(textOf(first)).toContain("conv1:");
    expect(textOf(second)).not.toContain("conv1:");
    expect(textOf(await pressed(second, "Earlier layers"))).toBe(textOf(first));
  });

  test("reads pasted code", async () => {
    const code = "model = Sequential([Conv2D(8, 3, input_shape=(28, 28, 1)), Flatten(), Dense(10)])";
    expect(textOf(await say("params", { network: code }))).toContain("54,170 parameters");
  });

  test.each([
    [
      "input 5x5; conv 3 7x7 valid",
      "Layer 1: 7×7 'valid' does not fit into 5×5. Use 'same' or a kernel of at most 5×5.",
    ],
    ["input 28x28; conv 8; cnv 9", "Did you mean conv?"],
    ["resnet51", "resnet50"],
  ])("names what is wrong with %s, and the fix", async (network, fix) => {
    const reply = await say("params", { network });
    expect(textOf(reply)).toContain(fix);
    expect(blockOf(reply, "note").tone).toBe("error");
  });
});

describe("/memory", () => {
  test("answers question 2 in bytes, MB and MiB", async () => {
    const text = textOf(await say("memory", { network: QUESTION_2, batch: 50 }));
    expect(text).toContain("12,613,600 B = 12.61 MB = 12.03 MiB");
    expect(text).toContain("565,613,600 B = 565.6 MB = 539.4 MiB");
  });

  test("says which batch fits, and computes five ways to fit, each true of the changed network", async () => {
    const options = { network: QUESTION_2, batch: 50, optimizer: "adam", gpu: "512 MiB" };
    const reply = await say("memory", options);
    expect(textOf(reply)).toContain("Largest batch in 536.9 MB = 512.0 MiB: 46");
    const ways = await pressed(reply, "Make it fit");
    expect(blockOf(ways, "fields").fields).toHaveLength(5);
    const text = textOf(ways);
    const total = async (network: string, more = {}) =>
      /Training, together: ([\d,]+) B/.exec(textOf(await say("memory", { ...options, network, ...more })))?.[1];
    expect(text).toContain(
      `batch 46 rather than 50, gradients accumulated: ${await total(QUESTION_2, { batch: 46 })} B`,
    );
    expect(text).toContain(`mixed precision: maps in 16 bits: ${await total(QUESTION_2, { precision: "mixed" })} B`);
    expect(text).toContain(`: ${await total(QUESTION_2.replace("200x300", "100x150"))} B`);
    expect(text).toContain(`stride 4 rather than 2 in conv1: ${await total(QUESTION_2.replace("/2", "/4"))} B`);
    const separable = QUESTION_2.replace("conv 200", "separable 200").replace("conv 400", "separable 400");
    expect(text).toContain(`2 convolutions depthwise separable: ${await total(separable)} B`);
    expect(textOf(await pressed(ways, "Back to the memory"))).toBe(textOf(reply));
  });

  test("asks for a unit, and for sizes that it needs", async () => {
    expect(textOf(await say("memory", { network: QUESTION_2, gpu: "8" }))).toContain("8 GiB");
    expect(textOf(await say("memory", { network: "input ?x?x3; conv 8" }))).toContain("height and width");
  });

  test("offers only ways that the network allows", async () => {
    const reply = await say("memory", { network: "input 1x1x9; dense 10", precision: "mixed" });
    expect(textOf(await pressed(reply, "Make it fit"))).toContain("None of the five ways");
    const eight = await say("memory", { network: QUESTION_2, precision: "8" });
    expect(textOf(eight)).toContain("3.15 MB to predict");
    expect(textOf(eight)).not.toContain("[Make it fit]");
  });
});

describe("/compare", () => {
  test("shows totals side by side and only the layers that differ", async () => {
    const reply = await say("compare", { a: QUESTION_2, b: QUESTION_2.replace("conv 400", "separable 400") });
    expect(blockOf(reply, "table").rows[0]).toEqual(["Parameters", "903,400", "265,200", "0.29 ×"]);
    expect(textOf(reply)).toContain("Only in a: conv 400 3×3 /2");
    expect(textOf(reply)).toContain("Only in b: separable 400 3×3 /2");
    expect(textOf(reply)).not.toContain("Only in a: conv 100");
  });

  test("says so when nothing differs, and leaves unknown what depends on unknown sizes", async () => {
    const reply = await say("compare", { a: "input ?x?x3; conv 8", b: "input ?x?x3 -> CONV 8 3x3" });
    expect(textOf(reply)).toContain("Both have the same layers.");
    expect(blockOf(reply, "table").rows[2]).toEqual(["One prediction", "unknown", "unknown", " "]);
  });
});

describe("/network", () => {
  test("draws every layer with its skips, and says in words what the picture shows", async () => {
    const network = "input 28x28; conv 16 relu; residual (conv 16 relu; conv 16); gap; dense 10 softmax";
    const reply = await say("network", { network });
    const { png, alt } = blockOf(reply, "picture");
    const { width, height } = decodePng(png);
    // A head, the input and six layers (nominal pixels doubled).
    expect([width, height]).toEqual([2 * 960, 2 * (128 + 7 * 34 + 28)]);
    expect(alt).toContain("A network from 28×28×1 to 10.");
    expect(alt).toContain("conv2: conv 16 3×3 relu, 28×28×16, 2,320 parameters");
  });

  test.each(["resnet152", "densenet121", "googlenet", "efficientnetb0"])(
    "draws %s within a phone's reach",
    async (network) => {
      const { png } = blockOf(await say("network", { network }), "picture");
      expect(decodePng(png).height).toBeLessThanOrEqual(2 * (128 + 41 * 34 + 28));
    },
  );
});

test("a network's name is completed from what is typed, its beginning first", async () => {
  const declared = world.dispatcher.commands.find(({ name }) => name === "params")?.plain?.options.network;
  const offered = async (typed: string) =>
    (await declared?.complete?.(typed, { community: "course", user: "ada" }))?.map(({ value }) => value);
  expect((await offered("ResNet5"))?.[0]).toBe("resnet50");
  expect(await offered("net121")).toEqual(["densenet121"]);
  expect(await offered("input 28x28; conv 8")).toEqual([]);
});
