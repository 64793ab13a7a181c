// Pictures of a sheet that lies on a desk: its edges show, things lie beside it, and a number is written on it, or nothing is.
import sharp from "sharp";
import { type DeskStyle, deskColour, deskStyle, thingsBeside, thingsUpon } from "./desk-surfaces.js";
import {
  boxOf,
  type Colour,
  INKS,
  LINES,
  type Mapping,
  PAGE,
  PAPERS,
  painted,
  rgb,
  ruled,
  seeded,
  shading,
  strokeLayer,
} from "./pages.js";

/** What lies there; `board` hangs. `blank` pictures are of the same kinds. */
export const SHEET_KINDS = ["paper", "note", "notebook", "card", "board"] as const;
export type SheetKind = (typeof SHEET_KINDS)[number];

export interface DeskPage {
  readonly jpeg: Buffer;
  /** Empty on a blank sheet. */
  readonly number: string;
  /** x, y, width, height in pixels, from left to right. */
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly kind: SheetKind;
  /** Corners of the sheet in pixels of the picture, from the upper left clockwise; some may lie outside of it. */
  readonly corners: readonly Point[];
}

type Random = () => number;
type Point = readonly [x: number, y: number];

/** Of ten sheets: six of paper, one each of the others. */
const KINDS: readonly SheetKind[] = [
  "paper",
  "paper",
  "paper",
  "paper",
  "note",
  "notebook",
  "notebook",
  "card",
  "board",
];
const NOTES = ["#f7e27a", "#f5a8c0", "#a8dca0", "#9fd0ee", "#f8c078"];
const CARDS = ["#1d1f24", "#2a2c44", "#24402f", "#4a2020", "#3a3d42"];
const CHALKS = ["#f0efe8", "#e8d890", "#dfe8f0"];

/** Pictures are 1024 × 768 or stand. `blank`: nothing is written. */
export async function deskPage(seed: number, { blank = false } = {}): Promise<DeskPage> {
  const random = seeded(seed * 6007 + (blank ? 31 : 17));
  const kind = pick(KINDS, random);
  const [width, height] = random() < 0.65 ? [1024, 768] : [768, 1024];
  const [wide, high] = sizeOf(kind, random);
  const isDark = kind === "card" || kind === "board";
  const written = blank ? { number: "", layers: [] } : await writtenOn(wide, high, random);
  const paper = rgb(
    pick(
      kind === "board" ? ["#1f3a2c", "#202326"] : kind === "card" ? CARDS : kind === "note" ? NOTES : PAPERS,
      random,
    ),
  );
  const isRuled = !isDark && random() < (kind === "note" ? 0.1 : kind === "notebook" ? 0.95 : 0.45);
  const rules = await ruled(isRuled, pick(LINES, random), 0.5, random);
  const page = painted(paper, rgb(pick(isDark ? CHALKS : INKS, random)), written.layers, rules);
  const sheet = { wide, high };
  let placed = place(sheet, width, height, kind, random);
  // What is written is in the picture, whatever of the sheet is not.
  for (
    let tries = 0;
    tries < 20 && !written.layers.every((layer) => isShown(layer, placed.map, width, height));
    tries++
  ) {
    placed = place(sheet, width, height, kind, random);
  }
  const style = deskStyle(paper, kind === "board", random);
  const pixels = await photographed({ page, sheet, kind, style, width, height, ...placed }, random);
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .blur(0.5 + 1.1 * random())
    .jpeg({ quality: 55 + Math.floor(35 * random()) })
    .toBuffer();
  const boxes = written.layers.map((layer) => boxOf(layer, placed.map, width, height));
  return { jpeg, number: written.number, boxes, kind, corners: placed.corners };
}

/** Of the sheet in pixels of the page that it is painted on. */
function sizeOf(kind: SheetKind, random: Random): readonly [number, number] {
  if (kind === "note")
    return [PAGE.height, PAGE.height * (0.95 + 0.1 * random())].map((side) => Math.min(side, PAGE.height)) as [
      number,
      number,
    ];
  if (kind === "board") return [PAGE.width, PAGE.height * (0.75 + 0.25 * random())];
  return random() < 0.6 ? [PAGE.width, PAGE.width / Math.SQRT2] : [PAGE.height / Math.SQRT2, PAGE.height];
}

