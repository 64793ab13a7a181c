// The learning curves: what is drawn where, in pixels, and what the words say.
import { describe, expect, it } from "vitest";
import { type CurvesChart, curvesAlt, curvesPng, curvesSvg } from "../../src/charts/curves.js";
import { decodePng } from "../support/png.js";

const chart = (epochs: number, phase = (_epoch: number) => "train"): CurvesChart => ({
  title: "digits <1>",
  epochs: Array.from({ length: epochs }, (_, at) => ({
    epoch: at + 1,
    phase: phase(at + 1),
    loss: 2 / (at + 1),
    validationLoss: 1 / (at + 1),
    accuracy: 1 - 0.4 / (at + 1),
    validationAccuracy: 1 - 0.2 / (at + 1),
  })),
  best: epochs,
});

describe("learning curves", () => {
  it("put the first and the last training loss where the axis says", async () => {
    // The axis goes from 0 to 2 over 290 pixels below 96, and epochs 1 to 11 over 450 to the right of 76; the PNG is twice as large.
    const png = decodePng(await curvesPng(chart(11)));
    const at = (epoch: number, loss: number): string =>
      png.at(2 * Math.round(76 + ((epoch - 1) / 10) * 450), 2 * Math.round(96 + (1 - loss / 2) * 290));
    expect(at(1, 2)).toBe("#0072b2");
    expect(at(11, 2 / 11)).toBe("#0072b2");
    expect(at(6, 1.5)).toBe("#ffffff");
  });

  it("name both curves and both panels, and keep a title with signs as it is", () => {
    const svg = curvesSvg(chart(5));
    for (const word of ["training", "validation", "Loss", "Accuracy", "epoch", "weights kept (epoch 5)"]) {
      expect(svg).toContain(word);
    }
    expect(svg).toContain("digits &#60;1&#62;");
  });

  it("mark where the next phase begins, by its name", () => {
    expect(curvesSvg(chart(6, (epoch) => (epoch < 4 ? "head" : "tail")))).toContain("tail →");
    expect(curvesSvg(chart(6))).not.toContain("→");
  });

  it("can be drawn of one epoch, of none, of equal values and of a loss that is no number", async () => {
    const one = chart(1);
    const epoch = one.epochs[0];
    if (epoch === undefined) throw new Error("no epoch");
    const flat = { ...one, epochs: [epoch, { ...epoch, epoch: 2 }] };
    const broken = { ...one, epochs: [epoch, { ...epoch, epoch: 2, loss: Number.NaN }] };
    for (const odd of [one, { ...one, epochs: [] }, flat, broken]) {
      expect(curvesSvg(odd)).not.toMatch(/NaN|Infinity|undefined/);
      expect(decodePng(await curvesPng(odd)).width).toBe(2240);
    }
  });

  it("are told in words", () => {
    expect(curvesAlt(chart(4))).toBe(
      "digits <1>, over 4 epochs. Training loss went from 2 to 0.5, validation loss from 1 to 0.25; " +
        "validation accuracy from 80.00 % to 95.00 %, best 95.00 % in epoch 4.",
    );
  });
});
