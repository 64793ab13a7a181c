// Question 1: the picture is shifted, and the feature maps shift with it (equivariance).
import type { Mark, Raster } from "../../charts/tiles.js";
import type { Grey } from "../vision/picture.js";
import { counted, type Demonstration, type Net, percent, said } from "./demonstration.js";
import { firstLayerOf, mapsOf } from "./first-layer.js";
import { fitted, greyInput, greyRaster, isEven, largestOf, lightInk, type Maps, mapOf, responses } from "./maps.js";

const LONGEST = 200;
/** Of the picture's sides, to the right and down. */
const [ACROSS, DOWN] = [0.14, 0.1];

export async function shiftDemo(picture: Raster, { onnx, manifest }: Net): Promise<Demonstration> {
  const layer = firstLayerOf(onnx);
  const before = lightInk(await fitted(picture, { longest: LONGEST }));
  const [dx, dy] = [Math.ceil(before.width * ACROSS), Math.ceil(before.height * DOWN)];
  const after = shifted(before, dx, dy);
  const maps = await mapsOf(layer, greyInput(before, manifest.preprocessing), "padded");
  const moved = await mapsOf(layer, greyInput(after, manifest.preprocessing), "padded");
  const border = Math.floor(layer.width / 2);
  const found = compareShifted(maps, moved, { dx, dy, border });
  // What the padding makes of the border is none of the picture's.
  const inner = within(maps, { dx, dy, border });
  const isFlat = isEven(inner);
  const [first = 0, second = 0] = isFlat ? byStrength(inner) : byVariety(inner);
  const peak = peakWithin(mapOf(maps, first), { dx, dy, border });
  const twin = mapOf(moved, first).data[(peak.y + dy) * moved.width + peak.x + dx] ?? 0;
  const numbers = {
    dx,
    dy,
    compared: found.compared,
    difference: found.difference,
    borderShare: found.borderShare,
    peak: peak.value,
    twin,
    strongest: largestOf(inner.data),
  };
  const ring = { kind: "ring", x: peak.x + 0.5, y: peak.y + 0.5 } as const;
  const movedRing = { kind: "ring", x: peak.x + dx + 0.5, y: peak.y + dy + 0.5 } as const;
  const most = (map: number): number => Math.max(largestOf(mapOf(maps, map).data), largestOf(mapOf(moved, map).data));
  const shown = (from: Maps, map: number) => responses(mapOf(from, map), most(map));
  const marks = (mark: Mark) => (isFlat ? {} : { marks: [mark] });
  const ringed = (value: number, mark: Mark) => (isFlat ? {} : { caption: `ring: ${said(value)}`, marks: [mark] });
  return {
    sheet: {
      title: "1 · Shift the picture, and the maps shift with it",
      legend: "Maps: dark violet = no response, yellow = the strongest of that map",
      rows: [
        {
          kind: "tiles",
          heading: "Before",
          tiles: [
            {
              raster: greyRaster(before),
              name: "Picture",
              caption: "ink light, as the network knows it",
              ...marks(ring),
            },
            { raster: shown(maps, first), name: `Map ${first + 1}`, ...ringed(peak.value, ring) },
            { raster: shown(maps, second), name: `Map ${second + 1}` },
          ],
        },
        {
          kind: "tiles",
          heading: `Shifted by ${dx} pixels to the right and ${dy} down`,
          tiles: [
            { raster: greyRaster(after), name: "Picture", ...marks(movedRing) },
            { raster: shown(moved, first), name: `Map ${first + 1}`, ...ringed(twin, movedRing) },
            { raster: shown(moved, second), name: `Map ${second + 1}` },
          ],
        },
      ],
    },
    sentences: isFlat
      ? [
          `The picture was moved by ${dx} pixels to the right and ${dy} down, and looks as before: where the two can be compared it is the same everywhere.`,
          `So is each of the ${layer.filters} maps of the digits network's first layer there, before and after${numbers.strongest === 0 ? ", without any response" : ` (the strongest has ${said(numbers.strongest)} at every place)`}; what is brighter along a map's border comes of the zeros around the picture.`,
          "Equivariance means that the maps shift with what is seen, and here nothing is seen that could shift: a digit, or anything else with edges, shows it.",
        ]
      : [
          `The picture was moved by ${dx} pixels to the right and ${dy} down; beside it are two of the ${layer.filters} maps of the digits network's first layer (${layer.width}×${layer.height} filters, the same weights at every place), before and after.`,
          `Away from the border ${counted(found.compared, "response")} of all ${layer.filters} maps were compared with their twins ${dx} to the right and ${dy} down: ${found.difference === 0 ? "not one differs" : `the largest difference is ${said(found.difference)}`}, where responses go up to ${said(numbers.strongest)}.`,
          `The strongest response of map ${first + 1}, ${said(peak.value)} at (${peak.x}, ${peak.y}), is ${said(twin)} at (${peak.x + dx}, ${peak.y + dy}): what is learned in one place is found in any other, which is equivariance; only in the ${percent(found.borderShare)} along the borders, where new pixels came in or the edge is padded, is there no such pair.`,
        ],
    alt: `Two rows of three pictures. Above: the picture and maps ${first + 1} and ${second + 1} of the first layer. Below: the same, all moved by ${dx} pixels to the right and ${dy} down. ${isFlat ? "Away from the border nothing is to be seen in any of them." : `Largest difference between a response and its moved twin, away from the border: ${said(found.difference)}.`}`,
    numbers,
  };
}