async function writtenOn(wide: number, high: number, random: Random) {
  const count = random() < 0.3 ? 1 : 2 + Math.floor(random() * (wide < 600 ? 3 : 5));
  const size = Math.min(high * 0.5, ((wide * 0.72) / count) * (0.6 + 0.6 * random()));
  const pitch = Math.min(size * (0.82 + 0.25 * random()), (wide * 0.84) / count);
  const thickness = size * (0.035 + 0.07 * random());
  const left = (PAGE.width - wide) / 2 + (wide - pitch * count) * (0.3 + 0.4 * random());
  const top = (PAGE.height - high) / 2 + (high - size) * (0.2 + 0.6 * random());
  const layers: Buffer[] = [];
  const digits = Array.from({ length: count }, () => Math.floor(random() * 10));
  for (const [index, digit] of digits.entries()) {
    const own = size * (0.88 + 0.2 * random()) * Math.min(1, pitch / size / 0.75);
    const [x, y] = [left + pitch * index, top + (random() - 0.5) * 0.1 * size];
    layers.push(await strokeLayer(digit, x, y, own, thickness, random));
  }
  return { number: digits.join(""), layers };
}

interface Placed {
  /** Picture → page; the sheet is its middle `wide` × `high`. */
  readonly map: Mapping;
  readonly corners: readonly Point[];
}

interface Size {
  readonly wide: number;
  readonly high: number;
}

/** Turned by up to 25°, in perspective, half of what would fill the frame to a little more (then its edges are cut off), and somewhere near its middle. */
function place({ wide, high }: Size, width: number, height: number, kind: SheetKind, random: Random): Placed {
  const most = kind === "board" ? 5 : random() < 0.4 ? 6 : 25;
  const angle = ((random() * 2 - 1) * most * Math.PI) / 180;
  const fill = kind === "note" ? 0.35 + 0.45 * random() : random() < 0.15 ? 1 + 0.12 * random() : 0.48 + 0.5 * random();
  const scale = fill * Math.min(width / wide, height / high);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const tilt = random() < 0.5 ? 0.06 : 0.25;
  const [tiltX, tiltY] = [(random() * 2 - 1) * tilt, (random() * 2 - 1) * tilt];
  const room = (side: number, own: number) => (side - own * scale) * 0.5 * (random() - 0.5) + side / 2;
  const [middleX, middleY] = [room(width, wide), room(height, high)];
  const corners = [
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ].map(([u = 0, v = 0]): Point => {
    const depth = 1 + tiltX * u + tiltY * v;
    const [x, y] = [(u * wide * scale) / depth, (v * high * scale) / depth];
    return [middleX + cos * x - sin * y, middleY + sin * x + cos * y];
  });
  const map: Mapping = (x, y) => {
    const [dx, dy] = [x - middleX, y - middleY];
    const [a, b] = [(cos * dx + sin * dy) / (wide * scale), (cos * dy - sin * dx) / (high * scale)];
    // u / (1 + tx·u + ty·v) = a and the same for v: two linear equations.
    const rest = 1 - tiltX * a - tiltY * b;
    return [PAGE.width / 2 + (a / rest) * wide, PAGE.height / 2 + (b / rest) * high];
  };
  return { map, corners };
}

function isShown(layer: Buffer, map: Mapping, width: number, height: number): boolean {
  const [x, y, wide, high] = boxOf(layer, map, width, height);
  return wide > 0 && x > 8 && y > 8 && x + wide < width - 8 && y + high < height - 8;
}

interface Scene extends Placed {
  readonly page: Float32Array;
  readonly sheet: Size;
  readonly kind: SheetKind;
  readonly style: DeskStyle;
  readonly width: number;
  readonly height: number;
}

