// A sheet of small pictures side by side, each with its caption: pictures, feature maps, filters, and marks drawn over them.
import sharp from "sharp";
import { escapeXml, toPng } from "./svg.js";

/** height × width × 3, sRGB. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** In pixels of the tile's raster, from its upper left corner. */
export type Mark =
  | { readonly kind: "ring"; readonly x: number; readonly y: number }
  | {
      readonly kind: "box";
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      /** Filled to this share instead of outlined. */
      readonly fill?: number;
    }
  /** Text in the middle of a place; `size` in nominal pixels. */
  | { readonly kind: "text"; readonly x: number; readonly y: number; readonly text: string; readonly size: number };

export interface Tile {
  readonly raster: Raster;
  /** Enlarged smoothly rather than pixel by pixel. */
  readonly smooth?: boolean;
  readonly name?: string;
  readonly caption?: string;
  readonly marks?: readonly Mark[];
}

/** Two values side by side, such as an activation before and after. */
export interface Bar {
  readonly label: string;
  readonly before: number;
  readonly after: number;
  readonly note?: string;
  readonly isStrong?: boolean;
}

export type SheetRow =
  | { readonly kind: "tiles"; readonly heading?: string; readonly tiles: readonly Tile[]; readonly columns?: number }
  | {
      readonly kind: "bars";
      readonly heading: string;
      readonly before: string;
      readonly after: string;
      readonly bars: readonly Bar[];
    };

export interface TileSheet {
  readonly title: string;
  /** One line; what colours mean. */
  readonly legend: string;
  readonly rows: readonly SheetRow[];
}

const WIDTH = 800;
const MARGIN = 24;
const GAP = 16;
/** Of 800 pixels: what a phone still shows legibly. */
const TEXT = 15;
const LINE = 20;
/** DejaVu Sans' mean width of a character as a share of its size. */
const CHARACTER = 0.6;
const QUIET = "#57606a";
const EDGE = "#8c959f";
/** Okabe and Ito's vermilion with a white halo: seen on dark, on light and on every colour of a map. */
const MARK = "#d55e00";
const BEFORE = "#9fb3c1";
const AFTER = "#0072b2";
const BAR = { height: 13, step: 38, label: 130, figure: 240 };
const TALLEST = 520;

export async function tilesPng(sheet: TileSheet): Promise<Uint8Array> {
  return toPng(await tilesSvg(sheet));
}

