// The confusion matrix: shades by row, counts in the cells, and the mistakes in words.
import { describe, expect, it } from "vitest";
import {
  type ConfusionChart,
  confusionAlt,
  confusionPairPng,
  confusionPng,
  confusionSvg,
} from "../../src/charts/confusion.js";
import { decodePng } from "../support/png.js";

const chart: ConfusionChart = {
  title: "flowers: test images",
  labels: ["a", "b"],
  counts: [
    [9, 1],
    [0, 40],
  ],
};

describe("a confusion matrix", () => {
  it("is shaded by the share of the row, mistakes in another colour, an empty cell white", async () => {
    const png = decodePng(await confusionPng(chart));
    // The grid is 600 nominal pixels right of its labels (66 + 0.64 × 15) and below 96; looked at beside the number of the cell.
    const cell = (row: number, column: number): string =>
      png.at(2 * Math.round(75.6 + column * 300 + 40), 2 * (96 + row * 300 + 40));
    expect(cell(1, 1)).toBe("#0072b2");
    expect(cell(1, 0)).toBe("#ffffff");
    const [right, wrong] = [cell(0, 0), cell(0, 1)].map((colour) =>
      [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)),
    );
    expect(right?.[2]).toBeGreaterThan(right?.[0] ?? 255);
    expect(wrong?.[0]).toBeGreaterThan(wrong?.[2] ?? 255);
  });

  it("stands beside another, each as it is alone", async () => {
    const other = {
      ...chart,
      counts: [
        [0, 10],
        [40, 0],
      ],
    };
    const [alone, otherAlone] = [decodePng(await confusionPng(chart)), decodePng(await confusionPng(other))];
    const pair = decodePng(await confusionPairPng([chart, other]));
    const right = pair.width - otherAlone.width;
    expect(right).toBeGreaterThan(alone.width);
    for (const [row, column] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const at = [2 * Math.round(75.6 + column * 300 + 40), 2 * (96 + row * 300 + 40)] as const;
      expect(pair.at(...at)).toBe(alone.at(...at));
      expect(pair.at(right + at[0], at[1])).toBe(otherAlone.at(...at));
    }
  });

  it("has every count, every label twice and the share found of each class", () => {
    const svg = confusionSvg(chart);
    for (const text of [">9<", ">1<", ">0<", ">40<", "90.0 %", "100.0 %", "49 of 50 images are right"]) {
      expect(svg).toContain(text);
    }
    expect(svg.match(/>a</g)).toHaveLength(2);
  });

  it("of many classes leaves the numbers out and stays legible as a whole; a class without images has no share", () => {
    const labels = Array.from({ length: 60 }, (_, at) => `a class with a long name ${at}`);
    const counts = labels.map((_, row) => labels.map((_, column) => (row === column && row > 0 ? 3 : 0)));
    const svg = confusionSvg({ title: "many", labels, counts });
    expect(svg).not.toContain(">3<");
    expect(svg).toContain(">–<");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("is told in words, the most frequent mistakes first", () => {
    expect(confusionAlt(chart)).toBe(
      "flowers: test images: confusion matrix of 50 images in 2 classes, 49 right. Most frequent mistakes: 1 × a taken for b.",
    );
    expect(
      confusionAlt({
        ...chart,
        counts: [
          [1, 0],
          [0, 1],
        ],
      }),
    ).toContain("There is no mistake.");
  });
});
