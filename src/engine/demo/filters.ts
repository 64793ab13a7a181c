// Questions 9 and 10: what the first layer of a shipped network learned, as tiles, and how each filter responds to the picture.
import type { Raster, Tile } from "../../charts/tiles.js";
import { counted, type Demonstration, type Net, percent, said } from "./demonstration.js";
import { type FirstLayer, firstLayerOf, mapsOf } from "./first-layer.js";
import {
  colourInput,
  fitted,
  greyInput,
  greyRaster,
  isEven,
  largestOf,
  lightInk,
  type Maps,
  mapOf,
  responses,
  weights,
} from "./maps.js";

const LONGEST = 160;

export async function digitsFiltersDemo(picture: Raster, { onnx, manifest }: Net): Promise<Demonstration> {
  const layer = firstLayerOf(onnx);
  const grey = lightInk(await fitted(picture, { longest: LONGEST, multiple: 2 }));
  const maps = await mapsOf(layer, greyInput(grey, manifest.preprocessing), "inside");
  const seen = responsesOf(maps);
  const kinds = indexes(layer.filters).map((filter) => kindOf(filterOf(layer, filter)));
  const edges = kinds.filter((kind) => kind === "edge").length;
  const strongest = seen.byPeak[0] ?? 0;
  const silent = seen.silent;
  const shown = seen.byPeak.slice(0, MOST_SHOWN);
  const most = largestOf(layer.kernel.map(Math.abs));
  const parameters = layer.kernel.length + layer.filters;
  return {
    sheet: {
      title: "9 · What the digits network's first layer learned",
      legend: "Filters: vermilion = positive, white = 0, blue = negative. Maps: yellow = the strongest",
      rows: [
        {
          kind: "tiles",
          heading: `All ${layer.filters} filters, ${layer.width}×${layer.height}`,
          columns: 9,
          tiles: indexes(layer.filters).map((filter) => ({
            raster: weights(filterRaster(layer, filter), most),
            caption: String(filter + 1),
          })),
        },
        {
          kind: "tiles",
          heading: "This picture, and the maps that respond most",
          columns: 4,
          tiles: [{ raster: greyRaster(grey), name: "Picture" }, ...shown.map((filter) => mapTile(maps, filter))],
        },
      ],
    },
    sentences: [
      `The first layer of ${manifest.name}@${manifest.version} has ${layer.filters} filters of ${layer.width}×${layer.height}, ${parameters} numbers that nobody wrote: training found them (with batch normalization folded in).`,
      `Going by their weights, ${counted(edges, "detects edges or lines", "detect edges or lines")}, with positive weights against negative ones so that an even area gives almost nothing, and the other ${layer.filters - edges} respond to light or dark as such.`,
      seen.peak === 0 || seen.isEven
        ? onEven(seen)
        : `On this picture filter ${strongest + 1} responds most, up to ${said(seen.peak)} and at all in ${percent(seen.shares[strongest] ?? 0)} of the places${kinds[strongest] === "edge" ? `, to ${directionOf(filterOf(layer, strongest))}` : ""}; ${silent === 0 ? "not one is silent" : `${counted(silent, "filter stays", "filters stay")} silent`}.`,
    ],
    alt: altOf(layer, "digits", shown, seen.peak),
    numbers: { filters: layer.filters, parameters, edges, silent, strongest, peak: seen.peak },
  };
}

