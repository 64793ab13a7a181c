// Question 8: the detail that five poolings lose, and how much of it bilinear upsampling brings back.
import type { Raster } from "../../charts/tiles.js";
import type { Grey } from "../vision/picture.js";
import { type Demonstration, percent } from "./demonstration.js";
import { fitted } from "./maps.js";
import { halved, meanOf } from "./pooling.js";

const LONGEST = 224;
const POOLINGS = 5;
/** Decibels of PSNR. */
const HARDLY_SEEN = 35;

type Channels = readonly Grey[];

export async function upsamplingDemo(picture: Raster): Promise<Demonstration> {
  const raster = await fitted(picture, { longest: LONGEST, multiple: 2 ** POOLINGS });
  const whole = channelsOf(raster);
  const levels: Channels[] = [whole];
  for (let level = 1; level <= POOLINGS; level++) {
    levels.push((levels[level - 1] ?? []).map((channel) => halved(channel, meanOf)));
  }
  const restored = levels.map((channels) => channels.map((channel) => bilinear(channel, raster)));
  const psnrs = restored.map((channels) => psnr(channels, whole));
  const edges = restored.map((channels) => edgeStrength(channels));
  const kept = edges.map((strength) => ((edges[0] ?? 0) === 0 ? 1 : strength / (edges[0] ?? 1)));
  const [last, second] = [psnrs[POOLINGS] ?? 0, psnrs[2] ?? 0];
  const blocks = (levels[POOLINGS] ?? []).map((channel) => nearest(channel, raster));
  const blocky = psnr(blocks, whole);
  const smallest = levels[POOLINGS]?.[0];
  const [wide, high] = [smallest?.width ?? 0, smallest?.height ?? 0];
  const isFlat = last === Number.POSITIVE_INFINITY;
  const isSmooth = last >= HARDLY_SEEN;
  const shown = [1, 3, 5];
  return {
    sheet: {
      title: "8 · What five poolings lose, and what upsampling brings back",
      legend: `PSNR: likeness to the original; above ${HARDLY_SEEN} dB hardly seen, below 20 dB coarse`,
      rows: [
        {
          kind: "tiles",
          heading: "Pooled 2×2 (means) again and again",
          tiles: [
            { raster, name: "Original", caption: sizeOf(whole) },
            ...shown.map((level) => ({
              raster: rasterOf(levels[level] ?? []),
              name: level === 1 ? "1 pooling" : `${level} poolings`,
              caption: sizeOf(levels[level] ?? []),
            })),
          ],
        },
        {
          kind: "tiles",
          heading: "Upsampled to full size, bilinear",
          tiles: [
            { raster, name: "Original", caption: "edges 100 %" },
            ...shown.map((level) => ({
              raster: rasterOf(restored[level] ?? []),
              name: decibels(psnrs[level] ?? 0),
              caption: `edges ${percent(kept[level] ?? 0)}`,
            })),
          ],
        },
      ],
    },
    sentences: isFlat
      ? [
          `Five 2×2 poolings made ${wide}×${high} of ${raster.width}×${raster.height} pixels.`,
          "This picture is the same everywhere, so nothing was lost, and upsampling gives it back exactly.",
          "A picture with edges shows what is lost.",
        ]
      : [
          `Five 2×2 poolings made ${wide}×${high} of ${raster.width}×${raster.height}: one value stands for 32×32 pixels, and where in them something was is lost (means were taken, the gentlest pooling).`,
          isSmooth
            ? `Bilinear upsampling gives ${decibels(last)} where plain blocks have ${decibels(blocky)}, and ${percent(kept[POOLINGS] ?? 0)} of the edges' strength: what is missing can hardly be seen, as this picture has hardly any detail to lose.`
            : `Bilinear upsampling brings back the size but not the detail: ${decibels(last)} where plain blocks have ${decibels(blocky)}, and ${percent(kept[POOLINGS] ?? 0)} of the edges' strength.`,
          isSmooth
            ? "A picture with fine edges shows why segmentation networks take earlier, finer maps along in skip connections and do not upsample the last ones alone."
            : `From behind the second pooling it gives ${decibels(second)} and ${percent(kept[2] ?? 0)} of the edges: that is why segmentation networks take earlier, finer maps along in skip connections and do not upsample the last ones alone.`,
        ],
    alt: `Above: the picture, and pooled once, three and five times, ever coarser, down to ${wide}×${high}. Below: each upsampled to full size again, smooth and blurred: ${shown.map((level) => `after ${level}, ${decibels(psnrs[level] ?? 0)} and ${percent(kept[level] ?? 0)} of the edges`).join("; ")}.`,
    numbers: { psnr: last, psnrAfterTwo: second, blocky, edges: kept[POOLINGS] ?? 0, wide, high },
  };
}

