// Pictures as a phone would take them of numbers written on paper: made, seeded, with the truth about every digit.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import { strokePath } from "./strokes.js";

/** `ballpoint` and `pencil`: thin or pale strokes on squared or ruled paper, in a photo that may lie on its side (EXIF). */
export const DIFFICULTIES = ["easy", "medium", "hard", "ballpoint", "pencil"] as const;
export type Difficulty = (typeof DIFFICULTIES)[number];

export interface WrittenPage {
  readonly jpeg: Buffer;
  readonly number: string;
  /** x, y, width, height in pixels, from left to right. */
  readonly boxes: readonly (readonly [number, number, number, number])[];
  readonly difficulty: Difficulty;
  readonly hand: "mnist" | "strokes";
}

export interface Handwriting {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** MNIST's test digits: no model was trained on them. */
export function readMnist(folder: string): Handwriting {
  const read = (name: string, header: number) => gunzipSync(readFileSync(`${folder}/${name}.gz`)).subarray(header);
  return { images: read("t10k-images-idx3-ubyte", 16), labels: read("t10k-labels-idx1-ubyte", 8) };
}

/** Mulberry32: the same seed draws the same page everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const [WIDTH, HEIGHT] = [1024, 768];
/** Pixels of a page, and of the photo of it. */
export const PAGE = { width: WIDTH, height: HEIGHT };
/** Stroke width as a share of a digit's height: a felt pen has 0.035 to 0.11. */
export const FELT = { from: 0.035, more: 0.075 };
export const INKS = ["#16181c", "#1b2f7a", "#2340b0", "#7a1420", "#c02030", "#136038", "#555a60", "#3a3d42"];
export const SETTINGS = {
  easy: { turn: 3, tilt: 0.02, shade: 0.25, noise: 3, blur: 0.5, lines: 0.3, quality: 88, light: 0.85 },
  medium: { turn: 8, tilt: 0.08, shade: 0.5, noise: 7, blur: 1, lines: 0.65, quality: 75, light: 0.65 },
  hard: { turn: 15, tilt: 0.16, shade: 0.72, noise: 13, blur: 1.6, lines: 0.85, quality: 55, light: 0.45 },
  ballpoint: {
    ...{ turn: 8, tilt: 0.12, shade: 0.6, noise: 6, blur: 0.8, lines: 1, quality: 75, light: 0.6 },
    ...{ squared: 0.8, stroke: { from: 0.018, more: 0.025 }, pens: ["#1b2f7a", "#2340b0", "#16181c"], sideways: 0.4 },
  },
  pencil: {
    ...{ turn: 8, tilt: 0.1, shade: 0.6, noise: 8, blur: 1, lines: 0.8, quality: 70, light: 0.6 },
    ...{ squared: 0.4, stroke: { from: 0.02, more: 0.035 }, pens: ["#6c6f74", "#7c8086", "#5c5f66"], sideways: 0.4 },
  },
};
export interface Setting {
  readonly turn: number;
  readonly tilt: number;
  readonly shade: number;
  readonly noise: number;
  readonly blur: number;
  readonly lines: number;
  readonly quality: number;
  readonly light: number;
  readonly squared?: number;
  readonly stroke?: { readonly from: number; readonly more: number };
  readonly pens?: readonly string[];
  readonly sideways?: number;
}
export const PAPERS = ["#f6f4ee", "#fbfbf8", "#efe6d2", "#e6ebf2", "#f2efe0"];
export const LINES = ["#9db7d8", "#8aa9c8", "#b8bcc4", "#d8a0a0", "#7f98b8"];

/** One number of one to six digits. Without `mnist` the digits are drawn with strokes. */
export async function writtenPage(seed: number, difficulty: Difficulty, mnist?: Handwriting): Promise<WrittenPage> {
  const random = seeded(seed * 7919 + DIFFICULTIES.indexOf(difficulty));
  const settings: Setting = SETTINGS[difficulty];
  const isBoard = random() < 0.12 && settings.pens === undefined;
  const count = random() < 0.35 ? 1 : 2 + Math.floor(random() * 5);
  const size = Math.min(HEIGHT * 0.62, ((WIDTH * 0.8) / count) * (0.55 + 0.75 * random()));
  const pitch = Math.min(size * (0.8 + 0.25 * random()), (WIDTH * 0.9) / count);
  const pen = settings.stroke ?? FELT;
  const thickness = size * (pen.from + pen.more * random());
  const left = (WIDTH - pitch * count) * (0.25 + 0.5 * random());
  const top = (HEIGHT - size) * (0.25 + 0.5 * random());
  const number = Array.from({ length: count }, () => Math.floor(random() * 10));
  const layers: Buffer[] = [];
  for (const [index, digit] of number.entries()) {
    const [x, y] = [left + pitch * index + (random() - 0.5) * 0.06 * size, top + (random() - 0.5) * 0.12 * size];
    const scale = 0.88 + 0.24 * random();
    const own = size * scale * (pitch < 0.75 * size ? pitch / size / 0.75 : 1);
    layers.push(
      mnist === undefined
        ? await strokeLayer(digit, x, y, own, thickness, random)
        : await bitmap(mnist, digit, x, y, own, random),
    );
  }
  const { jpeg, boxes } = await taken(layers, settings, isBoard, random);
  return { jpeg, number: number.join(""), boxes, difficulty, hand: mnist === undefined ? "strokes" : "mnist" };
}

/** The same paper, pens, light and camera, with something else drawn: SVG path data in pixels of the page. */
export async function drawnPage(
  seed: number,
  difficulty: Difficulty,
  draw: (random: () => number, page: { readonly width: number; readonly height: number }) => string,
): Promise<Buffer> {
  const random = seeded(seed * 7919 + DIFFICULTIES.indexOf(difficulty));
  const settings: Setting = SETTINGS[difficulty];
  const pen = settings.stroke ?? FELT;
  const thickness = WIDTH * 0.3 * (pen.from + pen.more * random());
  const ink = await rasterised(penned(draw(random, { width: WIDTH, height: HEIGHT }), thickness));
  return (await taken([ink], settings, false, random)).jpeg;
}

/** What a camera makes of the ink: on paper or board, lined or not, in its light, at an angle. */
export async function taken(
  layers: readonly Buffer[],
  settings: Setting,
  isBoard: boolean,
  random: () => number,
): Promise<Pick<WrittenPage, "jpeg" | "boxes">> {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const rules = await ruled(random() < settings.lines && !isBoard, pick(LINES), settings.squared ?? 0.45, random);
  const [paper, ink] = isBoard
    ? [pick(["#1f3a2c", "#202326"]), pick(["#f0efe8", "#e8d890"])]
    : [pick(PAPERS), pick(settings.pens ?? INKS)];
  const page = painted(rgb(paper), rgb(ink), layers, rules);
  const map = mapping(settings.turn, settings.tilt, random);
  const boxes = layers.map((layer) => boxOf(layer, map));
  const shade = shading(settings.shade, settings.light, random);
  const pixels = photographed(page, map, shade, settings.noise, random);
  const photo = sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } }).blur(
    settings.blur * (0.6 + 0.4 * random()),
  );
  const isSideways = random() < (settings.sideways ?? 0);
  // Stored a quarter to the left; orientation 6 says that it is to be turned back.
  const stored = isSideways ? photo.rotate(270).withMetadata({ orientation: 6 }) : photo;
  const jpeg = await stored.jpeg({ quality: settings.quality }).toBuffer();
  return { jpeg, boxes };
}