export async function flowersFiltersDemo(picture: Raster, { onnx, manifest }: Net): Promise<Demonstration> {
  const layer = firstLayerOf(onnx);
  const colours = await fitted(picture, { longest: LONGEST, multiple: 2 });
  const maps = await mapsOf(layer, colourInput(colours, manifest.preprocessing), "inside");
  const seen = responsesOf(maps);
  const shares = indexes(layer.filters).map((filter) => colourShare(layer, filter));
  const coloured = shares.filter((share) => share > 0.5).length;
  const tiny = indexes(layer.filters).filter((filter) => energyOf(layer, filter) < 1e-6).length;
  const strongest = seen.byPeak[0] ?? 0;
  const shown = seen.byPeak.slice(0, MOST_SHOWN);
  const parameters = layer.kernel.length + layer.filters;
  return {
    sheet: {
      title: "10 · What the flowers network's first layer learned",
      legend: "Filters in red, green and blue, grey = 0. Maps: dark violet = no response, yellow = the strongest",
      rows: [
        {
          kind: "tiles",
          heading: `All ${layer.filters} filters, ${layer.width}×${layer.height}×${layer.channels}`,
          columns: 11,
          tiles: indexes(layer.filters).map((filter) => ({
            raster: colourFilter(layer, filter, manifest.preprocessing.order === "bgr"),
            caption: String(filter + 1),
          })),
        },
        {
          kind: "tiles",
          heading: "This picture, and the maps that respond most",
          columns: 4,
          tiles: [{ raster: colours, smooth: true, name: "Picture" }, ...shown.map((filter) => mapTile(maps, filter))],
        },
      ],
    },
    sentences: [
      `The first layer of ${manifest.name}@${manifest.version} has ${layer.filters} filters of ${layer.width}×${layer.height} over red, green and blue, ${said(parameters)} numbers: learned on a million photos of a thousand things, then fine-tuned on flowers, which is transfer learning.`,
      `Going by their weights, ${counted(coloured, "filter looks", "filters look")} at colour more than at light (more than half of their strength lies in differences between the channels); the other ${layer.filters - coloured - tiny} look for edges and spots of light${tiny === 0 ? "" : `, and ${counted(tiny, "is", "are")} practically unused`}.`,
      seen.peak === 0 || seen.isEven
        ? onEven(seen)
        : `On this picture filter ${strongest + 1} responds most, up to ${said(seen.peak)} and at all in ${percent(seen.shares[strongest] ?? 0)} of the places; ${seen.silent === 0 ? "not one of them is silent" : `${counted(seen.silent, "filter stays", "filters stay")} silent`}, and whatever the deeper layers know of a petal they know through these maps.`,
    ],
    alt: altOf(layer, "flowers", shown, seen.peak),
    numbers: { filters: layer.filters, parameters, coloured, silent: seen.silent, strongest, peak: seen.peak },
  };
}

/** Beside the picture, in two rows of four. */
const MOST_SHOWN = 7;

interface Responses {
  /** Filters, the one with the strongest response first. */
  readonly byPeak: readonly number[];
  readonly peak: number;
  /** Of every filter the share of places where it responds at all. */
  readonly shares: readonly number[];
  readonly silent: number;
  /** Of a picture that is the same everywhere. */
  readonly isEven: boolean;
}

function responsesOf(maps: Maps): Responses {
  const all = indexes(maps.channels).map((channel) => mapOf(maps, channel).data);
  const peaks = all.map(largestOf);
  const shares = all.map((data) => data.reduce((count, value) => count + (value > 0 ? 1 : 0), 0) / data.length);
  const byPeak = indexes(maps.channels).toSorted((a, b) => (peaks[b] ?? 0) - (peaks[a] ?? 0));
  return {
    byPeak,
    peak: Math.max(...peaks),
    shares,
    silent: peaks.filter((peak) => peak === 0).length,
    isEven: isEven(maps),
  };
}

function onEven({ byPeak, peak, silent, isEven: isSame }: Responses): string {
  if (peak === 0) return "On this picture none of them responds.";
  const [strongest = 0] = byPeak;
  const stays = counted(silent, "filter stays", "filters stay");
  return `${isSame ? "This picture is the same everywhere, so that nothing in it is an edge: each" : "Each"} filter has one response at all places, filter ${strongest + 1} the strongest with ${said(peak)}${silent === 0 ? "" : `, and ${stays} silent`}.`;
}

