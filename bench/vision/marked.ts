// Numbers with marks that are no digits (3.14, -5, 1/2, 7:30, 12+3), and pages with dust on them, which is no mark.
import { type Difficulty, FELT, PAGE, penned, rasterised, SETTINGS, type Setting, seeded, taken } from "./pages.js";
import { smooth, strokePath } from "./strokes.js";

export const MARKED_KINDS = ["point", "comma", "minus", "fraction", "time", "plus", "difference", "times"] as const;
export type MarkedKind = (typeof MARKED_KINDS)[number];

type Random = () => number;
type Point = readonly [x: number, y: number];
const PENS = ["easy", "medium", "ballpoint", "pencil"] as const satisfies readonly Difficulty[];

export interface MarkedPage {
  readonly jpeg: Buffer;
  /** As it is written: digits, and `.,-/:+x`. */
  readonly text: string;
}

/** On the paper, with the pens and in the light of `pages.ts`. */
export async function markedPage(kind: MarkedKind, seed: number): Promise<MarkedPage> {
  const random = seeded(seed * 4001 + MARKED_KINDS.indexOf(kind) * 211 + 5);
  const text = TEXTS[kind](random);
  return { jpeg: await photoOf([...text], PENS[seed % PENS.length] ?? "easy", 0, random), text };
}

/** A number, with 3 to 30 specks: paler or smaller than the pen makes them, anywhere. */
export async function dustyPage(seed: number): Promise<MarkedPage> {
  const random = seeded(seed * 4001 + 7);
  const text = numberOf(1 + Math.floor(5 * random()), random);
  return {
    jpeg: await photoOf([...text], PENS[seed % PENS.length] ?? "easy", 3 + Math.floor(28 * random()), random),
    text,
  };
}

const numberOf = (count: number, random: Random): string =>
  Array.from({ length: count }, () => Math.floor(10 * random())).join("");
const some = (random: Random): string => numberOf(1 + Math.floor(3 * random()), random);

const TEXTS: Readonly<Record<MarkedKind, (random: Random) => string>> = {
  point: (random) => `${some(random)}.${some(random)}`,
  comma: (random) => `${some(random)},${some(random)}`,
  minus: (random) => `-${some(random)}`,
  fraction: (random) =>
    `${numberOf(1 + Math.floor(2 * random()), random)}/${numberOf(1 + Math.floor(2 * random()), random)}`,
  time: (random) => `${numberOf(1 + Math.floor(2 * random()), random)}:${numberOf(2, random)}`,
  plus: (random) => `${some(random)}+${some(random)}`,
  difference: (random) => `${some(random)}-${some(random)}`,
  times: (random) => `${some(random)}x${some(random)}`,
};

/** Strokes in heights of a digit: 0 is its upper edge, 1 its base line; and how wide the sign is with its room. */
const SIGNS: Readonly<
  Record<string, (random: Random) => { readonly strokes: readonly (readonly Point[])[]; readonly wide: number }>
> = {
  ".": (random) => ({ strokes: [dot(0.12, 0.95 + 0.06 * random())], wide: 0.25 + 0.1 * random() }),
  ",": (random) => ({
    strokes: [
      [
        [0.15, 0.95],
        [0.14, 1.04],
        [0.07, 1.12 + 0.05 * random()],
      ],
    ],
    wide: 0.28 + 0.1 * random(),
  }),
  ":": (random) => ({
    strokes: [dot(0.14, 0.3 + 0.1 * random()), dot(0.13, 0.75 + 0.12 * random())],
    wide: 0.28 + 0.1 * random(),
  }),
  "-": (random) => ({
    strokes: [
      [
        [0.08, 0.5 + 0.06 * random()],
        [0.42 + 0.15 * random(), 0.48 + 0.06 * random()],
      ],
    ],
    wide: 0.68,
  }),
  "/": (random) => ({
    strokes: [
      [
        [0.02, 1.05 + 0.1 * random()],
        [0.48 + 0.15 * random(), -0.1 * random()],
      ],
    ],
    wide: 0.66,
  }),
  "+": (random) => {
    const [x, y, half] = [0.3, 0.52 + 0.08 * (random() - 0.5), 0.19 + 0.06 * random()];
    return {
      strokes: [
        [
          [x - half, y],
          [x + half, y + 0.03],
        ],
        [
          [x, y - half],
          [x + 0.02, y + half],
        ],
      ],
      wide: 0.68,
    };
  },
  x: (random) => {
    const [x, y, half] = [0.28, 0.6 + 0.08 * (random() - 0.5), 0.16 + 0.05 * random()];
    return {
      strokes: [
        [
          [x - half, y - half],
          [x + half, y + half],
        ],
        [
          [x + half, y - half],
          [x - half, y + half],
        ],
      ],
      wide: 0.64,
    };
  },
};

/** A pen that is set down and moved by next to nothing. */
function dot(x: number, y: number): Point[] {
  return [
    [x, y],
    [x + 0.015, y + 0.01],
  ];
}

async function photoOf(
  text: readonly string[],
  difficulty: Difficulty,
  specks: number,
  random: Random,
): Promise<Buffer> {
  const settings: Setting = SETTINGS[difficulty];
  const digits = text.filter((sign) => SIGNS[sign] === undefined).length;
  const size = Math.min(
    PAGE.height * 0.5,
    ((PAGE.width * 0.8) / (digits + 0.6 * (text.length - digits))) * (0.7 + 0.5 * random()),
  );
  const pen = settings.stroke ?? FELT;
  const thickness = size * (pen.from + pen.more * random());
  const pitch = size * (0.76 + 0.12 * random());
  const signs = text.map((sign) => SIGNS[sign]?.(random));
  const wide = signs.reduce((sum, sign) => sum + (sign === undefined ? pitch : sign.wide * size), 0);
  const shrunk = Math.min(1, (PAGE.width * 0.86) / wide);
  let x = (PAGE.width - wide * shrunk) * (0.3 + 0.4 * random());
  const y = (PAGE.height - size * shrunk) * (0.3 + 0.4 * random());
  const parts: string[] = [];
  for (const [at, sign] of signs.entries()) {
    const path =
      sign === undefined
        ? strokePath(Number(text[at]), size * (0.9 + 0.16 * random()), random)
        : sign.strokes.map((stroke) => smooth(stroke.map(([a, b]): Point => [a * size, b * size]))).join(" ");
    parts.push(penned(path, thickness, `translate(${x} ${y}) scale(${shrunk})`));
    x += (sign === undefined ? pitch : sign.wide * size) * shrunk;
  }
  const dust = Array.from({ length: specks }, () => {
    // Small and dark, or as large as the pen and pale.
    const isPale = random() < 0.5;
    const radius = thickness * shrunk * (isPale ? 0.5 : 0.18) * (0.5 + 0.5 * random());
    const grey = Math.round(255 * (isPale ? 0.1 + 0.2 * random() : 0.5 + 0.4 * random()));
    return `<circle cx="${PAGE.width * random()}" cy="${PAGE.height * random()}" r="${radius}" fill="rgb(${grey},${grey},${grey})"/>`;
  });
  return (await taken([await rasterised(parts.join("") + dust.join(""))], settings, false, random)).jpeg;
}
