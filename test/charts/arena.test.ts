// The arena's picture: what lies where, in pixels, and what the words say.
import { describe, expect, it } from "vitest";
import { type ArenaChart, arenaAlt, arenaPng, arenaSvg } from "../../src/charts/arena.js";
import { decodePng } from "../support/png.js";

const chart: ArenaChart = {
  title: "Arena <1>",
  bar: 0.95,
  points: [
    { name: "Ada", parameters: 10_000, accuracy: 0.9, best: true },
    { name: "Ben & co", parameters: 100_000, accuracy: 0.95, best: true },
    { name: "Cyd", parameters: 100_000, accuracy: 0.9, best: false },
    { name: "Guess", parameters: 1_000, accuracy: 0.1, best: true },
  ],
};

describe("the arena's picture", () => {
  it("puts accuracy over the logarithm of the parameters; who only guesses lies on the floor", async () => {
    // The axes go from 1,000 to 100,000 over 860 pixels right of 92, and from 85 to 100 % over 392 pixels below 76; the PNG is twice as large.
    const png = decodePng(await arenaPng(chart));
    const at = (parameters: number, accuracy: number): string =>
      png.at(
        2 * Math.round(92 + ((Math.log10(parameters) - 3) / 2) * 860),
        2 * Math.round(76 + (1 - (accuracy - 0.85) / 0.15) * 392),
      );
    expect(at(10_000, 0.9)).toBe("#d55e00");
    expect(at(100_000, 0.95)).toBe("#d55e00");
    expect(at(100_000, 0.9)).toBe("#ffffff");
    expect(at(1_000, 0.85)).toBe("#d55e00");
    expect(at(20_000, 0.97)).toBe("#ffffff");
  });

  it("names everyone for whom there is room, and escapes what people are called", () => {
    const svg = arenaSvg(chart);
    for (const word of ["Arena &#60;1&#62;", ">Ada<", ">Ben &#38; co<", ">Cyd<", ">Guess<", "100,000", "95 %"])
      expect(svg).toContain(word);
  });

  it("names those whom nobody beats first, where there is no room for all", () => {
    const crowd = Array.from({ length: 30 }, (_, at) => ({
      name: `Beaten ${at}`,
      parameters: 10_000 * (at + 1),
      accuracy: 0.9,
      best: false,
    }));
    const svg = arenaSvg({
      ...chart,
      points: [...crowd, { name: "First", parameters: 2_000, accuracy: 0.96, best: true }],
    });
    expect(svg).toContain(">First<");
    expect(svg.match(/>Beaten \d+</g)?.length ?? 0).toBeLessThan(12);
  });

  it("puts a name where it is not read as that of another dot", () => {
    const points = [
      { name: "Grace", parameters: 11_146, accuracy: 0.9492, best: true },
      { name: "Ada", parameters: 11_274, accuracy: 0.944, best: false },
      { name: "Emmy", parameters: 7_850, accuracy: 0.9028, best: true },
    ];
    const svg = arenaSvg({ ...chart, points });
    const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)" r="[68]" fill="(#\w+)"/g)].map(
      ([, x, y, fill]) => ({ x: Number(x), y: Number(y), fill }),
    );
    const name = /<text x="([\d.]+)" y="([\d.]+)" font-size="14">Grace</.exec(svg);
    const [left, right, middle] = [Number(name?.[1]), Number(name?.[1]) + 5 * 8.6, Number(name?.[2]) - 5];
    const away = ({ x, y }: { x: number; y: number }): number =>
      Math.hypot(Math.max(left - x, 0, x - right), middle - y);
    const [ada] = dots.filter(({ fill }) => fill === "#ffffff");
    const graces = dots.filter(({ fill }) => fill !== "#ffffff").toSorted((a, b) => a.y - b.y)[0];
    if (ada === undefined || graces === undefined) throw new Error("a dot is missing");
    expect(away(graces)).toBeLessThan(away(ada));
    expect(svg).toContain(">Ada<");
  });

  it("leaves a name out rather than lay it over another", () => {
    const crowd = Array.from({ length: 12 }, (_, at) => ({
      name: `Learner ${at}`,
      parameters: 50_000 + at,
      accuracy: 0.97 + at / 1e5,
      best: true,
    }));
    const names = arenaSvg({ ...chart, points: crowd }).match(/>Learner \d+</g) ?? [];
    expect(names.length).toBeGreaterThan(1);
    expect(names.length).toBeLessThan(8);
  });

  it("says the same in words", () => {
    expect(arenaAlt(chart)).toBe(
      "Arena <1>: 4 networks by parameters and accuracy. Nobody is smaller and as good as: Guess, 1,000 parameters, 10.00 %; Ada, 10,000 parameters, 90.00 %; Ben & co, 100,000 parameters, 95.00 %.",
    );
  });
});