/** Ink as one byte a pixel of the page. */
export async function strokeLayer(
  digit: number,
  x: number,
  y: number,
  size: number,
  thickness: number,
  random: () => number,
): Promise<Buffer> {
  const path = strokePath(digit, size, random);
  return rasterised(penned(path, thickness, `translate(${x} ${y})`));
}

export function penned(path: string, thickness: number, transform = ""): string {
  return `<path d="${path}" transform="${transform}" fill="none" stroke="#fff" stroke-width="${thickness}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

async function bitmap(
  { images, labels }: Handwriting,
  digit: number,
  x: number,
  y: number,
  size: number,
  random: () => number,
): Promise<Buffer> {
  let index = Math.floor(random() * labels.length);
  while (labels[index] !== digit) index = (index + 1) % labels.length;
  // 20 of the 28 pixels are digit.
  const side = Math.round((size * 28) / 20);
  const digitInk = await sharp(images.subarray(index * 784, (index + 1) * 784), {
    raw: { width: 28, height: 28, channels: 1 },
  })
    .resize(side, side, { kernel: "cubic" })
    .toColourspace("b-w")
    .raw()
    .toBuffer();
  const layer = Buffer.alloc(WIDTH * HEIGHT);
  const margin = size * 0.2;
  const [left, top] = [Math.round(x - margin), Math.round(y - margin)];
  for (let row = 0; row < side; row++) {
    const toY = top + row;
    if (toY < 0 || toY >= HEIGHT) continue;
    for (let column = 0; column < side; column++) {
      const toX = left + column;
      if (toX < 0 || toX >= WIDTH) continue;
      // A pen's edge is sharp where the enlarged bitmap is soft.
      const value = ((digitInk[row * side + column] ?? 0) - 90) * 4;
      layer[toY * WIDTH + toX] = Math.min(Math.max(value, 0), 255);
    }
  }
  return layer;
}

export async function ruled(
  isRuled: boolean,
  colour: string,
  square: number,
  random: () => number,
): Promise<Buffer | undefined> {
  if (!isRuled) return undefined;
  const gap = 32 + 60 * random();
  const width = 1 + 1.6 * random();
  const [squared, start] = [random() < square, random() * gap];
  const parts: string[] = [];
  for (let at = start - 5 * gap; at < HEIGHT + 5 * gap; at += gap) parts.push(`<path d="M-400 ${at}H${WIDTH + 400}"/>`);
  if (squared)
    for (let at = start - 5 * gap; at < WIDTH + 5 * gap; at += gap)
      parts.push(`<path d="M${at} -400V${HEIGHT + 400}"/>`);
  const svg = `<g fill="none" stroke="${colour}" stroke-width="${width.toFixed(2)}">${parts.join("")}</g>`;
  return sharp(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${svg}</svg>`))
    .ensureAlpha()
    .raw()
    .toBuffer();
}

