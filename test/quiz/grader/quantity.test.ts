// Numbers and units as people type them.
import { describe, expect, test } from "vitest";
import { normalise } from "../../../src/quiz/grader/normalise.js";
import type { Quantity } from "../../../src/quiz/grader/quantity.js";
import { tokenise } from "../../../src/quiz/grader/tokens.js";

function quantities(text: string): Quantity[] {
  return tokenise(normalise(text)).flatMap(({ quantity }) => (quantity === undefined ? [] : [quantity]));
}

function only(text: string): Quantity {
  const found = quantities(text);
  expect(found, text).toHaveLength(1);
  const [quantity] = found;
  if (quantity === undefined) throw new Error(text);
  return quantity;
}

describe("counts", () => {
  test.each([
    ["903400", 903_400],
    ["903,400", 903_400],
    ["903 400", 903_400],
    ["903\u202f400", 903_400],
    ["903\u00a0400", 903_400],
    ["903'400", 903_400],
    ["903.400", 903_400],
    ["1.234.567", 1_234_567],
    ["1,234,567", 1_234_567],
    ["903.4k", 903_400],
    ["903.4 K", 903_400],
    ["0.9034M", 903_400],
    ["0.9 M", 900_000],
    ["0,9 million", 900_000],
    ["903 thousand", 903_000],
    ["9.034e5", 903_400],
    ["9.034 x 10^5", 903_400],
    ["9.034·10^5", 903_400],
    ["9.034 × 10⁵", 903_400],
    [".5", 0.5],
    ["0.5", 0.5],
    ["2 billion", 2e9],
  ])("%s is %d", (text, value) => {
    const quantity = only(`about ${text} parameters`);
    expect(quantity.value).toBeCloseTo(value, 6);
    expect(quantity.dimension).toBe("count");
  });

  test.each([
    ["903,400", 6],
    ["902.7k", 4],
    ["0.9027 M", 4],
    ["0.9 M", 1],
    ["9.034e5", 4],
  ])("%s is written to %d digits", (text, digits) => {
    expect(only(text).digits).toBe(digits);
  });

  test("two numbers in a row are two numbers", () => {
    expect(quantities("2,800, 180,200, 720,400").map(({ value }) => value)).toEqual([2_800, 180_200, 720_400]);
    expect(quantities("100, 200 and 400 maps").map(({ value }) => value)).toEqual([100, 200, 400]);
  });

  test("a size such as 3x3 is no number", () => {
    expect(quantities("a 3x3 kernel, 200×300 pixels, H*W*C")).toEqual([]);
  });
});

describe("bytes", () => {
  test.each([
    ["12.6 MB", 12_600_000, false],
    ["12.6MB", 12_600_000, false],
    ["12,6 MB", 12_600_000, false],
    ["12.6 megabytes", 12_600_000, false],
    ["12 MiB", 12 * 2 ** 20, true],
    ["12.03 mebibytes", 12.03 * 2 ** 20, true],
    ["12,613,600 bytes", 12_613_600, false],
    ["12.613.600 B", 12_613_600, false],
    ["12 613 600 bytes", 12_613_600, false],
    ["5.66e8 bytes", 566_000_000, false],
    ["0.566 GB", 566_000_000, false],
    ["12613.6 kB", 12_613_600, false],
    ["12.6 million bytes", 12_600_000, false],
    ["565.6-MB", 565_600_000, false],
  ])("%s are %d bytes", (text, value, binary) => {
    const quantity = only(`it needs ${text} of RAM`);
    expect(quantity.value).toBeCloseTo(value, 3);
    expect(quantity.dimension).toBe("bytes");
    expect(quantity.binary).toBe(binary);
  });

  test("a unit does not swallow the word after it", () => {
    expect(only("100 maps").dimension).toBe("count");
    expect(only("100 maps").value).toBe(100);
    expect(only("3 big layers").value).toBe(3);
    expect(only("5 kernels").value).toBe(5);
  });
});

test("a share in percent is neither a count nor bytes", () => {
  expect(only("99.2 %")).toMatchObject({ value: 99.2, dimension: "percent" });
  expect(only("99.2 percent")).toMatchObject({ dimension: "percent" });
});
