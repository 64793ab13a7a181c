// Ruled lines taken out: a thin stroke that crossed one stays one stroke, and the line itself stays away.
import { expect, test } from "vitest";
import { bridged } from "../../../src/engine/vision/page/bridges.js";
import { componentsOf } from "../../../src/engine/vision/page/components.js";
import { withoutLines } from "../../../src/engine/vision/page/lines.js";

const [WIDTH, HEIGHT] = [160, 120];

interface Mask {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function drawn(isInk: (x: number, y: number) => boolean): Mask {
  const data = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) =>
    isInk(at % WIDTH, Math.floor(at / WIDTH)) ? 1 : 0,
  );
  return { data, width: WIDTH, height: HEIGHT };
}

const isRule = (y: number): boolean => y % 30 >= 14 && y % 30 <= 16;
/** Two pixels wide, slanted as the stem of a 7. */
const isStroke = (x: number, y: number): boolean => {
  const middle = 90 - Math.round(0.4 * (y - 20));
  return y >= 20 && y < 80 && (x === middle || x === middle + 1);
};
const pieces = ({ data }: Mask): number => componentsOf(data, new Float32Array(data.length), WIDTH, HEIGHT).list.length;

test("a stroke that lines cut is one piece again, and nothing of the lines comes back", () => {
  const ink = drawn((x, y) => isRule(y) || isStroke(x, y));
  const cut = drawn((x, y) => isStroke(x, y) && !isRule(y));
  expect(pieces(cut)).toBe(3);
  const mended = bridged(ink, cut);
  expect(pieces(mended)).toBe(1);
  for (let at = 0; at < ink.data.length; at++) {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    if (mended.data[at] === 1)
      expect(Math.min(...[-2, -1, 0, 1, 2].map((by) => (isStroke(x + by, y) ? 0 : 1)))).toBe(0);
  }
});

test("lines that nothing crosses are taken out and stay out", () => {
  const ink = drawn((_, y) => isRule(y));
  const cleared = withoutLines(ink);
  expect(bridged(ink, cleared).data.includes(1)).toBe(false);
});

test("a page without lines is left as it is", () => {
  const ink = drawn(isStroke);
  expect(bridged(ink, withoutLines(ink)).data).toEqual(ink.data);
});
