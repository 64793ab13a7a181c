// What the demonstrations say and draw, measured against references and against the shipped networks themselves.
import { beforeAll, describe, expect, it } from "vitest";
import { type Raster, tilesSvg } from "../../../src/charts/tiles.js";
import { DEMO_QUESTIONS, DEMOS, type DemoQuestion, demonstrate } from "../../../src/engine/demo/demo.js";
import type { Demonstration, Net } from "../../../src/engine/demo/demonstration.js";
import { directionOf, kindOf } from "../../../src/engine/demo/filters.js";
import { firstLayerOf, mapsOf } from "../../../src/engine/demo/first-layer.js";
import { toFullyConvolutional } from "../../../src/engine/demo/fully-convolutional.js";
import { type Maps, runOnce } from "../../../src/engine/demo/maps.js";
import { localResponseNormalization } from "../../../src/engine/demo/normalization.js";
import { halved, maxOf, meanOf } from "../../../src/engine/demo/pooling.js";
import { compareShifted, shifted } from "../../../src/engine/demo/shift.js";
import { bilinear, psnr } from "../../../src/engine/demo/upsampling.js";
import { ModelRegistry, SHIPPED_MODELS } from "../../../src/engine/models/registry.js";
import { GraphBuilder } from "../../../src/engine/onnx/graph.js";
import { rebuild } from "../../../src/engine/onnx/nodes.js";
import { randomOf } from "../../support/random.js";

const nets = new Map<string, Net>();
beforeAll(async () => {
  const registry = new ModelRegistry(SHIPPED_MODELS);
  for (const name of ["digits", "flowers"]) nets.set(name, await registry.open(name));
});

function net(name: "digits" | "flowers"): Net {
  const found = nets.get(name);
  if (found === undefined) throw new Error(`${name} does not ship`);
  return found;
}

const samples = new Map<DemoQuestion, Promise<Demonstration>>();

function shown(question: DemoQuestion, picture?: Raster): Promise<Demonstration> {
  const { net: name } = DEMOS[question];
  const known = picture === undefined ? samples.get(question) : undefined;
  const made = known ?? demonstrate(question, picture, name === undefined ? undefined : net(name));
  if (picture === undefined) samples.set(question, made);
  return made;
}

const random = randomOf(7);
const noise = (length: number, from = 0, to = 1) =>
  Float32Array.from({ length }, () => from + (to - from) * random.next());

describe("a first layer", () => {
  it.each(["digits", "flowers"] as const)("of %s gives what its weights say, position by position", async (name) => {
    const layer = firstLayerOf(net(name).onnx);
    const input: Maps = {
      data: noise(layer.channels * 10 * 12, -1, 1),
      channels: layer.channels,
      height: 10,
      width: 12,
    };
    const maps = await mapsOf(layer, input, "inside");
    const kernelAt = (filter: number, channel: number, y: number, x: number) =>
      layer.kernel[((filter * layer.channels + channel) * layer.height + y) * layer.width + x] ?? 0;
    let worst = 0;
    for (let at = 0; at < maps.data.length; at++) {
      const size = maps.height * maps.width;
      const [filter, place] = [Math.floor(at / size), at % size];
      const [top, left] = [Math.floor(place / maps.width) * layer.stride, (place % maps.width) * layer.stride];
      let sum = layer.bias[filter] ?? 0;
      for (let channel = 0; channel < layer.channels; channel++) {
        for (let y = 0; y < layer.height; y++) {
          for (let x = 0; x < layer.width; x++) {
            const value = input.data[(channel * 10 + top + y) * 12 + left + x] ?? 0;
            sum += value * kernelAt(filter, channel, y, x);
          }
        }
      }
      worst = Math.max(worst, Math.abs(Math.max(0, sum) - (maps.data[at] ?? Number.NaN)));
    }
    expect(worst).toBeLessThan(1e-5);
  });

  it("shifts its maps by as much as the picture, and by nothing else", async () => {
    const layer = firstLayerOf(net("digits").onnx);
    const before = { data: noise(40 * 30), width: 40, height: 30 };
    const [one, other] = [before, shifted(before, 5, 3)].map((grey) =>
      mapsOf(layer, { ...grey, channels: 1 }, "padded"),
    );
    const [maps, moved] = [await (one ?? Promise.reject()), await (other ?? Promise.reject())];
    const found = compareShifted(maps, moved, { dx: 5, dy: 3, border: 1 });
    expect(found.compared).toBe(18 * (40 - 5 - 2) * (30 - 3 - 2));
    expect(found.difference).toBeLessThan(1e-6);
    expect(compareShifted(maps, moved, { dx: 4, dy: 3, border: 1 }).difference).toBeGreaterThan(0.1);
  });
});

