// Question 4: max pooling beside a strided convolution of the same window and stride: what each keeps, and what it costs.
import type { Mark, Raster } from "../../charts/tiles.js";
import type { Grey } from "../vision/picture.js";
import { type Demonstration, type Net, percent, said } from "./demonstration.js";
import { firstLayerOf, mapsOf } from "./first-layer.js";
import { fitted, greyInput, isEven, largestOf, lightInk, type Maps, mapOf, placeOfLargest, responses } from "./maps.js";
import { byStrength, byVariety, shifted } from "./shift.js";

const LONGEST = 200;
/** Share of their size by which maps change, below which "0 %" would be said of it. */
const UNCHANGED = 5e-4;
/** Pixels of the window that is shown in numbers. */
const ZOOM = 6;

export async function poolingDemo(picture: Raster, { onnx, manifest }: Net): Promise<Demonstration> {
  const layer = firstLayerOf(onnx);
  const grey = lightInk(await fitted(picture, { longest: LONGEST, multiple: 2 }));
  const maps = await mapsOf(layer, greyInput(grey, manifest.preprocessing), "inside");
  const moved = await mapsOf(layer, greyInput(shifted(grey, 1, 0), manifest.preprocessing), "inside");
  const isFlat = isEven(maps);
  const [shown = 0] = isFlat ? byStrength(maps) : byVariety(maps);
  const map = mapOf(maps, shown);
  const [pooled, averaged] = [halved(map, maxOf), halved(map, meanOf)];
  const most = largestOf(map.data);
  const kept = keptShares(maps);
  const changes = {
    none: changeOf(maps, moved, undefined),
    pool: changeOf(maps, moved, maxOf),
    conv: changeOf(maps, moved, meanOf),
  };
  const parameters = 2 * 2 * layer.filters * layer.filters + layer.filters;
  const numbers = {
    parameters,
    peak: most,
    pooledPeak: largestOf(pooled.data),
    averagedPeak: largestOf(averaged.data),
    meanShare: kept.mean,
    windows: kept.windows,
    mapChange: changes.none,
    poolChange: changes.pool,
    convChange: changes.conv,
  };
  const zoom = zoomAt(map);
  const small = { x: zoom.x / 2, y: zoom.y / 2 };
  const ring = (at: { x: number; y: number }, size: number): Mark => ({
    kind: "ring",
    x: at.x + size / 2,
    y: at.y + size / 2,
  });
  const isSteadier = changes.pool < changes.none;
  return {
    sheet: {
      title: "4 · Max pooling beside a convolution, both 2×2 with stride 2",
      legend: "Dark violet = no response, yellow = the strongest response of this map",
      rows: [
        {
          kind: "tiles",
          tiles: [
            {
              raster: responses(map, most),
              name: `Map ${shown + 1}`,
              caption: `${map.width}×${map.height}, strongest ${said(most)}`,
              marks: [ring(zoom, ZOOM)],
            },
            {
              raster: responses(pooled, most),
              name: "Max pooling",
              caption: `${pooled.width}×${pooled.height}, strongest ${said(numbers.pooledPeak)}`,
              marks: [ring(small, ZOOM / 2)],
            },
            {
              raster: responses(averaged, most),
              name: "Strided conv",
              caption: `${averaged.width}×${averaged.height}, strongest ${said(numbers.averagedPeak)}; weights ¼`,
              marks: [ring(small, ZOOM / 2)],
            },
          ],
        },
        {
          kind: "tiles",
          heading: "The ringed place in numbers",
          tiles: [
            numbered(cut(map, zoom, ZOOM), most, 15),
            numbered(cut(pooled, small, ZOOM / 2), most, 20),
            numbered(cut(averaged, small, ZOOM / 2), most, 20),
          ],
        },
      ],
    },
    sentences: [
      `Both make ${pooled.width}×${pooled.height} of ${map.width}×${map.height}, so both downsample alike; the pooling has no parameters, a 2×2 convolution between ${layer.filters} maps has ${said(parameters)} (here each window gets the weights ¼, as none were trained for it).`,
      isFlat
        ? `This picture is the same everywhere, and so is each map: ${most === 0 ? "none responds at all" : `map ${shown + 1} has ${said(most)} at every place`}, and both keep that as it is; a picture with edges shows the difference.`
        : `Pooling keeps the strongest response of every window, and so the ${said(most)} of the whole map, where the convolution mixes the window's four and its strongest is ${said(numbers.averagedPeak)}; over ${said(kept.windows)} windows with any response the mix is ${percent(kept.mean)} of the strongest.`,
      changes.none < UNCHANGED
        ? `Moved by one pixel to the right, ${isFlat ? "it" : "this picture"} is as before, and so are the maps and what both make of them: how much of a shift each forgives is seen in a picture with something upright in it.`
        : `When the picture moves by one pixel, the maps change by ${percent(changes.none)} of their size, behind the pooling by ${percent(changes.pool)} and behind this convolution by ${percent(changes.conv)}: ${isSteadier ? "downsampling forgives some of a small shift, and neither is invariant to it" : "on this picture pooling forgives nothing of the shift"}.`,
    ],
    alt: `A row with map ${shown + 1} of the first layer, the same after max pooling and after a strided convolution, both half as wide and high. Below, ${ZOOM}×${ZOOM} of its responses in numbers and the ${ZOOM / 2}×${ZOOM / 2} that each makes of them. Strongest response: ${said(most)} before, ${said(numbers.pooledPeak)} pooled, ${said(numbers.averagedPeak)} convolved.`,
    numbers,
  };
}

