// Where a model looked, for any network: parts of its input are hidden one after the other, and what the answer loses by it is told
// (Zeiler and Fergus, "Visualizing and understanding convolutional networks", 2014). For those whose head has no exact map.
import { UserError } from "../../../errors.js";
import type { Picture } from "../picture.js";
import { coverRegion, prepareCover } from "../prepare.js";
import type { ServedModel } from "../serve.js";
import type { HeatMap } from "./heat.js";

export interface OcclusionLimits {
  /** Positions to a side, where inputs are small. */
  readonly most: number;
  /** Of the first map; below it one says nothing. */
  readonly fewest: number;
  /** Input values (height × width × channels) of all passes of the second map: a large input gets fewer positions. */
  readonly values: number;
  /** Pictures of one run: what others ask meanwhile does not wait for the whole map. */
  readonly batch: number;
  /** From the beginning to the end, waiting for others included. */
  readonly seconds: number;
}

/** 81 passes up to 224 × 224 × 3, 25 at 384 × 384 × 3; within a second, whatever the network is. */
export const OCCLUSION_LIMITS: OcclusionLimits = { most: 9, fewest: 3, values: 12_500_000, batch: 4, seconds: 1 };

/**
 * Evidence of a cell: what the label's logit, less the mean of all, loses while a patch of twice the cell's side, its middle on the
 * cell's, shows the mean colour of the input; over the largest of all cells, so from -1 to 1. First with the fewest cells, then with as
 * many as there is time for. undefined where the model is too slow or too busy even for the first.
 */
export async function occlusionMap(
  picture: Picture,
  model: Pick<ServedModel, "manifest" | "ask">,
  label: string,
  limits: OcclusionLimits = OCCLUSION_LIMITS,
): Promise<HeatMap | undefined> {
  const { preprocessing } = model.manifest;
  const deadline = performance.now() + 1000 * limits.seconds;
  const input = await prepareCover(picture, preprocessing);
  const hidden = hider(input, model, label, { batch: limits.batch, deadline });
  const began = performance.now();
  const coarse = await hidden(limits.fewest);
  if (coarse === undefined) return undefined;
  const now = performance.now();
  const pace = Math.max(1e-3, (now - began) / (1 + limits.fewest ** 2));
  const passes = Math.min(limits.values / input.length, (deadline - now) / pace - 1);
  const cells = Math.min(limits.most, Math.floor(Math.sqrt(Math.max(0, passes))));
  const fine = cells > limits.fewest ? await hidden(cells) : undefined;
  const evidence = normalised(fine ?? coarse);
  const side = Math.sqrt(evidence.length);
  const seen = coverRegion(picture, preprocessing);
  return { label, rows: side, columns: side, evidence, seen, covered: seen };
}

type Hidden = (cells: number) => Promise<Float32Array | undefined>;

/** What the label loses, cells × cells; undefined where it is not known in time. */
function hider(
  input: Float32Array,
  { manifest: { labels, preprocessing }, ask }: Pick<ServedModel, "manifest" | "ask">,
  label: string,
  { batch, deadline }: { readonly batch: number; readonly deadline: number },
): Hidden {
  const means = meansOf(input, preprocessing.channels);
  const scores = async (inputs: Float32Array, images: number): Promise<readonly number[] | undefined> => {
    if (performance.now() > deadline) return undefined;
    const logits = (await unlessBusy(ask(inputs, images)))?.[0];
    return logits && Array.from({ length: images }, (_, row) => lead(logits, row, labels, label));
  };
  return async (cells) => {
    const [whole] = (await scores(input, 1)) ?? [];
    if (whole === undefined) return undefined;
    const evidence = new Float32Array(cells * cells);
    for (let from = 0; from < evidence.length; from += batch) {
      const images = Math.min(batch, evidence.length - from);
      const inputs = new Float32Array(images * input.length);
      for (let image = 0; image < images; image++) {
        inputs.set(input, image * input.length);
        const own = inputs.subarray(image * input.length, (image + 1) * input.length);
        hide(own, preprocessing, means, patchAt(from + image, cells, preprocessing));
      }
      const left = await scores(inputs, images);
      if (left === undefined) return undefined;
      for (const [image, score] of left.entries()) evidence[from + image] = whole - score;
    }
    return evidence;
  };
}

/** By how much the label leads the mean of all. */
function lead(logits: Float32Array, row: number, labels: readonly string[], label: string): number {
  const own = logits.subarray(row * labels.length, (row + 1) * labels.length);
  return (own[labels.indexOf(label)] ?? 0) - own.reduce((sum, value) => sum + value, 0) / labels.length;
}

async function unlessBusy<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UserError && error.code === "busy") return undefined;
    throw error;
  }
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Left, top, right, bottom in pixels of the input. */
type Patch = readonly [number, number, number, number];

function patchAt(cell: number, cells: number, { height, width }: Size): Patch {
  const [column, row] = [cell % cells, Math.floor(cell / cells)];
  const edge = (place: number, side: number): number => Math.min(side, Math.max(0, Math.round((place * side) / cells)));
  return [edge(column - 0.5, width), edge(row - 0.5, height), edge(column + 1.5, width), edge(row + 1.5, height)];
}

/** In NHWC, in place. */
function hide(
  image: Float32Array,
  { width, channels }: Size & { readonly channels: number },
  means: readonly number[],
  [left, top, right, bottom]: Patch,
): void {
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      for (let channel = 0; channel < channels; channel++) {
        image[(y * width + x) * channels + channel] = means[channel] ?? 0;
      }
    }
  }
}

function meansOf(image: Float32Array, channels: number): readonly number[] {
  const sums = new Array<number>(channels).fill(0);
  for (let at = 0; at < image.length; at++) sums[at % channels] = (sums[at % channels] ?? 0) + (image[at] ?? 0);
  return sums.map((sum) => (sum * channels) / image.length);
}

/** Differences of rounding alone are none. */
const LEAST = 1e-4;

function normalised(evidence: Float32Array): Float32Array {
  const most = evidence.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return most < LEAST ? new Float32Array(evidence.length) : evidence.map((value) => value / most);
}
