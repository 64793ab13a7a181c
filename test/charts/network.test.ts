// The picture of a network: bars in proportion, blocks that shrink, arcs for skips, and texts that cannot break it.
import { describe, expect, test } from "vitest";
import { MOST_ROWS, type NetworkChart, networkPng, networkSvg } from "../../src/charts/network.js";
import { decodePng } from "../support/png.js";

/** Pixels of a PNG for one nominal pixel. */
const SCALE = 2;

const chart: NetworkChart = {
  title: "Question 2",
  summary: "903,400 parameters",
  rows: [
    { label: "input", shape: "200×300×3", side: 300, parameters: 0, bytes: 720_000 },
    { label: "conv 100 3x3 /2", shape: "100×150×100", side: 150, parameters: 2_800, bytes: 6_000_000 },
    { label: "conv 200 3x3 /2", shape: "50×75×200", side: 75, parameters: 180_200, bytes: 3_000_000 },
    { label: "add", shape: "50×75×200", side: 75, parameters: 720_400, bytes: 0, from: [1] },
    { label: "gap", shape: "200", parameters: 0, bytes: 800 },
  ],
};

const bars = (svg: string, colour: string): { x: number; y: number; width: number }[] =>
  [...svg.matchAll(new RegExp(`<rect x="(\\d+)" y="(\\d+)" width="(\\d+)" height="16" fill="${colour}"`, "g"))].map(
    ([, x, y, width]) => ({ x: Number(x), y: Number(y), width: Number(width) }),
  );

describe("the picture of a network", () => {
  test("draws a bar for what each layer has, in proportion to the largest, and none for nothing", async () => {
    const svg = networkSvg(chart);
    const parameters = bars(svg, "#0072b2");
    const memory = bars(svg, "#e69f00");
    expect(parameters.map(({ width }) => width)).toEqual([1, 28, 112]);
    expect(memory.map(({ width }) => width)).toEqual([13, 112, 56, 1]);
    const { at } = decodePng(await networkPng(chart));
    const { x = 0, y = 0, width = 0 } = memory[1] ?? {};
    expect(at((x + width - 2) * SCALE, (y + 8) * SCALE)).toBe("#e69f00");
    expect(at((x + width + 3) * SCALE, (y + 2) * SCALE)).not.toBe("#e69f00");
  });

  test("draws smaller maps as smaller blocks", () => {
    const sides = [...networkSvg(chart).matchAll(/width="([\d.]+)" height="\1" fill="#bfd9ea"/g)].map(([, side]) =>
      Number(side),
    );
    expect(sides).toEqual([28, 19.8, 14, 14]);
  });

  test("draws one arc for each skip, from its source to its end", () => {
    const arcs = [...networkSvg(chart).matchAll(/<path class="skip" d="M72 (\d+) .* (\d+)" fill="none"/g)];
    expect(arcs.map(([, from, to]) => [Number(from), Number(to)])).toEqual([[179, 247]]);
  });

  test("shows figures with their units, and shortens texts that are too long", () => {
    const svg = networkSvg({
      ...chart,
      rows: [{ label: "x".repeat(400), shape: "1×1×1", parameters: 25_636_712, bytes: 1.5e9 }],
    });
    expect(svg).toContain("25.6 M");
    expect(svg).toContain("1.50 GB");
    expect(svg).toContain("x…</text>");
    expect(svg.length).toBeLessThan(3_000);
  });

  test("takes any text as text", async () => {
    const svg = networkSvg({ ...chart, title: '</text><script>"&\u0000' });
    expect(svg).not.toContain("<script>");
    expect(decodePng(await networkPng({ ...chart, title: "<&>" })).width).toBe(960 * SCALE);
  });

  test("refuses more rows than a phone shows", () => {
    const [row] = chart.rows;
    const many = Array.from({ length: MOST_ROWS + 1 }, () => row).flatMap((each) => (each === undefined ? [] : [each]));
    expect(() => networkSvg({ ...chart, rows: many })).toThrow(RangeError);
  });
});