/** What comes in at the left and above repeats the edge. */
export function shifted({ data, width, height }: Grey, dx: number, dy: number): Grey {
  const out = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) out[y * width + x] = data[Math.max(0, y - dy) * width + Math.max(0, x - dx)] ?? 0;
  }
  return { data: out, width, height };
}

export interface Shift {
  readonly dx: number;
  readonly dy: number;
  readonly border: number;
}

export interface ShiftComparison {
  /** Pairs of responses. */
  readonly compared: number;
  /** Largest |after(x + dx, y + dy) − before(x, y)|. */
  readonly difference: number;
  /** Share of the responses after the shift that have no twin to compare with. */
  readonly borderShare: number;
}

/** Compares where a filter's window, which reaches `border` pixels to each side, lies within the picture both times. */
export function compareShifted(before: Maps, after: Maps, { dx, dy, border }: Shift): ShiftComparison {
  const { channels, height, width } = before;
  let [compared, difference] = [0, 0];
  for (let channel = 0; channel < channels; channel++) {
    const [one, other] = [mapOf(before, channel).data, mapOf(after, channel).data];
    for (let y = border; y < height - dy - border; y++) {
      for (let x = border; x < width - dx - border; x++) {
        const value = one[y * width + x] ?? 0;
        difference = Math.max(difference, Math.abs((other[(y + dy) * width + x + dx] ?? 0) - value));
        compared++;
      }
    }
  }
  return { compared, difference, borderShare: 1 - compared / (channels * height * width) };
}

/** The part of the maps before the shift that `compareShifted` compares. */
function within({ data, channels, height, width }: Maps, { dx, dy, border }: Shift): Maps {
  const [wide, high] = [width - dx - 2 * border, height - dy - 2 * border];
  const out = new Float32Array(channels * high * wide);
  for (let row = 0; row < channels * high; row++) {
    const from = (Math.floor(row / high) * height + border + (row % high)) * width + border;
    out.set(data.subarray(from, from + wide), row * wide);
  }
  return { data: out, channels, height: high, width: wide };
}

/** Channels, the one whose responses vary most first. */
export function byVariety(maps: Maps): readonly number[] {
  const deviations = Array.from({ length: maps.channels }, (_, channel) => {
    const { data } = mapOf(maps, channel);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    return data.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  });
  return deviations.map((_, channel) => channel).toSorted((a, b) => (deviations[b] ?? 0) - (deviations[a] ?? 0));
}

/** Channels, the one with the strongest response first. */
export function byStrength(maps: Maps): readonly number[] {
  const peaks = Array.from({ length: maps.channels }, (_, channel) => largestOf(mapOf(maps, channel).data));
  return peaks.map((_, channel) => channel).toSorted((a, b) => (peaks[b] ?? 0) - (peaks[a] ?? 0));
}

/** The strongest of the responses that `compareShifted` compares. */
function peakWithin({ data, width, height }: Grey, { dx, dy, border }: Shift) {
  let best = { x: border, y: border, value: Number.NEGATIVE_INFINITY };
  for (let y = border; y < height - dy - border; y++) {
    for (let x = border; x < width - dx - border; x++) {
      const value = data[y * width + x] ?? 0;
      if (value > best.value) best = { x, y, value };
    }
  }
  return best;
}
