// The progress picture: size, the colour and sign of each state, and texts that cannot break it.
import { describe, expect, test } from "vitest";
import { type CellState, type ProgressChart, progressPng, progressSvg } from "../../src/charts/progress.js";
import { decodePng } from "../support/png.js";

/** Pixels of a PNG for one nominal pixel. */
const SCALE = 2;
const STATES: readonly CellState[] = ["known", "due", "missed", "new"];
const FILLS = { known: "#0072b2", due: "#e69f00", missed: "#ffffff", new: "#eef0f3" } as const;
const STROKES = { known: "#0072b2", due: "#b87f00", missed: "#d55e00", new: "#c3c9d1" } as const;

function chart(label: string, states: readonly CellState[], level = 1): ProgressChart {
  return {
    title: "Your ten questions",
    rows: [
      { label: "1  First", cells: [], best: "–" },
      { label, cells: states.map((state) => ({ state, level })), best: "75" },
    ],
  };
}

/** Where the cells of the second row lie, read from the SVG itself. */
function cells(svg: string): { x: number; y: number; size: number; fill: string }[] {
  const found = svg.matchAll(/<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)" rx="7" fill="(#\w+)"/g);
  return [...found].map(([, x, y, size, , fill = ""]) => ({ x: Number(x), y: Number(y), size: Number(size), fill }));
}

describe("the picture", () => {
  test("is a PNG of twice the nominal size, and grows by a row a question", async () => {
    const one = decodePng(await progressPng({ title: "T", rows: [] }));
    const two = decodePng(await progressPng(chart("2  Second", STATES)));
    expect(two.width).toBe(960 * SCALE);
    expect(two.height - one.height).toBe(2 * 48 * SCALE);
  });

  test("has an opaque white ground, so that it reads on dark and on light", async () => {
    const { at, height } = decodePng(await progressPng(chart("2  Second", [])));
    expect(at(600, 20)).toBe("#ffffff");
    expect(at(960, height - 12)).toBe("#ffffff");
  });

  test("fills each cell with the colour of its state and frames it", async () => {
    const drawing = chart("2  Second", STATES);
    const { at } = decodePng(await progressPng(drawing));
    const places = cells(progressSvg(drawing));
    expect(places.map((cell) => cell.fill)).toEqual(STATES.map((state) => FILLS[state]));
    STATES.forEach((state, index) => {
      const { x = 0, y = 0, size = 0 } = places[index] ?? {};
      // Left of the sign and above the bar; and in the middle of the left edge.
      expect(at((x + 6) * SCALE, (y + 8) * SCALE)).toBe(FILLS[state]);
      expect(at(x * SCALE, (y + size / 2) * SCALE)).toBe(STROKES[state]);
    });
  });

  test("says each state by a sign as well, drawn by the font that ships", async () => {
    const drawing = chart("2  Second", STATES);
    const { at } = decodePng(await progressPng(drawing));
    const signs = cells(progressSvg(drawing)).map(({ x, y }, index) => {
      let inked = 0;
      for (let dx = 8; dx < 28; dx += 1)
        for (let dy = 8; dy < 26; dy += 1)
          if (at((x + dx) * SCALE, (y + dy) * SCALE) !== Object.values(FILLS)[index]) inked += 1;
      return inked;
    });
    for (const inked of signs) expect(inked).toBeGreaterThan(1);
    expect(progressSvg(drawing)).toMatch(/✓.*↻.*✕.*·/s);
  });

  test("draws the chance of recall as a bar: whole at 1, half at 0.5, none at 0, never beyond the cell", () => {
    const bar = (level: number): number =>
      Number(/width="(\d+)" height="3"/.exec(progressSvg(chart("2", ["known"], level)))?.[1]);
    expect(bar(1)).toBe(26);
    expect(bar(0.5)).toBe(13);
    expect(bar(0)).toBe(0);
    expect(bar(7)).toBe(26);
    expect(bar(-1)).toBe(0);
  });

  test("has a legend of all four states", () => {
    const svg = progressSvg(chart("2", []));
    for (const word of ["known", "due for review", "missed last time", "not seen yet"])
      expect(svg).toContain(`>${word}<`);
  });
});

describe("texts", () => {
  test.each([
    `<script>alert("x")</script> & 'more'`,
    "]]> <!-- --> <?xml ?>",
    "👩‍🏫 photo 🎓 é ñ 漢字",
    "\u0000\u0008\u001b[31m\ud800 lone \udc00 \ufffe",
  ])("%j stands in it as text and breaks nothing", async (text) => {
    const drawing = { ...chart(text, STATES), title: text };
    const svg = progressSvg(drawing);
    const allowed = /^(?:svg|rect|text)$/;
    for (const [, name = ""] of svg.matchAll(/<\/?([^\s>/]+)/g)) expect(name).toMatch(allowed);
    expect(svg.replace(/&#\d+;/g, "")).not.toContain("&");
    expect(decodePng(await progressPng(drawing)).width).toBe(960 * SCALE);
  });

  test("a long label is cut, with a sign that it was", () => {
    const svg = progressSvg(chart("x".repeat(5_000), []));
    expect(svg).toContain(`${"x".repeat(49)}…<`);
    expect(svg).not.toContain("x".repeat(51));
  });
});
