// Question 5: maps before and after local response normalization, where the strongest inhibits its neighbours.
import type { Bar, Raster } from "../../charts/tiles.js";
import { type Demonstration, type Net, percent, said } from "./demonstration.js";
import { firstLayerOf, mapsOf } from "./first-layer.js";
import { colourInput, fitted, isEven, largestOf, type Maps, mapOf, responses } from "./maps.js";

/** Krizhevsky, Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks" (2012), 3.3. */
export const ALEXNET = { k: 2, n: 5, alpha: 1e-4, beta: 0.75 } as const;

export interface NormalizationSettings {
  readonly k: number;
  /** Maps of a neighbourhood, the own one in the middle. */
  readonly n: number;
  readonly alpha: number;
  readonly beta: number;
}

const LONGEST = 224;
/** Half the range of a byte: AlexNet saw bytes less their mean, our networks see them divided by this. */
const HALF_RANGE = 127.5;

/** b(i) = a(i) / (k + α Σ a(j)²)^β over the n maps j around map i that there are, at each place; α is not divided by n. */
export function localResponseNormalization(maps: Maps, { k, n, alpha, beta }: NormalizationSettings = ALEXNET): Maps {
  const { channels, height, width } = maps;
  const size = height * width;
  const reach = Math.floor(n / 2);
  const data = new Float32Array(maps.data.length);
  for (let channel = 0; channel < channels; channel++) {
    const [from, to] = [Math.max(0, channel - reach), Math.min(channels - 1, channel + reach)];
    for (let at = 0; at < size; at++) {
      let squares = 0;
      for (let other = from; other <= to; other++) squares += (maps.data[other * size + at] ?? 0) ** 2;
      data[channel * size + at] = (maps.data[channel * size + at] ?? 0) / (k + alpha * squares) ** beta;
    }
  }
  return { data, channels, height, width };
}

