// A heat map that is laid over a picture: dark where nothing counted, bright yellow where most did, grey where nobody looked.
import sharp from "sharp";

export interface Heat {
  readonly rows: number;
  readonly columns: number;
  /** Row-major; what is not above 0 counts as nothing. */
  readonly evidence: ArrayLike<number>;
  /** x, y, width, height in shares of the picture: what was looked at, and what the grid covers. */
  readonly seen: readonly [number, number, number, number];
  readonly covered: readonly [number, number, number, number];
}

/** Inferno, from 0 to 1, by Smith and van der Walt (2015): brightness alone tells it, so it is the same to colour-blind eyes. */
export const HEAT_COLOURS = [
  "#000004",
  "#1b0c41",
  "#4a0c6b",
  "#781c6d",
  "#a52c60",
  "#cf4446",
  "#ed6925",
  "#fb9b06",
  "#f7d13d",
  "#fcffa4",
];
/** How much the colour covers: the picture stays recognisable below. */
const COVER = 0.56;
/** Pixels of the longer side: the grid has a handful of cells. */
const SIDE = 160;
/** Standard deviation of the bell in which a cell fades, in cells. */
const BELL = 0.5;
/** Over what was cut off before anyone looked. */
export const UNSEEN = "#808080";
const STEPS = 256;
/** RGBA of every step, and then of what was cut off. */
const TABLE = Uint8Array.from([
  ...Array.from({ length: STEPS }, (_, step) => mixedColour(step / (STEPS - 1))).flat(),
  ...channelsOf(UNSEEN),
  190,
]);

/** A PNG with transparency in the shape of a picture of `width` × `height`. */
export async function heatPng(heat: Heat, width: number, height: number): Promise<Uint8Array> {
  const scale = SIDE / Math.max(width, height);
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const { rows, columns, evidence, seen, covered } = heat;
  const values = Array.from(evidence, (value) => Math.max(0, value));
  const [across, down] = [fading(wide, columns, covered[0], covered[2]), fading(high, rows, covered[1], covered[3])];
  const lines = Array.from({ length: rows }, (_, row) =>
    across.map((cells) => mean(cells, (cell) => values[row * columns + cell])),
  );
  const smooth = down.map((cells) => across.map((_, x) => mean(cells, (row) => lines[row]?.[x])));
  const most = Math.max(...smooth.map((line) => Math.max(...line)), Number.MIN_VALUE);
  const pixels = new Uint8Array(wide * high * 4);
  for (const [y, line] of smooth.entries()) {
    for (const [x, value] of line.entries()) {
      const isSeen = isWithin(seen, (x + 0.5) / wide, (y + 0.5) / high);
      const from = isSeen ? Math.round((value / most) * (STEPS - 1)) : STEPS;
      const [source, target] = [from * 4, (y * wide + x) * 4];
      for (let channel = 0; channel < 4; channel++) pixels[target + channel] = TABLE[source + channel] ?? 0;
    }
  }
  return sharp(pixels, { raw: { width: wide, height: high, channels: 4 } })
    .png()
    .toBuffer();
}

/** Whether a part of the picture was cut off. */
export function isCut({ seen: [, , width, height] }: Pick<Heat, "seen">): boolean {
  return width < 0.995 || height < 0.995;
}

function isWithin([left, top, width, height]: Heat["seen"], x: number, y: number): boolean {
  return x >= left && x <= left + width && y >= top && y <= top + height;
}

type Weighted = readonly { readonly cell: number; readonly weight: number }[];

/** For every pixel of an axis the cells that it shows, the nearest most; beyond the first and the last cell, that one. */
function fading(pixels: number, cells: number, start: number, length: number): Weighted[] {
  return Array.from({ length: pixels }, (_, pixel) => {
    const share = ((pixel + 0.5) / pixels - start) / length;
    const at = Math.min(cells - 1, Math.max(0, share * cells - 0.5));
    const near = Array.from({ length: cells }, (_, cell) => ({
      cell,
      weight: Math.exp(-((cell - at) ** 2) / (2 * BELL ** 2)),
    }));
    return near.filter(({ weight }) => weight > 0.001);
  });
}

function mean(cells: Weighted, valueAt: (cell: number) => number | undefined): number {
  let [sum, weights] = [0, 0];
  for (const { cell, weight } of cells) [sum, weights] = [sum + weight * (valueAt(cell) ?? 0), weights + weight];
  return sum / weights;
}

function mixedColour(value: number): number[] {
  const place = value * (HEAT_COLOURS.length - 1);
  const at = Math.min(HEAT_COLOURS.length - 2, Math.floor(place));
  const [from, to] = [channelsOf(HEAT_COLOURS[at]), channelsOf(HEAT_COLOURS[at + 1])];
  const mixed = from.map((channel, index) => Math.round(channel + ((to[index] ?? 0) - channel) * (place - at)));
  return [...mixed, Math.round(255 * COVER)];
}

function channelsOf(colour = "#000000"): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
