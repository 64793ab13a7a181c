// What a sheet lies on and what lies beside it: wood, cloth, stone and plain tables; pens, cups, phones, other paper, a thumb.
import type { SheetKind } from "./desks.js";
import { type Colour, rgb } from "./pages.js";

type Random = () => number;
type Point = readonly [x: number, y: number];

export interface DeskStyle {
  readonly colour: Colour;
  readonly grain: "plain" | "wood" | "cloth" | "stone" | "planks" | "checked";
  /** Grey levels. */
  readonly depth: number;
  readonly cos: number;
  readonly sin: number;
  readonly period: number;
  readonly phase: number;
  /** Of a board. */
  readonly frame: Colour;
}

const GRAINS = ["plain", "wood", "wood", "planks", "cloth", "stone", "checked"] as const;
const COLOURS = [
  ...["#c8a070", "#5a3a22", "#d9b380", "#8a5a35", "#3a261a", "#b98b5e"],
  ...["#8a8d90", "#222427", "#5d6266", "#3c5a48", "#2f4a70", "#7a2a2a", "#b9b4aa", "#e9e7e3"],
];
const WALLS = ["#d8d4c8", "#c9d0d4", "#b8b09c", "#e6e2da"];
/** Luma by which a desk differs from the sheet at least. */
const LEAST_DIFFERENCE = 35;

/** A desk that the sheet can be told from. */
export function deskStyle(sheet: Colour, isWall: boolean, random: Random): DeskStyle {
  const fitting = (isWall ? WALLS : COLOURS)
    .map(rgb)
    .filter((one) => Math.abs(luma(one) - luma(sheet)) > LEAST_DIFFERENCE);
  const angle = random() < 0.5 ? (random() - 0.5) * 0.3 : random() * Math.PI;
  return {
    colour: pick(fitting, random),
    grain: isWall ? "plain" : pick(GRAINS, random),
    depth: 5 + 22 * random(),
    cos: Math.cos(angle),
    sin: Math.sin(angle),
    period: 12 + 60 * random(),
    phase: 100 * random(),
    frame: rgb(pick(["#a9825a", "#c0c4c8", "#6b4a2e"], random)),
  };
}

const luma = ([r, g, b]: Colour): number => 0.299 * r + 0.587 * g + 0.114 * b;

/** Of one pixel of the bare desk. */
export function deskColour({ colour, grain, depth, cos, sin, period, phase }: DeskStyle, x: number, y: number): Colour {
  const [along, across] = [cos * x + sin * y, cos * y - sin * x];
  let value = 0;
  if (grain === "wood" || grain === "planks") {
    const bent = across + 9 * Math.sin(along / 190 + phase) + 4 * Math.sin(along / 61 + across / 90);
    value = Math.sin((bent * 2 * Math.PI) / period) * 0.5 + 0.5 * Math.sin(bent * 0.9 + 3 * Math.sin(along / 300));
    if (grain === "planks" && mod(across + phase, 170) < 3) value = -3.5;
  } else if (grain === "cloth") {
    value = Math.sin(along * 0.8) * Math.sin(across * 0.8) + 0.4 * Math.sin(along / 40);
  } else if (grain === "stone") {
    value =
      Math.sin(along / 23 + 2 * Math.sin(across / 31 + phase)) * Math.sin(across / 17 + 2.4 * Math.sin(along / 41));
  } else if (grain === "checked") {
    value = (mod(along, period * 2) < period ? 1 : -1) * 0.8 + (mod(across, period * 2) < period ? 1 : -1) * 0.8;
  }
  const change = value * depth;
  return [colour[0] + change, colour[1] + change * 0.9, colour[2] + change * 0.8];
}

const mod = (value: number, by: number): number => ((value % by) + by) % by;

/** SVG of up to four things around the sheet; what comes under the sheet is hidden by it. */
export function thingsBeside(
  corners: readonly Point[],
  width: number,
  height: number,
  isWall: boolean,
  random: Random,
): string {
  if (isWall) return "";
  const count = Math.floor(random() * 5);
  const middle = [0, 1].map((axis) => corners.reduce((sum, corner) => sum + (corner[axis] ?? 0), 0) / 4);
  return Array.from({ length: count }, () => {
    const [edge, part, out] = [Math.floor(4 * random()), random(), 1.05 + 0.5 * random()];
    const [from, to] = [corners[edge], corners[(edge + 1) % 4]];
    const on = [0, 1].map((axis) => (from?.[axis] ?? 0) * (1 - part) + (to?.[axis] ?? 0) * part);
    const [x, y] = on.map((value, axis) => (middle[axis] ?? 0) + out * (value - (middle[axis] ?? 0)));
    return pick(THINGS, random)(x ?? 0, y ?? 0, Math.min(width, height), random);
  }).join("");
}

type Thing = (x: number, y: number, size: number, random: Random) => string;