/** Desk, things, sheet and shadow in the light of the room, with a camera's grain. */
async function photographed(
  { page, sheet, kind, style, width, height, map, corners }: Scene,
  random: Random,
): Promise<Buffer> {
  const things = await overlay(thingsBeside(corners, width, height, kind === "board", random), width, height);
  const upon = await overlay(thingsUpon(corners, kind, random), width, height);
  const light = shading(0.6 * random(), 0.6, random);
  const noise = 2 + 9 * random();
  const [dropX, dropY, drop] = [(random() - 0.5) * 40, (random() - 0.5) * 40, 0.15 + 0.4 * random()];
  const [left, top] = [(PAGE.width - sheet.wide) / 2, (PAGE.height - sheet.high) / 2];
  const frame = kind === "board" && random() < 0.8 ? 14 + 30 * random() : 0;
  const binding = kind === "notebook" ? bindingOf(sheet, random) : undefined;
  const out = Buffer.alloc(width * height * 3);
  /** Pixels of the page from the sheet's edge: above 0 inside. */
  const inside = (x: number, y: number) => Math.min(x - left, left + sheet.wide - x, y - top, top + sheet.high - y);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [pageX, pageY] = map(x, y);
      const depth = inside(pageX, pageY);
      const at = (y * width + x) * 4;
      let colour: Colour;
      if (depth >= 0) {
        colour = pixelOf(page, pageX, pageY);
        if (binding !== undefined) colour = binding(pageX - left, pageY - top, colour);
      } else if (depth > -frame) {
        colour = style.frame;
      } else {
        colour = deskColour(style, x, y);
        colour = laidOver(colour, things, at);
        const shadow = inside(...map(x - dropX, y - dropY));
        const shade = 1 - drop / (1 + Math.exp(-shadow / 12));
        colour = [colour[0] * shade, colour[1] * shade, colour[2] * shade];
      }
      colour = laidOver(colour, upon, at);
      const level = light((x * PAGE.width) / width, (y * PAGE.height) / height);
      const grain = noise * (random() + random() + random() - 1.5);
      for (let channel = 0; channel < 3; channel++) {
        const value = (colour[channel] ?? 0) * level + grain + noise * 0.5 * (random() - 0.5);
        out[(y * width + x) * 3 + channel] = Math.min(Math.max(Math.round(value), 0), 255);
      }
    }
  }
  return out;
}

/** Holes of a spiral along the left or upper edge, or a fold beyond which the next page begins. */
function bindingOf({ wide, high }: Size, random: Random): (x: number, y: number, colour: Colour) => Colour {
  const [isLeft, gap, dark] = [
    random() < 0.6,
    26 + 16 * random(),
    rgb(pick(["#2b2d30", "#555a60", "#8a6d50"], random)),
  ];
  if (random() < 0.35) {
    const fold = wide * (0.06 + 0.06 * random());
    return (x, _, colour) => {
      const shade = 1 - 0.45 * Math.exp(-Math.abs(x - fold) / 9);
      return [colour[0] * shade, colour[1] * shade, colour[2] * shade];
    };
  }
  const [radius, inset] = [5 + 4 * random(), 14 + 8 * random()];
  return (x, y, colour) => {
    const [along, across] = isLeft ? [y, x] : [x, y];
    const [most, nearest] = [isLeft ? high : wide, (Math.round(along / gap) || 1) * gap];
    if (nearest > most - gap / 2) return colour;
    return Math.hypot(along - nearest, across - inset) < radius || (Math.abs(along - nearest) < 2 && across < inset)
      ? dark
      : colour;
  };
}

function pixelOf(page: Float32Array, x: number, y: number): Colour {
  const [fromX, fromY] = [Math.min(Math.max(x, 0), PAGE.width - 1.001), Math.min(Math.max(y, 0), PAGE.height - 1.001)];
  const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
  const [partX, partY] = [fromX - left, fromY - top];
  const at = (top * PAGE.width + left) * 3;
  const below = at + PAGE.width * 3;
  const value = (channel: number) => {
    const upper = (page[at + channel] ?? 0) * (1 - partX) + (page[at + 3 + channel] ?? 0) * partX;
    const lower = (page[below + channel] ?? 0) * (1 - partX) + (page[below + 3 + channel] ?? 0) * partX;
    return upper * (1 - partY) + lower * partY;
  };
  return [value(0), value(1), value(2)];
}

/** RGBA of an SVG's content on nothing. */
function overlay(content: string, width: number, height: number): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
  return sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer();
}

function laidOver(colour: Colour, layer: Buffer, at: number): Colour {
  const share = (layer[at + 3] ?? 0) / 255;
  if (share === 0) return colour;
  const mixed = (channel: 0 | 1 | 2) => colour[channel] + share * ((layer[at + channel] ?? 0) - colour[channel]);
  return [mixed(0), mixed(1), mixed(2)];
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}