export async function rasterised(content: string): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%"/>${content}</svg>`;
  return sharp(Buffer.from(svg)).greyscale().toColourspace("b-w").removeAlpha().raw().toBuffer();
}

export type Colour = readonly [number, number, number];

export function rgb(text: string): Colour {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function painted(
  paper: Colour,
  pen: Colour,
  layers: readonly Buffer[],
  rules: Buffer | undefined,
): Float32Array {
  const out = new Float32Array(WIDTH * HEIGHT * 3);
  const inks = new Uint8Array(WIDTH * HEIGHT);
  for (const layer of layers) {
    for (let at = 0; at < inks.length; at++) inks[at] = Math.max(inks[at] ?? 0, layer[at] ?? 0);
  }
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    const ink = (inks[at] ?? 0) / 255;
    const rule = rules === undefined ? 0 : (rules[at * 4 + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel++) {
      const base = paper[channel] ?? 0;
      const lined = rules === undefined ? base : base + rule * ((rules[at * 4 + channel] ?? 0) - base);
      out[at * 3 + channel] = lined + 0.93 * ink * ((pen[channel] ?? 0) - lined);
    }
  }
  return out;
}

/** Photo pixel → page point. */
export type Mapping = (x: number, y: number) => readonly [number, number];

function mapping(turn: number, tilt: number, random: () => number): Mapping {
  const angle = ((random() * 2 - 1) * turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [tiltX, tiltY] = [(random() * 2 - 1) * tilt, (random() * 2 - 1) * tilt];
  const zoom = 1.03 + 0.1 * (turn / 15);
  return (x, y) => {
    const [u, v] = [(x - WIDTH / 2) / (WIDTH / 2), (y - HEIGHT / 2) / (WIDTH / 2)];
    const depth = (1 + tiltX * u + tiltY * v) / zoom;
    const [a, b] = [u / depth, v / depth];
    return [(cos * a - sin * b) * (WIDTH / 2) + WIDTH / 2, (sin * a + cos * b) * (WIDTH / 2) + HEIGHT / 2];
  };
}

/** Of the ink that the photo shows. */
export function boxOf(
  layer: Buffer,
  map: Mapping,
  width = WIDTH,
  height = HEIGHT,
): readonly [number, number, number, number] {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 2) {
      const [pageX, pageY] = map(x, y);
      const [atX, atY] = [Math.round(pageX), Math.round(pageY)];
      if (atX < 0 || atY < 0 || atX >= WIDTH || atY >= HEIGHT || (layer[atY * WIDTH + atX] ?? 0) < 110) continue;
      [left, top] = [Math.min(left, x), Math.min(top, y)];
      [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
    }
  }
  return [left, top, right - left + 1, bottom - top + 1];
}

export function shading(most: number, light: number, random: () => number): (x: number, y: number) => number {
  const angle = random() * 2 * Math.PI;
  const strength = most * random();
  const hasShadow = random() < most;
  const [shadowAngle, shadowAt, soft] = [random() * 2 * Math.PI, (random() - 0.5) * 600, 8 + 60 * random()];
  const dark = 0.3 + 0.35 * random();
  const level = light + (1 - light) * random();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [shadowCos, shadowSin] = [Math.cos(shadowAngle), Math.sin(shadowAngle)];
  return (x, y) => {
    const [u, v] = [x - WIDTH / 2, y - HEIGHT / 2];
    const along = (u * cos + v * sin) / (WIDTH / 2);
    const gradient = 1 - strength * (0.5 + 0.5 * along) * 0.8;
    const across = u * shadowCos + v * shadowSin - shadowAt;
    const shadow = hasShadow ? 1 - dark / (1 + Math.exp(-across / soft)) : 1;
    return level * gradient * shadow;
  };
}

function photographed(
  page: Float32Array,
  map: Mapping,
  shade: (x: number, y: number) => number,
  noise: number,
  random: () => number,
): Buffer {
  const out = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const [pageX, pageY] = map(x, y);
      const [fromX, fromY] = [
        Math.min(Math.max(pageX, 0), WIDTH - 1.001),
        Math.min(Math.max(pageY, 0), HEIGHT - 1.001),
      ];
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [partX, partY] = [fromX - left, fromY - top];
      const light = shade(x, y);
      const grain = noise * (random() + random() + random() - 1.5);
      for (let channel = 0; channel < 3; channel++) {
        const at = (top * WIDTH + left) * 3 + channel;
        const upper = (page[at] ?? 0) * (1 - partX) + (page[at + 3] ?? 0) * partX;
        const lower = (page[at + WIDTH * 3] ?? 0) * (1 - partX) + (page[at + WIDTH * 3 + 3] ?? 0) * partX;
        const value = (upper * (1 - partY) + lower * partY) * light + grain + noise * 0.5 * (random() - 0.5);
        out[(y * WIDTH + x) * 3 + channel] = Math.min(Math.max(Math.round(value), 0), 255);
      }
    }
  }
  return out;
}
