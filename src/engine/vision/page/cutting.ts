// One figure on a page → the digit as MNIST would have it, with its box; where it may be several that touch, those, too.
import type { Grey } from "../picture.js";
import { toMnist } from "./geometry.js";
import { cutsOf, type Glyph } from "./glyphs.js";
import type { Ink } from "./ink.js";
import type { FoundDigit } from "./page.js";
import type { View } from "./view.js";

/** `mask`: 1 where there is ink, as large as the view; `labels`: of the ink's pieces. */
export function digitOf(glyph: Glyph, mask: Uint8Array, ink: Ink, labels: Int32Array, view: View): FoundDigit {
  const found = (one: Glyph): FoundDigit => ({
    box: boxOf(one, labels, view),
    image: toMnist(cutOut(one, ink, labels)),
  });
  const parts = parted(glyph, mask, view.grey.width);
  return parts.length < 2 ? found(glyph) : { ...found(glyph), parts: parts.map(found) };
}

/** Around its ink's ends in every row, where those are on the picture. */
function boxOf(glyph: Glyph, labels: Int32Array, { grey: { width }, toPicture }: View): FoundDigit["box"] {
  let [left, top, right, bottom] = [FAR, FAR, -FAR, -FAR];
  const reach = (x: number, y: number): void => {
    const [atX, atY] = toPicture(x, y);
    [left, top] = [Math.min(left, atX), Math.min(top, atY)];
    [right, bottom] = [Math.max(right, atX), Math.max(bottom, atY)];
  };
  for (let y = glyph.y; y < glyph.y + glyph.height; y++) {
    const row = y * width;
    let [first, last] = [glyph.x, glyph.x + glyph.width - 1];
    while (first <= last && !isOneOf(glyph.labels, labels[row + first])) first++;
    while (last > first && !isOneOf(glyph.labels, labels[row + last])) last--;
    if (first > last) continue;
    for (const edge of [y, y + 1]) {
      reach(first, edge);
      reach(last + 1, edge);
    }
  }
  if (left === FAR) {
    reach(glyph.x, glyph.y);
    reach(glyph.x + glyph.width, glyph.y + glyph.height);
  }
  const [x, y] = [Math.round(left), Math.round(top)];
  return [x, y, Math.max(1, Math.round(right - left)), Math.max(1, Math.round(bottom - top))];
}

const FAR = 1e9;

/** Touching digits, one by one, each as high as its own ink. */
function parted(glyph: Glyph, mask: Uint8Array, width: number): Glyph[] {
  const columns = Array.from({ length: glyph.width }, (_, x) => {
    let ink = 0;
    for (let y = glyph.y; y < glyph.y + glyph.height; y++) ink += mask[y * width + glyph.x + x] ?? 0;
    return ink;
  });
  const cuts = cutsOf(glyph, columns);
  const ends = [...cuts, glyph.width];
  return ends.map((end, index) => {
    const start = cuts[index - 1] ?? 0;
    return trimmed({ ...glyph, x: glyph.x + start, width: Math.max(1, end - start) }, mask, width);
  });
}

function trimmed(glyph: Glyph, mask: Uint8Array, width: number): Glyph {
  const isInked = (y: number): boolean =>
    mask.subarray(y * width + glyph.x, y * width + glyph.x + glyph.width).includes(1);
  let [top, bottom] = [glyph.y, glyph.y + glyph.height];
  while (top < bottom - 1 && !isInked(top)) top++;
  while (bottom > top + 1 && !isInked(bottom - 1)) bottom--;
  return { ...glyph, y: top, height: bottom - top };
}

/** The glyph's own ink, its brightest tenth as 1, with the soft edge around it. */
function cutOut(glyph: Glyph, { strength }: Ink, labels: Int32Array): Grey {
  const { width } = strength;
  const data = new Float32Array(glyph.width * glyph.height);
  const own = new Float32Array(data.length);
  let count = 0;
  for (let y = 0; y < glyph.height; y++) {
    for (let x = 0; x < glyph.width; x++) {
      const at = (glyph.y + y) * width + glyph.x + x;
      const label = labels[at] ?? 0;
      const isOwn = isOneOf(glyph.labels, label);
      if (!isOwn && (label !== 0 || !isBeside(glyph, labels, at, width))) continue;
      const value = strength.data[at] ?? 0;
      data[y * glyph.width + x] = value;
      if (isOwn) own[count++] = value;
    }
  }
  const level = own.subarray(0, count).sort()[Math.floor(count * 0.75)] ?? 1;
  for (let at = 0; at < data.length; at++) data[at] = Math.min(1, (data[at] ?? 0) / Math.max(level, 0.1));
  return { data, width: glyph.width, height: glyph.height };
}

function isBeside({ labels: own }: Glyph, labels: Int32Array, at: number, width: number): boolean {
  return (
    isOneOf(own, labels[at - 1]) ||
    isOneOf(own, labels[at + 1]) ||
    isOneOf(own, labels[at - width]) ||
    isOneOf(own, labels[at + width])
  );
}

/** Most pixels are page, whose label is 0 and no glyph's. */
const isOneOf = (own: ReadonlySet<number>, label = 0): boolean => label !== 0 && own.has(label);
