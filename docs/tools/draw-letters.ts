// Draws assets/training/letters.png: letters and signs of many fonts as MNIST would have them, so that training sees what is no digit.
//   tsx docs/tools/draw-letters.ts FOLDER   FOLDER: unpacked @fontsource packages, one folder each (assets/training/README.md has the command)
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import opentype, { type Font } from "opentype.js";
import sharp from "sharp";
import { LETTERS, LETTERS_ACROSS } from "../../src/engine/training/data/others/letters.js";
import { SIDE, toMnist } from "../../src/engine/vision/page/geometry.js";

/** Without those that are a digit's shape in some hand: b, g, i, j, l, o, q, s, y, z, B, D, G, I, J, O, Q, S, Y, Z. */
const [SMALL, LARGE] = ["acdefhkmnprtuvwx", "ACEFHKLMNPRTUVWX&@#%?+=<>~€"];
/** Without З, Ч, б, О and what else is a digit's shape. */
const CYRILLIC = "ДЖИЙЛПФЦШЩЫЭЮЯжийкмптфцшщыюя";
/** Their small letters are large ones, a D among them. */
const ALL_CAPITALS = ["amatic-sc", "bebas-neue", "permanent-marker", "rock-salt", "special-elite"];
/** What DejaVu has beside them: Greek, Armenian, Hebrew, Arabic, Georgian, arrows, operators, technical signs, shapes, dingbats. */
const RANGES: readonly (readonly [from: number, to: number, step: number])[] = [
  [0x0391, 0x03c9, 1],
  [0x0531, 0x0586, 2],
  [0x05d0, 0x05ea, 1],
  [0x0620, 0x064a, 1],
  [0x10d0, 0x10f5, 1],
  [0x2190, 0x21d5, 2],
  [0x2200, 0x22a5, 2],
  [0x2300, 0x232b, 2],
  [0x25a0, 0x25ef, 2],
  [0x2600, 0x266f, 1],
  [0x2701, 0x27be, 2],
];
/** Of those a digit's shape, whatever they mean; looked through by eye among what a model of digits alone was sure of. */
const TWINS = new Set("ΖΟοΘθΙικίϊΪςσδβνυՏՁՅՉՑօշչջյցՕրԳգ՛՝՜דרזךוןיסםףגصةهوىيامحვჳპკჰზხტმბძნჩთ↾↿∖∕∘⌈⌊⌠⌡○◦◯⊘❍♭∫∬▮▯∣∥");
/** Parentheses, and digits in circles. */
const isTwin = (text: string) => TWINS.has(text) || (text >= "\u2768" && text <= "\u2793");
/** Pixels of an em. */
const EM = 200;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("draw-letters FOLDER");
const letters: Buffer[] = [];
const seen = new Set<string>();

async function draw(font: Font, text: string): Promise<void> {
  const glyph = font.charToGlyph(text);
  if (glyph.index === 0 || isTwin(text)) return;
  const path = glyph.getPath(0, 0, EM);
  const { x1, y1, x2, y2 } = path.getBoundingBox();
  const [width, height] = [Math.ceil(x2 - x1), Math.ceil(y2 - y1)];
  if (!(width > 2 && height > 2) || width > 6 * height || height > 5 * width) return;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x1} ${y1} ${width} ${height}"><rect x="${x1}" y="${y1}" width="${width}" height="${height}" fill="#000"/><path d="${path.toPathData(2)}" fill="#fff"/></svg>`;
  const { data, info } = await sharp(Buffer.from(svg)).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  const ink = Float32Array.from({ length: info.width * info.height }, (_, at) => (data[at * info.channels] ?? 0) / 255);
  const image = toMnist({ data: ink, width: info.width, height: info.height });
  const letter = Buffer.from(Uint8Array.from(image, (value) => Math.round(15 * value) * 17));
  const key = letter.toString("base64");
  if (seen.has(key) || letter.every((value) => value === 0)) return;
  seen.add(key);
  letters.push(letter);
}

async function opened(file: string): Promise<Font> {
  const bytes = await readFile(file);
  return opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

for (const family of (await readdir(folder)).sort()) {
  const files = await readdir(join(folder, family, "files")).catch(() => []);
  const latin = ALL_CAPITALS.includes(family) ? LARGE : SMALL + LARGE;
  for (const [script, wished] of [
    ["latin", latin],
    ["cyrillic", CYRILLIC],
  ] as const) {
    const file = files.find((one) => one === `${family}-${script}-400-normal.woff`);
    if (file === undefined) continue;
    const font = await opened(join(folder, family, "files", file));
    for (const text of wished) await draw(font, text);
  }
}
for (const name of ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]) {
  const font = await opened(join("assets/fonts", name));
  const codes = RANGES.flatMap(([from, to, step]) =>
    Array.from({ length: Math.ceil((to + 1 - from) / step) }, (_, at) => from + at * step),
  );
  for (const text of [...SMALL, ...LARGE, ...CYRILLIC, ...codes.map((code) => String.fromCodePoint(code))])
    await draw(font, text);
}

const rows = Math.ceil(letters.length / LETTERS_ACROSS);
const black = { width: LETTERS_ACROSS * SIDE, height: rows * SIDE, channels: 3 as const, background: "#000" };
await sharp({ create: black })
  .composite(
    letters.map((input, at) => ({
      input,
      raw: { width: SIDE, height: SIDE, channels: 1 as const },
      left: (at % LETTERS_ACROSS) * SIDE,
      top: Math.floor(at / LETTERS_ACROSS) * SIDE,
    })),
  )
  .toColourspace("b-w")
  .png({ compressionLevel: 9, colours: 16, palette: true })
  .toFile(LETTERS);
console.log(`${letters.length} letters, ${LETTERS}`);