type Window = (a: number, b: number, c: number, d: number) => number;
export const maxOf: Window = (a, b, c, d) => Math.max(a, b, c, d);
/** A convolution with the weights ¼ and no bias. */
export const meanOf: Window = (a, b, c, d) => (a + b + c + d) / 4;

/** One value of every 2×2 window, stride 2; sides are even. */
export function halved({ data, width, height }: Grey, window: Window): Grey {
  const [wide, high] = [width >> 1, height >> 1];
  const out = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const at = 2 * y * width + 2 * x;
      out[y * wide + x] = window(data[at] ?? 0, data[at + 1] ?? 0, data[at + width] ?? 0, data[at + width + 1] ?? 0);
    }
  }
  return { data: out, width: wide, height: high };
}

/** Over the windows of all maps with any response: what the mean is of the largest, on average. */
function keptShares(maps: Maps): { readonly mean: number; readonly windows: number } {
  let [sum, windows] = [0, 0];
  for (let channel = 0; channel < maps.channels; channel++) {
    const [most, mean] = [halved(mapOf(maps, channel), maxOf), halved(mapOf(maps, channel), meanOf)];
    for (let at = 0; at < most.data.length; at++) {
      const largest = most.data[at] ?? 0;
      if (largest <= 0) continue;
      sum += (mean.data[at] ?? 0) / largest;
      windows++;
    }
  }
  return { mean: windows === 0 ? 0 : sum / windows, windows };
}

/** ‖after − before‖ / ‖before‖ of all maps, downsampled unless there is no `window`. */
function changeOf(before: Maps, after: Maps, window: Window | undefined): number {
  let [difference, size] = [0, 0];
  for (let channel = 0; channel < before.channels; channel++) {
    const [one, other] = [before, after].map((maps) => {
      const map = mapOf(maps, channel);
      return window === undefined ? map.data : halved(map, window).data;
    });
    for (const [at, value] of (one ?? new Float32Array()).entries()) {
      difference += ((other?.[at] ?? 0) - value) ** 2;
      size += value ** 2;
    }
  }
  return size === 0 ? 0 : Math.sqrt(difference / size);
}

/** Upper left corner, on even pixels, of a window around the strongest response. */
function zoomAt(map: Grey): { readonly x: number; readonly y: number } {
  const { x, y } = placeOfLargest(map);
  const placed = (at: number, size: number): number =>
    2 * Math.round(Math.min(Math.max(at - ZOOM / 2, 0), Math.max(0, size - ZOOM)) / 2);
  return { x: Math.min(placed(x, map.width), map.width - ZOOM), y: Math.min(placed(y, map.height), map.height - ZOOM) };
}

function cut({ data, width }: Grey, { x, y }: { readonly x: number; readonly y: number }, size: number): Grey {
  const out = new Float32Array(size * size);
  for (let row = 0; row < size; row++)
    out.set(data.subarray((y + row) * width + x, (y + row) * width + x + size), row * size);
  return { data: out, width: size, height: size };
}

function numbered(map: Grey, most: number, size: number) {
  const marks = Array.from(map.data, (value, at): Mark => {
    const text = value === 0 ? "0" : value.toFixed(1);
    return { kind: "text", x: (at % map.width) + 0.5, y: Math.floor(at / map.width) + 0.5, text, size };
  });
  return { raster: responses(map, most), marks };
}
