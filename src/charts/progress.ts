// The progress picture: a row a question, a cell a point, its sign and colour telling how well it is known.
import { escapeXml, toPng } from "./svg.js";

export type CellState = "known" | "due" | "missed" | "new";

export interface ProgressRow {
  readonly label: string;
  readonly cells: readonly { readonly state: CellState /** 0 to 1 */; readonly level: number }[];
  /** "75", or "–" where it was never answered. */
  readonly best: string;
}

export interface ProgressChart {
  readonly title: string;
  readonly rows: readonly ProgressRow[];
}

/** Okabe and Ito's palette tells the states apart under every common colour blindness; the sign says it once more. */
const LOOK: Readonly<Record<CellState, { fill: string; stroke: string; ink: string; sign: string; word: string }>> = {
  known: { fill: "#0072b2", stroke: "#0072b2", ink: "#ffffff", sign: "✓", word: "known" },
  due: { fill: "#e69f00", stroke: "#b87f00", ink: "#1b1b1b", sign: "↻", word: "due for review" },
  missed: { fill: "#ffffff", stroke: "#d55e00", ink: "#b34c00", sign: "✕", word: "missed last time" },
  new: { fill: "#eef0f3", stroke: "#c3c9d1", ink: "#6b7480", sign: "·", word: "not seen yet" },
};

const WIDTH = 960;
const LABEL = 400;
const CELL = 36;
const STEP = 40;
const ROW = 48;
const TOP = 84;

export async function progressPng(chart: ProgressChart): Promise<Uint8Array> {
  return await toPng(progressSvg(chart));
}

/** The same as SVG: nominal pixels, own opaque background, so it reads on dark and on light. */
export function progressSvg(chart: ProgressChart): string {
  const height = TOP + chart.rows.length * ROW + 64;
  const rows = chart.rows.map((row, index) => rowSvg(row, TOP + index * ROW)).join("");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="DejaVu Sans" fill="#1b1f24">
<rect width="${WIDTH}" height="${height}" rx="14" fill="#ffffff"/>
<text x="28" y="44" font-size="21" font-weight="bold">${escapeXml(chart.title)}</text>
<text x="${WIDTH - 28}" y="72" font-size="13" text-anchor="end" fill="#57606a">best of 100</text>
${rows}${legend(height - 30)}</svg>`;
}

function rowSvg(row: ProgressRow, y: number): string {
  const cells = row.cells
    .map(({ state, level }, index) => {
      const look = LOOK[state];
      const x = LABEL + index * STEP;
      // A known point fades as it is forgotten: the bar under the sign is the chance that it is recalled now.
      const bar =
        state === "new" || state === "missed"
          ? ""
          : `<rect x="${x + 5}" y="${y + CELL - 7}" width="${Math.round((CELL - 10) * Math.max(0, Math.min(1, level)))}" height="3" fill="${look.ink}"/>`;
      return `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" rx="7" fill="${look.fill}" stroke="${look.stroke}" stroke-width="2"/><text x="${x + CELL / 2}" y="${y + 23}" font-size="17" font-weight="bold" text-anchor="middle" fill="${look.ink}">${look.sign}</text>${bar}`;
    })
    .join("");
  const label = row.label.length > 50 ? `${row.label.slice(0, 49)}…` : row.label;
  return `<text x="28" y="${y + 24}" font-size="14">${escapeXml(label)}</text>${cells}<text x="${WIDTH - 28}" y="${y + 25}" font-size="17" font-weight="bold" text-anchor="end">${escapeXml(row.best)}</text>`;
}

function legend(y: number): string {
  let x = 28;
  const note = `<text x="${WIDTH - 28}" y="${y}" font-size="13" text-anchor="end" fill="#57606a">bar: chance of recall today</text>`;
  const states = (Object.keys(LOOK) as CellState[])
    .map((state) => {
      const look = LOOK[state];
      const part = `<rect x="${x}" y="${y - 15}" width="20" height="20" rx="4" fill="${look.fill}" stroke="${look.stroke}" stroke-width="2"/><text x="${x + 10}" y="${y}" font-size="13" font-weight="bold" text-anchor="middle" fill="${look.ink}">${look.sign}</text><text x="${x + 28}" y="${y}" font-size="13" fill="#57606a">${look.word}</text>`;
      x += 60 + look.word.length * 8;
      return part;
    })
    .join("");
  return states + note;
}