const THINGS: readonly Thing[] = [
  // A pen.
  (x, y, size, random) => {
    const [long, thick] = [size * (0.3 + 0.3 * random()), size * (0.012 + 0.012 * random())];
    const colour = pick(["#1a1c20", "#c02030", "#2340b0", "#e0b020", "#f4f4f2"], random);
    return turned(
      x,
      y,
      random,
      `<rect x="${-long / 2}" y="${-thick}" width="${long}" height="${2 * thick}" rx="${thick}" fill="${colour}"/><path d="M${long / 2} 0h${thick * 2.5}" stroke="#333" stroke-width="${thick}"/>`,
    );
  },
  // A cup from above.
  (x, y, size, random) => {
    const radius = size * (0.08 + 0.09 * random());
    const colour = pick(["#f2f0ea", "#304860", "#a03028"], random);
    return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}"/><circle cx="${x}" cy="${y}" r="${radius * 0.84}" fill="#3a2416"/>`;
  },
  // A coin.
  (x, y, size, random) =>
    `<circle cx="${x}" cy="${y}" r="${size * (0.02 + 0.02 * random())}" fill="#b08d4a" stroke="#7a5f2c" stroke-width="3"/>`,
  // A phone.
  (x, y, size, random) => {
    const [wide, high] = [size * 0.24, size * 0.5];
    return turned(
      x,
      y,
      random,
      `<rect x="${-wide / 2}" y="${-high / 2}" width="${wide}" height="${high}" rx="${wide * 0.12}" fill="#121316"/><rect x="${-wide * 0.45}" y="${-high * 0.45}" width="${wide * 0.9}" height="${high * 0.9}" fill="${pick(["#1d2630", "#7aa0c8"], random)}"/>`,
    );
  },
  // Another sheet, partly seen.
  (x, y, size, random) => {
    const [wide, high] = [size * (0.3 + 0.3 * random()), size * (0.3 + 0.3 * random())];
    return turned(
      x,
      y,
      random,
      `<rect x="${-wide / 2}" y="${-high / 2}" width="${wide}" height="${high}" fill="${pick(["#efece4", "#dfe6ee", "#f3e9a0"], random)}"/>`,
    );
  },
  // A rubber.
  (x, y, size, random) =>
    turned(
      x,
      y,
      random,
      `<rect x="${-size * 0.05}" y="${-size * 0.022}" width="${size * 0.1}" height="${size * 0.044}" rx="5" fill="#f3f1ee"/><rect x="${-size * 0.05}" y="${-size * 0.022}" width="${size * 0.05}" height="${size * 0.044}" fill="#3a66b0"/>`,
    ),
  // A cable.
  (x, y, size, random) =>
    `<path d="M${x} ${y}c${size * (random() - 0.5)} ${size * 0.3} ${size * 0.4} ${size * (random() - 0.5)} ${size * 0.5} ${size * (random() - 0.5)}" fill="none" stroke="${pick(["#202226", "#f2f2f0"], random)}" stroke-width="7"/>`,
  // Keys of a keyboard.
  (x, y, size, random) => {
    const key = size * 0.05;
    const keys = Array.from(
      { length: 18 },
      (_, at) =>
        `<rect x="${(at % 6) * key * 1.2}" y="${Math.floor(at / 6) * key * 1.2}" width="${key}" height="${key}" rx="4" fill="#2c2e33"/>`,
    );
    return turned(
      x,
      y,
      random,
      `<rect x="-8" y="-8" width="${key * 7.4}" height="${key * 3.8}" fill="#9a9ea4"/>${keys.join("")}`,
    );
  },
];

/** SVG of what lies over the sheet's edge: a thumb that holds it, a pen. */
export function thingsUpon(corners: readonly Point[], kind: SheetKind, random: Random): string {
  if (kind === "board" || random() > 0.3) return "";
  const edge = Math.floor(4 * random());
  const [from, to] = [corners[edge] ?? [0, 0], corners[(edge + 1) % 4] ?? [0, 0]];
  const part = random() < 0.5 ? 0.12 + 0.1 * random() : 0.78 + 0.1 * random();
  const [x, y] = [from[0] * (1 - part) + to[0] * part, from[1] * (1 - part) + to[1] * part];
  const outwards = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
  const long = Math.hypot(to[0] - from[0], to[1] - from[1]);
  if (random() < 0.7) {
    const [wide, skin] = [long * (0.06 + 0.03 * random()), pick(["#e0ac8a", "#c68863", "#8a5a3c", "#5c3a28"], random)];
    // From beyond the edge a little way onto the sheet.
    return `<g transform="translate(${x} ${y}) rotate(${outwards})"><rect x="${-wide / 2}" y="${-wide * 4}" width="${wide}" height="${wide * 4.7}" rx="${wide / 2}" fill="${skin}"/><ellipse cx="0" cy="${wide * 0.25}" rx="${wide * 0.3}" ry="${wide * 0.35}" fill="#f0d2c0" opacity="0.7"/></g>`;
  }
  return `<g transform="translate(${x} ${y}) rotate(${outwards + 90 + 40 * (random() - 0.5)})"><rect x="${-long * 0.3}" y="-8" width="${long * 0.34}" height="16" rx="8" fill="${pick(["#1a1c20", "#2340b0", "#c02030"], random)}"/></g>`;
}

function turned(x: number, y: number, random: Random, content: string): string {
  return `<g transform="translate(${x} ${y}) rotate(${360 * random()})">${content}</g>`;
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}