export async function normalizationDemo(picture: Raster, { onnx, manifest }: Net): Promise<Demonstration> {
  const layer = firstLayerOf(onnx);
  const colours = await fitted(picture, { longest: LONGEST, multiple: 2 });
  const own = await mapsOf(layer, colourInput(colours, manifest.preprocessing), "inside");
  const before: Maps = { ...own, data: own.data.map((value) => value * HALF_RANGE) };
  const after = localResponseNormalization(before);
  const place = strongestPlace(before);
  const column = columnAt(before, place.at);
  const normalized = columnAt(after, place.at);
  const alone = localResponseNormalization(own);
  const mostKept = ALEXNET.k ** -ALEXNET.beta;
  const share = (map: number): number => ratio(normalized[map] ?? 0, column[map] ?? 0);
  const reach = Math.floor(ALEXNET.n / 2);
  const neighbours = indexes(column.length).filter((map) => map !== place.map && Math.abs(map - place.map) <= reach);
  const far = indexes(column.length)
    .filter((map) => Math.abs(map - place.map) > 2 * reach && (column[map] ?? 0) > 0)
    .toSorted((a, b) => share(b) - share(a) || (column[b] ?? 0) - (column[a] ?? 0));
  const free = far[0];
  const inhibited = neighbours
    .filter((map) => (column[map] ?? 0) > 0)
    .toSorted((a, b) => (column[b] ?? 0) - (column[a] ?? 0))[0];
  const squares = windowOf(column, place.map, reach);
  const ownShare = ratio(columnAt(alone, place.at)[place.map] ?? 0, columnAt(own, place.at)[place.map] ?? 0);
  const numbers = {
    strongest: place.value,
    strongestAfter: normalized[place.map] ?? 0,
    share: share(place.map),
    divisor: (ALEXNET.k + ALEXNET.alpha * squares) ** ALEXNET.beta,
    squares,
    mostKept,
    ownShare,
    map: place.map,
  };
  const ring = { kind: "ring", x: place.x + 0.5, y: place.y + 0.5 } as const;
  const [one, other] = [mapOf(before, place.map), mapOf(after, place.map)];
  const kept = { ...one, data: one.data.map((value, at) => ratio(other.data[at] ?? 0, value)) };
  const shownMaps = [place.map, ...neighbours, ...(free === undefined ? [] : [free])].toSorted((a, b) => a - b);
  const isSilent = place.value === 0;
  const where = isEven(before)
    ? "This picture is the same everywhere, and the ring marks any place of it: there map"
    : "At the ring map";
  return {
    sheet: {
      title: "5 · Local response normalization, as in AlexNet",
      legend: "Maps: dark violet = 0, yellow = the strongest; ring: the strongest response of all",
      rows: [
        {
          kind: "tiles",
          tiles: [
            {
              raster: colours,
              smooth: true,
              name: "Picture",
              marks: [
                { ...ring, x: place.x * layer.stride + layer.width / 2, y: place.y * layer.stride + layer.height / 2 },
              ],
            },
            {
              raster: responses(one),
              name: `Map ${place.map + 1} before`,
              caption: `up to ${said(largestOf(one.data))}`,
              marks: [ring],
            },
            {
              raster: responses(other),
              name: `Map ${place.map + 1} after`,
              caption: `up to ${said(largestOf(other.data))}`,
              marks: [ring],
            },
            {
              raster: responses(kept),
              name: "Share kept",
              caption: `up to ${percent(largestOf(kept.data))}`,
              marks: [ring],
            },
          ],
        },
        {
          kind: "bars",
          heading: "At the ring: the strongest map, its neighbours, and one far from them",
          before: `before (longest ${said(Math.max(...shownMaps.map((map) => column[map] ?? 0)))})`,
          after: `after (longest ${said(Math.max(...shownMaps.map((map) => normalized[map] ?? 0)))})`,
          bars: shownMaps.map((map): Bar => {
            const isFar = map === free;
            return {
              label: `${isFar ? "far: " : ""}map ${map + 1}`,
              before: column[map] ?? 0,
              after: normalized[map] ?? 0,
              note:
                column[map] === 0
                  ? "0"
                  : `${said(column[map] ?? 0)} → ${said(normalized[map] ?? 0)} (${percent(share(map))})`,
              isStrong: map === place.map,
            };
          }),
        },
      ],
    },
    sentences: isSilent
      ? [
          "No map of the flowers network's first layer responds to this picture, so there is nothing to normalise.",
          `By AlexNet's formula, a / (2 + 0.0001 · Σa²)^0.75, whatever has quiet neighbours keeps ${percent(mostKept)}.`,
          "A picture with edges and colours shows more.",
        ]
      : [
          `${where} ${place.map + 1} responds strongest, with ${said(place.value)}; the squares of the five maps around it sum to ${said(squares)}, so AlexNet's formula divides by (2 + 0.0001 · ${said(squares)})^0.75 = ${said(numbers.divisor)} and leaves ${said(numbers.strongestAfter)}, ${percent(numbers.share)}.`,
          `${inhibited === undefined ? `None of its neighbours responds there at all` : `It inhibits its neighbours at the same place: map ${inhibited + 1} falls from ${said(column[inhibited] ?? 0)} to ${said(normalized[inhibited] ?? 0)} (${percent(share(inhibited))})`}${free === undefined ? "; no map far from it responds there to compare with" : `, while map ${free + 1}, outside of its reach, keeps ${percent(share(free))}`}; with no neighbours at all ${percent(mostKept)} would be kept.`,
          `The constants fit AlexNet's inputs, bytes less their mean, so the responses here were multiplied by ${HALF_RANGE}; on our network's own scale of −1 to 1 the formula only scales, and keeps ${percent(ownShare)} even at the ring.`,
        ],
    alt: `The picture, map ${place.map + 1} before and after normalization, and the share that is kept at each place. Below, bars of the maps at the strongest place: ${shownMaps.map((map) => `map ${map + 1} from ${said(column[map] ?? 0)} to ${said(normalized[map] ?? 0)}`).join(", ")}.`,
    numbers,
  };
}

interface Place {
  readonly map: number;
  readonly at: number;
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

function strongestPlace({ data, width, height }: Maps): Place {
  let best = 0;
  for (let at = 1; at < data.length; at++) if ((data[at] ?? 0) > (data[best] ?? 0)) best = at;
  const size = width * height;
  const at = best % size;
  return { map: Math.floor(best / size), at, x: at % width, y: Math.floor(at / width), value: data[best] ?? 0 };
}

function columnAt({ data, channels, height, width }: Maps, at: number): readonly number[] {
  return Array.from({ length: channels }, (_, channel) => data[channel * height * width + at] ?? 0);
}

function windowOf(column: readonly number[], map: number, reach: number): number {
  return column.slice(Math.max(0, map - reach), map + reach + 1).reduce((sum, value) => sum + value * value, 0);
}

const indexes = (length: number): number[] => Array.from({ length }, (_, index) => index);
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
