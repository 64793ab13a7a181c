// The learning rate of a step.
import { describe, expect, it } from "vitest";
import { constant, cosineWithWarmUp, oneCycle } from "../../../src/engine/training/schedule.js";

describe("one cycle", () => {
  const rate = oneCycle({ peak: 1, steps: 100 });
  const rates = Array.from({ length: 100 }, (_, step) => rate(step));

  it("rises from 1/25 of the peak to the peak over the first 30 % and falls to 1/10,000 of it at the last step", () => {
    expect(rates[0]).toBeCloseTo(1 / 25, 10);
    expect(rates[30]).toBeCloseTo(1, 10);
    expect(rates[99]).toBeCloseTo(1e-4, 10);
  });

  it("rises without a step back, and falls without one", () => {
    for (let step = 1; step < 100; step++) {
      const change = (rates[step] ?? 0) - (rates[step - 1] ?? 0);
      if (step <= 30) expect(change).toBeGreaterThan(0);
      else expect(change).toBeLessThan(0);
    }
  });

  it("has a rate above 0 for runs of one and two steps, and after its end", () => {
    for (const steps of [1, 2])
      for (const step of [0, 1, 5]) expect(oneCycle({ peak: 1, steps })(step)).toBeGreaterThan(0);
    expect(rate(500)).toBeCloseTo(1e-4, 10);
  });
});

describe("cosine with warm-up", () => {
  it("is linear up to the peak and half a cosine down to the end", () => {
    const rate = cosineWithWarmUp({ peak: 2, steps: 111, warmUp: 10, end: 0.2 });
    expect(rate(0)).toBeCloseTo(0.2, 10);
    expect(rate(9)).toBeCloseTo(2, 10);
    expect(rate(10)).toBeCloseTo(2, 10);
    expect(rate(60)).toBeCloseTo(1.1, 10);
    expect(rate(110)).toBeCloseTo(0.2, 10);
  });

  it("needs no warm-up", () => {
    expect(cosineWithWarmUp({ peak: 2, steps: 3 })(0)).toBe(2);
  });
});

it("constant is the same at every step", () => {
  expect(constant(0.3)(0)).toBe(constant(0.3)(1e6));
});