/** As SVG: nominal pixels, own opaque background, so it reads on dark and on light. */
export async function tilesSvg({ title, legend, rows }: TileSheet): Promise<string> {
  let y = 80;
  const parts: string[] = [];
  for (const row of rows) {
    const drawn = row.kind === "tiles" ? await tilesRow(row, y) : barsRow(row, y);
    parts.push(drawn.svg);
    y += drawn.height;
  }
  const height = Math.ceil(y + 8);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans" fill="#1b1f24">
<rect width="${WIDTH}" height="${height}" rx="14" fill="#ffffff"/>
<text x="${MARGIN}" y="38" font-size="20" font-weight="bold">${escapeXml(title)}</text>
<text x="${MARGIN}" y="64" font-size="${TEXT}" fill="${QUIET}">${escapeXml(legend)}</text>
${parts.join("\n")}</svg>`;
}

interface Drawn {
  readonly svg: string;
  readonly height: number;
}

async function tilesRow(row: Extract<SheetRow, { kind: "tiles" }>, top: number): Promise<Drawn> {
  const columns = row.columns ?? row.tiles.length;
  const width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns;
  const parts: string[] = [];
  let y = top;
  if (row.heading !== undefined) {
    parts.push(heading(row.heading, y));
    y += 32;
  }
  for (let from = 0; from < row.tiles.length; from += columns) {
    const tiles = row.tiles.slice(from, from + columns);
    const drawn = await Promise.all(
      tiles.map((tile, column) => tileSvg(tile, MARGIN + column * (width + GAP), y, width)),
    );
    parts.push(...drawn.map(({ svg }) => svg));
    y += Math.max(...drawn.map(({ height }) => height)) + GAP;
  }
  return { svg: parts.join(""), height: y - top };
}

async function tileSvg(tile: Tile, x: number, y: number, width: number): Promise<Drawn> {
  const { raster, smooth = false, name, caption, marks = [] } = tile;
  const scale = Math.min(width / raster.width, TALLEST / raster.height);
  const [wide, high] = [raster.width * scale, raster.height * scale];
  const left = x + (width - wide) / 2;
  const { data, ...size } = raster;
  const png = await sharp(data, { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer();
  // Resvg knows SVG 1.1's words: optimizeSpeed leaves pixels square.
  const rendering = smooth ? "optimizeQuality" : "optimizeSpeed";
  const image = `<image x="${round(left)}" y="${round(y)}" width="${round(wide)}" height="${round(high)}" preserveAspectRatio="none" image-rendering="${rendering}" href="data:image/png;base64,${png.toString("base64")}"/><rect x="${round(left)}" y="${round(y)}" width="${round(wide)}" height="${round(high)}" fill="none" stroke="${EDGE}"/>`;
  const drawnMarks = marks.map((mark) => markSvg(mark, left, y, scale)).join("");
  const longest = Math.floor(width / (TEXT * CHARACTER));
  const lines = [
    ...(name === undefined ? [] : wrapped(name, Math.floor(longest * 0.9)).map((text) => ({ text, bold: true }))),
    ...(caption === undefined ? [] : wrapped(caption, longest).map((text) => ({ text, bold: false }))),
  ];
  const words = lines.map(
    ({ text, bold }, index) =>
      `<text x="${round(x + width / 2)}" y="${round(y + high + 20 + index * LINE)}" font-size="${TEXT}" text-anchor="middle"${bold ? ' font-weight="bold"' : ` fill="${QUIET}"`}>${escapeXml(text)}</text>`,
  );
  return {
    svg: image + drawnMarks + words.join(""),
    height: high + (lines.length === 0 ? 0 : 6 + lines.length * LINE),
  };
}

function markSvg(mark: Mark, left: number, top: number, scale: number): string {
  const [x, y] = [round(left + mark.x * scale), round(top + mark.y * scale)];
  const outlined = (shape: string): string =>
    `${shape.replace("/>", ` fill="none" stroke="#ffffff" stroke-width="5"/>`)}${shape.replace("/>", ` fill="none" stroke="${MARK}" stroke-width="2.5"/>`)}`;
  switch (mark.kind) {
    case "ring":
      return outlined(`<circle cx="${x}" cy="${y}" r="11"/>`);
    case "box": {
      const size = `width="${round(mark.width * scale)}" height="${round(mark.height * scale)}"`;
      return mark.fill === undefined
        ? outlined(`<rect x="${x}" y="${y}" ${size}/>`)
        : `<rect x="${x}" y="${y}" ${size} fill="${MARK}" fill-opacity="${mark.fill.toFixed(2)}"/>`;
    }
    case "text": {
      const at = `x="${x}" y="${round(y + mark.size * 0.36)}" font-size="${mark.size}" font-weight="bold" text-anchor="middle"`;
      const text = escapeXml(mark.text);
      return `<text ${at} fill="#ffffff" stroke="#ffffff" stroke-width="4" stroke-linejoin="round">${text}</text><text ${at}>${text}</text>`;
    }
  }
}

/** Both series fill the same width, each by a scale of its own: a legend names the longest bars. */
function barsRow({ heading: words, before, after, bars }: Extract<SheetRow, { kind: "bars" }>, top: number): Drawn {
  const most = (of: (bar: Bar) => number): number => Math.max(1e-12, ...bars.map(of));
  const longest = { before: most((bar) => bar.before), after: most((bar) => bar.after) };
  const room = WIDTH - 2 * MARGIN - BAR.label - BAR.figure;
  const x = MARGIN + BAR.label;
  const y = top + 46;
  const key = (at: number, colour: string, words: string): string =>
    `<rect x="${at}" y="${y - 12}" width="22" height="${BAR.height}" fill="${colour}"/><text x="${at + 30}" y="${y}" font-size="${TEXT}">${escapeXml(words)}</text>`;
  const rows = bars.map((bar, index) => {
    const from = y + 20 + index * BAR.step;
    const width = (value: number, whole: number): number =>
      round(value === 0 ? 0 : Math.max(1, (room * value) / whole));
    const bold = bar.isStrong === true ? ' font-weight="bold"' : "";
    const [one, other] = [width(bar.before, longest.before), width(bar.after, longest.after)];
    return `<text x="${x - 10}" y="${from + 18}" font-size="${TEXT}" text-anchor="end"${bold}>${escapeXml(bar.label)}</text><rect x="${x}" y="${from}" width="${one}" height="${BAR.height}" fill="${BEFORE}"/><rect x="${x}" y="${from + BAR.height}" width="${other}" height="${BAR.height}" fill="${AFTER}"/><text x="${x + Math.max(one, other) + 8}" y="${from + 18}" font-size="${TEXT}"${bold}>${escapeXml(bar.note ?? "")}</text>`;
  });
  const keys = key(x, BEFORE, before) + key(x + 300, AFTER, after);
  return { svg: heading(words, top) + keys + rows.join(""), height: 78 + bars.length * BAR.step };
}

const heading = (words: string, y: number): string =>
  `<text x="${MARGIN}" y="${round(y + 18)}" font-size="16" font-weight="bold">${escapeXml(words)}</text>`;

/** Lines of whole words, of at most so many characters where the words allow it. */
function wrapped(text: string, longest: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= longest) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

const round = (value: number): number => Math.round(value * 10) / 10;