/** Bilinear, with the pixels' centres as corners and the edge repeated: ONNX's half_pixel, PyTorch's align_corners=False. */
export function bilinear({ data, width, height }: Grey, to: { readonly width: number; readonly height: number }): Grey {
  const across = places(width, to.width);
  const down = places(height, to.height);
  const out = new Float32Array(to.width * to.height);
  for (const [y, row] of down.entries()) {
    for (const [x, column] of across.entries()) {
      const [top, below] = [row.from * width, row.to * width];
      const upper = (data[top + column.from] ?? 0) * (1 - column.part) + (data[top + column.to] ?? 0) * column.part;
      const lower = (data[below + column.from] ?? 0) * (1 - column.part) + (data[below + column.to] ?? 0) * column.part;
      out[y * to.width + x] = upper * (1 - row.part) + lower * row.part;
    }
  }
  return { data: out, width: to.width, height: to.height };
}

function places(from: number, to: number): { readonly from: number; readonly to: number; readonly part: number }[] {
  return Array.from({ length: to }, (_, index) => {
    const at = Math.min(Math.max(((index + 0.5) * from) / to - 0.5, 0), from - 1);
    const lower = Math.floor(at);
    return { from: lower, to: Math.min(lower + 1, from - 1), part: at - lower };
  });
}

/** 10 · log10(255² / mean squared difference), in dB; infinite where nothing differs. */
export function psnr(found: Channels, wanted: Channels): number {
  let [sum, count] = [0, 0];
  for (const [index, { data }] of wanted.entries()) {
    const other = found[index]?.data ?? new Float32Array();
    for (let at = 0; at < data.length; at++) sum += ((other[at] ?? 0) - (data[at] ?? 0)) ** 2;
    count += data.length;
  }
  // Float32 rounding of a mean of bytes is no loss that anyone could see.
  return sum / count < 1e-6 ? Number.POSITIVE_INFINITY : 10 * Math.log10((255 * 255 * count) / sum);
}

/** Sum of the absolute differences between neighbouring pixels. */
function edgeStrength(channels: Channels): number {
  let sum = 0;
  for (const { data, width, height } of channels) {
    for (let y = 0; y < height - 1; y++) {
      for (let x = 0; x < width - 1; x++) {
        const at = y * width + x;
        const value = data[at] ?? 0;
        sum += Math.abs((data[at + 1] ?? 0) - value) + Math.abs((data[at + width] ?? 0) - value);
      }
    }
  }
  return sum;
}

function nearest({ data, width, height }: Grey, to: { readonly width: number; readonly height: number }): Grey {
  const out = new Float32Array(to.width * to.height);
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      out[y * to.width + x] =
        data[Math.floor((y * height) / to.height) * width + Math.floor((x * width) / to.width)] ?? 0;
    }
  }
  return { data: out, width: to.width, height: to.height };
}

function channelsOf({ data, width, height }: Raster): Channels {
  return [0, 1, 2].map((channel) => ({
    data: Float32Array.from({ length: width * height }, (_, at) => data[at * 3 + channel] ?? 0),
    width,
    height,
  }));
}

function rasterOf(channels: Channels): Raster {
  const { width, height } = channels[0] ?? { width: 0, height: 0 };
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) =>
    Math.round(channels[at % 3]?.data[Math.floor(at / 3)] ?? 0),
  );
  return { data, width, height };
}

const sizeOf = (channels: Channels): string => `${channels[0]?.width}×${channels[0]?.height}`;
const decibels = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(1)} dB` : "no loss");
