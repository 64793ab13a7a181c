// One picture into its place in a batch: fitted or augmented, then turned into the numbers that the network takes.
import { seededRandom } from "../random.js";
import { type AugmentSettings, augment } from "./augment.js";
import type { Pixels } from "./data-set.js";
import { centre } from "./warp.js";

/** value = byte × scale + offset; one number for all channels, or one a channel in the order of `order`. */
export interface BatchPreprocess {
  readonly scale: number | readonly number[];
  readonly offset: number | readonly number[];
  readonly order: "rgb" | "bgr" | "grey";
  /** Pixels of the shorter side before the centre is cut out, for files; the larger side of the input by default. */
  readonly resize?: number;
}

/** How every picture of a batch is made; plain data. */
export interface BatchGeometry {
  readonly seed: number;
  readonly epoch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  readonly preprocess: BatchPreprocess;
  readonly augment?: AugmentSettings;
}

/** The shorter side that a file is decoded to. */
export function decodedSize({ height, width, preprocess }: BatchGeometry): number {
  return Math.max(preprocess.resize ?? 0, height, width);
}

/** `index`: the sample's place in its split; with seed and epoch it decides the augmentation. `at`: place in the batch. */
export function putImage(images: Float32Array, at: number, picture: Pixels, index: number, plan: BatchGeometry): void {
  const { height, width, channels } = plan;
  const random = () => seededRandom(plan.seed).fork(`augment/${plan.epoch}/${index}`);
  const fitted =
    plan.augment === undefined
      ? centre(picture, height, width)
      : augment(picture, [height, width], random(), plan.augment);
  const area = height * width;
  const out = images.subarray(at * area * channels, (at + 1) * area * channels);
  if (channels === 1) putGrey(out, fitted, plan.preprocess);
  else putColour(out, fitted, plan.preprocess);
}

function putGrey(out: Float32Array, { data, channels }: Pixels, preprocess: BatchPreprocess): void {
  const [scale, offset] = [ofChannel(preprocess.scale, 0), ofChannel(preprocess.offset, 0)];
  for (let pixel = 0; pixel < out.length; pixel++) {
    const at = pixel * channels;
    // BT.601 luma, as image libraries make grey.
    const value =
      channels === 1
        ? (data[at] ?? 0)
        : 0.299 * (data[at] ?? 0) + 0.587 * (data[at + 1] ?? 0) + 0.114 * (data[at + 2] ?? 0);
    out[pixel] = value * scale + offset;
  }
}

function putColour(out: Float32Array, { data, channels }: Pixels, preprocess: BatchPreprocess): void {
  for (let channel = 0; channel < 3; channel++) {
    const [scale, offset] = [ofChannel(preprocess.scale, channel), ofChannel(preprocess.offset, channel)];
    const from = channels === 1 ? 0 : preprocess.order === "bgr" ? 2 - channel : channel;
    for (let at = channel, source = from; at < out.length; at += 3, source += channels) {
      out[at] = (data[source] ?? 0) * scale + offset;
    }
  }
}

function ofChannel(values: number | readonly number[], channel: number): number {
  if (typeof values === "number") return values;
  const value = values.length === 1 ? values[0] : values[channel];
  if (value === undefined) throw new RangeError(`no preprocessing for channel ${channel} in [${values.join(", ")}]`);
  return value;
}
