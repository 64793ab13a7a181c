// Feature maps, and how a picture becomes the input of a first layer and maps become pictures again.
import * as ort from "onnxruntime-node";
import sharp from "sharp";
import type { Raster } from "../../charts/tiles.js";
import type { Preprocessing } from "../models/model.js";
import { greyOf, polarityOf } from "../vision/page/ink.js";
import type { Grey } from "../vision/picture.js";

/** Channel by channel, each row by row. */
export interface Maps {
  readonly data: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A view of one channel. */
export function mapOf({ data, height, width }: Maps, channel: number): Grey {
  return { data: data.subarray(channel * height * width, (channel + 1) * height * width), width, height };
}

export interface FitOptions {
  /** Pixels of the longer side: smaller pictures are enlarged to it, larger ones reduced. */
  readonly longest: number;
  /** Both sides are multiples of it. */
  readonly multiple?: number;
}

/** Very long pictures are stretched to a ninth: a strip of a pixel has no neighbourhood to show. */
const NARROWEST = 9;

/** The whole picture at the wished size; only a picture longer than 9:1 changes its proportions. */
export async function fitted({ data, width, height }: Raster, { longest, multiple = 1 }: FitOptions): Promise<Raster> {
  const scale = longest / Math.max(width, height);
  const side = (size: number): number =>
    Math.max(multiple, Math.round(Math.max(size * scale, longest / NARROWEST) / multiple) * multiple);
  const [wide, high] = [side(width), side(height)];
  const resized = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: wide, height: high, fit: "fill", kernel: "lanczos3" })
    .raw()
    .toBuffer();
  return { data: Uint8Array.from(resized), width: wide, height: high };
}

/** Grey values of 0 to 255, ink light on dark as the digits network knows it, whichever way it is on the page. */
export function lightInk(picture: Raster): Grey {
  const grey = greyOf({ ...picture, original: picture, format: "raw" });
  if (polarityOf(grey) === "light-on-dark") return grey;
  return { ...grey, data: grey.data.map((value) => 255 - value) };
}

/** One channel in the range that the network was trained on. */
export function greyInput({ data, width, height }: Grey, { scale, offset }: Preprocessing): Maps {
  const [factor, shift] = [scale[0] ?? 1, offset[0] ?? 0];
  return { data: data.map((value) => value * factor + shift), channels: 1, width, height };
}

/** Three channels in the order and range that the network was trained on. */
export function colourInput({ data, width, height }: Raster, { scale, offset, order }: Preprocessing): Maps {
  const out = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    const [factor, shift] = [scale[channel] ?? scale[0] ?? 1, offset[channel] ?? offset[0] ?? 0];
    const from = order === "bgr" ? 2 - channel : channel;
    for (let at = 0; at < width * height; at++) {
      out[channel * width * height + at] = (data[at * 3 + from] ?? 0) * factor + shift;
    }
  }
  return { data: out, channels: 3, width, height };
}

/** Runs an ONNX file once: the values of its output of this name. */
export async function runOnce(
  file: Uint8Array,
  data: Float32Array,
  shape: readonly number[],
  output = "output",
): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const name = session.inputNames[0] ?? "input";
    const results = await session.run({ [name]: new ort.Tensor("float32", data, [...shape]) }, [output]);
    const values = results[output]?.data;
    if (!(values instanceof Float32Array)) throw new TypeError(`"${output}" is no float32 output`);
    return Float32Array.from(values);
  } finally {
    await session.release();
  }
}

/** Viridis (Smith and van der Walt, CC0) at five points: its lightness rises evenly, whoever sees it. */
const VIRIDIS = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
] as const;

/** Values of 0 (dark) to `most` (light yellow). */
export function responses({ data, width, height }: Grey, most = largestOf(data)): Raster {
  const out = new Uint8Array(data.length * 3);
  for (let at = 0; at < data.length; at++) {
    const place = 4 * Math.min(Math.max(most > 0 ? (data[at] ?? 0) / most : 0, 0), 1);
    const [lower, part] = [Math.min(3, Math.floor(place)), place - Math.min(3, Math.floor(place))];
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [VIRIDIS[lower]?.[channel] ?? 0, VIRIDIS[lower + 1]?.[channel] ?? 0];
      out[at * 3 + channel] = a + part * (b - a);
    }
  }
  return { data: out, width, height };
}

/** Okabe and Ito's blue and vermilion. */
const [BELOW, ABOVE] = [
  [0, 114, 178],
  [213, 94, 0],
] as const;

/** Weights: blue below 0, white 0, vermilion above. */
export function weights({ data, width, height }: Grey, most = largestOf(data.map(Math.abs))): Raster {
  const out = new Uint8Array(data.length * 3);
  for (let at = 0; at < data.length; at++) {
    const value = most > 0 ? Math.min(Math.max((data[at] ?? 0) / most, -1), 1) : 0;
    const ink = value < 0 ? BELOW : ABOVE;
    for (let channel = 0; channel < 3; channel++) {
      out[at * 3 + channel] = 255 + Math.abs(value) * ((ink[channel] ?? 0) - 255);
    }
  }
  return { data: out, width, height };
}

/** Values of 0 to 255 as grey. */
export function greyRaster({ data, width, height }: Grey): Raster {
  const out = new Uint8Array(data.length * 3);
  for (let at = 0; at < data.length; at++) {
    out.fill(Math.min(Math.max(Math.round(data[at] ?? 0), 0), 255), at * 3, at * 3 + 3);
  }
  return { data: out, width, height };
}

export function largestOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

/** Share of the strongest response by which the responses of an even picture may differ, by rounding alone. */
const ROUNDING = 1e-4;

/** Whether every map has one and the same response everywhere, as it has where a picture is the same everywhere. */
export function isEven(maps: Maps): boolean {
  const most = Math.max(...range(maps.data).map(Math.abs));
  return Array.from({ length: maps.channels }, (_, channel) => range(mapOf(maps, channel).data)).every(
    ([low, high]) => high - low <= ROUNDING * most,
  );
}

function range(values: Float32Array): readonly [low: number, high: number] {
  let [low, high] = [values[0] ?? 0, values[0] ?? 0];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

/** Where the largest value is; the first of equals. */
export function placeOfLargest({ data, width }: Grey): {
  readonly x: number;
  readonly y: number;
  readonly value: number;
} {
  let best = 0;
  for (let at = 1; at < data.length; at++) if ((data[at] ?? 0) > (data[best] ?? 0)) best = at;
  return { x: best % width, y: Math.floor(best / width), value: data[best] ?? 0 };
}