function mapTile(maps: Maps, filter: number): Tile {
  const map = mapOf(maps, filter);
  return { raster: responses(map), name: `Map ${filter + 1}`, caption: `up to ${said(largestOf(map.data))}` };
}

interface Filter {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Of a layer with one channel. */
function filterOf({ kernel, height, width }: FirstLayer, filter: number): Filter {
  return { values: kernel.subarray(filter * height * width, (filter + 1) * height * width), height, width };
}

function filterRaster(layer: FirstLayer, filter: number) {
  const { values, height, width } = filterOf(layer, filter);
  return { data: values, height, width };
}

/** An edge filter's weights cancel: their sum is less than a third of the sum of their sizes. */
export function kindOf({ values }: Pick<Filter, "values">): "edge" | "level" {
  const sum = values.reduce((total, value) => total + value, 0);
  const size = values.reduce((total, value) => total + Math.abs(value), 0);
  return size > 0 && Math.abs(sum) < size / 3 ? "edge" : "level";
}

/** Of 1, which is all weight on one side against all on the other. */
const ONE_SIDED = 0.4;

/** Where an edge filter wants it lighter: by the first moments of its weights. */
export function directionOf({ values, height, width }: Filter): string {
  let [across, down] = [0, 0];
  for (const [at, value] of values.entries()) {
    across += value * ((at % width) - (width - 1) / 2);
    down += value * (Math.floor(at / width) - (height - 1) / 2);
  }
  const size = values.reduce((total, value) => total + Math.abs(value), 0);
  if (Math.hypot(across, down) < ONE_SIDED * size) return "lines and spots rather than to one side of an edge";
  const vertical = Math.abs(down) < 0.4 * Math.abs(across) ? "" : down < 0 ? "top" : "bottom";
  const horizontal = Math.abs(across) < 0.4 * Math.abs(down) ? "" : across < 0 ? "left" : "right";
  return `edges that are lighter at the ${[vertical, horizontal].filter((word) => word !== "").join(" ")}`;
}

function energyOf({ kernel, channels, height, width }: FirstLayer, filter: number): number {
  const size = channels * height * width;
  return kernel.subarray(filter * size, (filter + 1) * size).reduce((sum, value) => sum + value * value, 0);
}

/** Share of a filter's squared weights that is left when every place's mean over the channels is taken away. */
export function colourShare(layer: FirstLayer, filter: number): number {
  const { kernel, channels, height, width } = layer;
  const size = height * width;
  let [colour, all] = [0, 0];
  for (let at = 0; at < size; at++) {
    const values = indexes(channels).map((channel) => kernel[(filter * channels + channel) * size + at] ?? 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / channels;
    for (const value of values) {
      colour += (value - mean) ** 2;
      all += value * value;
    }
  }
  return all < 1e-6 ? 0 : colour / all;
}

/** A colour filter as colours: 0 is grey, its largest weight full. */
function colourFilter({ kernel, channels, height, width }: FirstLayer, filter: number, isBgr: boolean): Raster {
  const size = height * width;
  const own = kernel.subarray(filter * channels * size, (filter + 1) * channels * size);
  const most = Math.max(largestOf(own.map(Math.abs)), 1e-3);
  const data = Uint8Array.from({ length: size * 3 }, (_, at) => {
    const channel = isBgr ? 2 - (at % 3) : at % 3;
    return Math.round(127.5 + (127.5 * (own[channel * size + Math.floor(at / 3)] ?? 0)) / most);
  });
  return { data, width, height };
}

function altOf(layer: FirstLayer, name: string, shown: readonly number[], peak: number): string {
  return `Above, the ${layer.filters} filters of the ${name} network's first layer as small squares of ${layer.width}×${layer.height} colours. Below, the picture and the maps of filters ${shown.map((filter) => filter + 1).join(", ")}, ${peak === 0 ? "none of which responds to it" : `which respond most to it, up to ${said(peak)}`}.`;
}

const indexes = (length: number): number[] => Array.from({ length }, (_, index) => index);