describe("downsampling and upsampling", () => {
  const grid = { data: Float32Array.of(1, 2, 0, 0, 3, 9, 0, 4, 0, 0, 5, 5, 0, 0, 5, 5), width: 4, height: 4 };

  it("keeps the largest of a window, or mixes its four", () => {
    expect([...halved(grid, maxOf).data]).toEqual([9, 4, 0, 5]);
    expect([...halved(grid, meanOf).data]).toEqual([3.75, 1, 0, 5]);
  });

  // torch.nn.functional.interpolate(…, mode="bilinear", align_corners=False)
  it.each([
    [{ width: 6, height: 4 }, [0, 10, 30, 80, 160, 200, 63.75, 55.9375, 40.3125, 67.5, 137.5, 172.5]],
    [
      { width: 7, height: 5 },
      [0, 5.7143, 22.8571, 40, 108.5714, 177.1429, 200, 25.5, 27.1429, 32.0714, 37, 102.1429, 167.2857, 189],
    ],
  ])("upsamples to %o as PyTorch does", (size, expected) => {
    const small = { data: Float32Array.of(0, 40, 200, 255, 10, 90), width: 3, height: 2 };
    const { data } = bilinear(small, size);
    for (const [at, value] of expected.entries()) expect(data[at]).toBeCloseTo(value, 3);
  });

  it("measures likeness as 10 log10(255² / mean squared difference)", () => {
    const flat = { data: new Float32Array(4).fill(100), width: 2, height: 2 };
    const off = { ...flat, data: Float32Array.of(110, 100, 100, 100) };
    expect(psnr([off], [flat])).toBeCloseTo(10 * Math.log10((255 * 255) / 25), 5);
    expect(psnr([flat], [flat])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("local response normalization", () => {
  it("is AlexNet's, as TensorFlow computes it", () => {
    // tf.nn.local_response_normalization(a, depth_radius=2, bias=2, alpha=1e-4, beta=0.75) of (37 i mod 101) · 9, two places of 8 maps.
    const places = [
      [0, 15.7924, 25.8364, 2.2941, 11.2845, 22.6583, 5.4256, 17.7475],
      [23.7472, 7.5754, 15.6394, 0.8132, 11.3174, 24.8262, 4.1941, 18.2738],
    ];
    const data = Float32Array.from({ length: 16 }, (_, at) => ((((at % 2) * 8 + Math.floor(at / 2)) * 37) % 101) * 9);
    const found = localResponseNormalization({ data, channels: 8, height: 1, width: 2 });
    for (const [place, values] of places.entries()) {
      for (const [map, value] of values.entries()) expect(found.data[map * 2 + place]).toBeCloseTo(value, 3);
    }
  });
});

describe("a fully convolutional network", () => {
  const window = { height: 28, width: 28, channels: 1 };

  it("made of the shipped one gives the same ten numbers at one position", async () => {
    const { onnx } = net("digits");
    const network = toFullyConvolutional(onnx, window, window);
    expect(network).toMatchObject({
      rows: 1,
      columns: 1,
      classes: 10,
      stride: 4,
      head: { features: 144, height: 5, width: 5 },
    });
    const input = noise(784, -0.4, 2.8);
    const [one, other] = [
      await runOnce(onnx, input, [1, 28, 28, 1]),
      await runOnce(network.onnx, input, [1, 28, 28, 1]),
    ];
    for (const [at, value] of one.entries()) expect(other[at]).toBeCloseTo(value, 5);
    expect(network.multiplications - network.windowMultiplications).toBe(0);
  });

  it("without padding gives at every position what the network gives that is slid there", async () => {
    const onnx = unpadded();
    const small = { height: 12, width: 12, channels: 1 };
    const network = toFullyConvolutional(onnx, small, { height: 20, width: 26 });
    expect(network).toMatchObject({ rows: 5, columns: 8, stride: 2 });
    const page = noise(20 * 26);
    const grid = await runOnce(network.onnx, page, [1, 20, 26, 1]);
    for (let row = 0; row < 5; row++) {
      for (let column = 0; column < 8; column++) {
        const cut = Float32Array.from(
          { length: 144 },
          (_, at) => page[(row * 2 + Math.floor(at / 12)) * 26 + column * 2 + (at % 12)] ?? 0,
        );
        const slid = await runOnce(onnx, cut, [1, 12, 12, 1]);
        for (const [label, value] of slid.entries()) {
          expect(grid[(row * 8 + column) * 3 + label]).toBeCloseTo(value, 4);
        }
      }
    }
  });

  it("is refused of a network with another head", () => {
    // It standardises its features between pooling and dense layer.
    const flowers = { height: 224, width: 224, channels: 3 };
    expect(() => toFullyConvolutional(net("flowers").onnx, flowers, flowers)).toThrow("does not end in global");
    const builder = new GraphBuilder();
    const input = builder.input("input", [1, 8, 8, 1]);
    builder.output("output", builder.node("Relu", "relu", [input]));
    const bare = builder.build({ name: "bare" });
    expect(() => toFullyConvolutional(bare, { height: 8, width: 8, channels: 1 }, { height: 8, width: 8 })).toThrow(
      "does not end in global average pooling",
    );
  });

  /** conv 3×3 valid, pooling 2×2, conv 3×3 valid, global average pooling, 3 logits. */
  function unpadded(): Uint8Array {
    const builder = new GraphBuilder();
    builder.reserve(["output"]);
    const input = builder.input("input", [1, 12, 12, 1]);
    const constant = (name: string, shape: readonly number[]) =>
      builder.constant(
        name,
        shape,
        noise(
          shape.reduce((product, size) => product * size, 1),
          -0.5,
          0.5,
        ),
      );
    const turned = builder.node("Transpose", "nchw", [input], { perm: [0, 3, 1, 2] });
    const first = builder.node("Conv", "first", [turned, constant("k1", [4, 1, 3, 3]), constant("b1", [4])]);
    const pooled = builder.node("MaxPool", "pool", [builder.node("Relu", "relu", [first])], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
    const second = builder.node("Conv", "second", [pooled, constant("k2", [5, 4, 3, 3]), constant("b2", [5])]);
    const mean = builder.node("GlobalAveragePool", "mean", [second]);
    const flat = builder.node("Flatten", "flat", [mean], { axis: 1 });
    builder.output("output", builder.node("Gemm", "logits", [flat, constant("w", [5, 3]), constant("b", [3])]));
    return builder.build({ name: "unpadded" });
  }
});

it("a network that is read node by node and built anew is the same network", async () => {
  const { onnx } = net("digits");
  const builder = new GraphBuilder();
  const { output } = rebuild(onnx, builder, builder.input("input", [1, 28, 28, 1]));
  builder.output("again", output);
  const input = noise(784);
  const again = await runOnce(builder.build({ name: "again" }), input, [1, 28, 28, 1], "again");
  expect([...again]).toEqual([...(await runOnce(onnx, input, [1, 28, 28, 1]))]);
});

describe("filters are told by their weights", () => {
  const filter = (...values: number[]) => ({ values: Float32Array.from(values), height: 3, width: 3 });
  it.each([
    [filter(-1, 0, 1, -1, 0, 1, -1, 0, 1), "edge", "edges that are lighter at the right"],
    [filter(1, 1, 0, 1, 0, -1, 0, -1, -1), "edge", "edges that are lighter at the top left"],
    [filter(-1, 2, -1, -1, 2, -1, -1, 2, -1), "edge", "lines and spots rather than to one side of an edge"],
    [filter(1, 1, 1, 1, 1, 1, 1, 1, 1), "level", "lines and spots rather than to one side of an edge"],
  ])("%#", (values, kind, direction) => {
    expect(kindOf(values)).toBe(kind);
    expect(directionOf(values)).toBe(direction);
  });
});

describe("on its drawn sample", () => {
  it("question 1 finds maps and picture equal but for the shift", async () => {
    const { numbers } = await shown("q1");
    expect(numbers.difference).toBeLessThan(1e-5);
    expect(numbers.twin).toBeCloseTo(numbers.peak ?? Number.NaN, 5);
  });

  it("question 1 shows a pair that it compared, also where the edge of a picture is its strongest", async () => {
    const [width, height] = [120, 90];
    const isEdge = (x: number, y: number) => y < 2 || x < 2 || y > height - 3 || x > width - 3;
    const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
      const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
      return isEdge(x, y) ? 255 : x > 50 && x < 60 ? 90 : 20;
    });
    const { numbers } = await shown("q1", { data, width, height });
    expect(numbers.twin).toBeCloseTo(numbers.peak ?? Number.NaN, 5);
  });

  it("question 7 reads all six digits in one pass", async () => {
    const { sentences, sheet, numbers } = await shown("q7");
    expect(sentences[1]).toContain("line by line they read 4 7 2 / 5 8 3");
    expect(numbers.exact).toBeLessThan(1e-5);
    expect(numbers.times).toBeGreaterThan(20);
    const marks = sheet.rows.flatMap((row) =>
      row.kind === "tiles" ? row.tiles.flatMap((tile) => tile.marks ?? []) : [],
    );
    const texts = marks.flatMap((mark) => (mark.kind === "text" ? [mark.text] : []));
    expect(texts).toEqual(["4", "7", "2", "5", "8", "3"]);
    expect(marks.filter((mark) => mark.kind === "box" && mark.fill !== undefined)).toHaveLength(
      (numbers.rows ?? 0) * (numbers.columns ?? 0),
    );
  });

  it("question 5 shows the neighbours inhibited more than a map far away", async () => {
    const { numbers, sheet } = await shown("q5");
    expect(numbers.share).toBeLessThan(0.5 * (numbers.mostKept ?? 0));
    expect(numbers.ownShare).toBeGreaterThan(0.9 * (numbers.mostKept ?? 1));
    const bars = sheet.rows.flatMap((row) => (row.kind === "bars" ? row.bars : []));
    const far = bars.find(({ label }) => label.startsWith("far"));
    expect((far?.after ?? 0) / (far?.before ?? 1)).toBeGreaterThan(2 * (numbers.share ?? 1));
  });

  it("question 8 loses more behind five poolings than behind two", async () => {
    const { numbers } = await shown("q8");
    expect(numbers).toMatchObject({ wide: 7, high: 5 });
    expect(numbers.psnr).toBeLessThan((numbers.psnrAfterTwo ?? 0) - 2);
    expect(numbers.psnr).toBeGreaterThan(numbers.blocky ?? 0);
  });
});

describe("a picture with little or nothing in it", () => {
  const drawn = (width: number, height: number, at: (x: number, y: number) => readonly number[]): Raster => ({
    data: Uint8Array.from({ length: width * height * 3 }, (_, index) => {
      const pixel = Math.floor(index / 3);
      return at(pixel % width, Math.floor(pixel / width))[index % 3] ?? 0;
    }),
    width,
    height,
  });
  const even = (shade: number, width = 160, height = 120) => drawn(width, height, () => [shade, shade, shade]);
  const EMPTY = [even(255), even(192), even(0), even(119, 1, 1), even(136, 1024, 1)];
  const dark = drawn(160, 120, (x, y) => [x / 6, y / 8, 10]);
  const rows = drawn(120, 160, (_, y) => (Math.floor(y / 7) % 2 === 0 ? [230, 230, 230] : [20, 20, 20]));
  const grain = drawn(160, 120, (x, y) => Array(3).fill(6 + ((x * 7919 + y * 104_729) % 5)));
  const said = async (question: DemoQuestion, picture: Raster) => (await shown(question, picture)).sentences.join(" ");
  const ringsOf = ({ sheet }: Demonstration) =>
    sheet.rows.flatMap((row) => (row.kind === "tiles" ? row.tiles.flatMap((tile) => tile.marks ?? []) : []));

  it.each(EMPTY.map((picture, at) => [at, picture] as const))(
    "of empty page %i everything that is said is so",
    async (_, picture) => {
      const shift = await shown("q1", picture);
      expect(shift.sentences.join(" ")).toContain("nothing is seen that could shift");
      expect(shift.sentences.join(" ")).not.toMatch(/strongest response|is what is learned|not one differs/);
      expect(ringsOf(shift)).toEqual([]);
      expect(await said("q4", picture)).toMatch(/is the same everywhere, and so is each map.*as before/);
      expect(await said("q5", picture)).toContain("the ring marks any place of it");
      expect(await said("q7", picture)).toContain("no strokes are seen in it");
      expect(await said("q8", picture)).toContain("nothing was lost");
      for (const question of ["q9", "q10"] as const) {
        expect(await said(question, picture)).toContain("nothing in it is an edge");
        expect(await said(question, picture)).not.toMatch(/lighter at|responds most/);
      }
    },
  );

  it.each([
    ["dark", dark],
    ["of rows alone", rows],
    ["of grain", grain],
  ])("%s: what is compared is what the picture has, not what the zeros around it make", async (_, picture) => {
    const { numbers } = await shown("q1", picture);
    expect(numbers.peak).toBeGreaterThan(0);
    expect(numbers.twin).toBeCloseTo(numbers.peak ?? Number.NaN, 5);
    expect(numbers.strongest).toBeGreaterThanOrEqual(numbers.peak ?? Number.NaN);
  });

  it("of rows alone is not said to be changed by a shift along them", async () => {
    expect(await said("q4", rows)).toContain("Moved by one pixel to the right, this picture is as before");
    expect(await said("q4", rows)).not.toMatch(/ 0 %|0\.0 %|forgives nothing/);
  });

  it("is said to have hardly any detail to lose, and one with detail to lose it", async () => {
    expect(await said("q8", dark)).toContain("hardly any detail to lose");
    expect(await said("q8", rows)).toContain("brings back the size but not the detail");
  });
});

describe("every demonstration", () => {
  const dot = { data: Uint8Array.of(119, 119, 119), width: 1, height: 1 };
  const strip = { data: new Uint8Array(1024 * 3).map((_, at) => at % 256), width: 1024, height: 1 };
  const pictures = [undefined, dot, strip];
  it.each(DEMO_QUESTIONS)("of %s has three sentences and a legible sheet, whatever the picture", async (question) => {
    for (const picture of pictures) {
      const { sentences, alt, sheet } = await shown(question, picture);
      const svg = (await tilesSvg(sheet)).replaceAll(/href="[^"]*"/g, "");
      for (const text of [...sentences, alt, svg]) expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
      for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
      const sizes = [...svg.matchAll(/font-size="([\d.]+)"/g)].map(([, size]) => Number(size));
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(14);
      const [width, height] = ["width", "height"].map((side) => Number(new RegExp(`${side}="(\\d+)"`).exec(svg)?.[1]));
      expect(width).toBe(800);
      expect(height).toBeLessThan(1600);
    }
  });
});
