// A confusion matrix: which class is taken for which, as counts; the shade is the share of the true class.
import { escapeXml, toPng } from "./svg.js";

export interface ConfusionChart {
  readonly title: string;
  /** In the order of rows and columns. */
  readonly labels: readonly string[];
  /** Rows: the true class; columns: the predicted one. */
  readonly counts: readonly (readonly number[])[];
}

/** The grid's side in nominal pixels, whatever the number of classes. */
const GRID = 600;
const TOP = 96;
const RIGHT = 96;
/** Below this side a number does not fit into its cell. */
const SMALLEST_NUMBER = 24;
const GREY = "#57606a";
/** Okabe and Ito's blue for what is right, vermilion for mistakes. */
const RIGHT_INK = [0, 114, 178] as const;
const WRONG_INK = [213, 94, 0] as const;
const LONGEST_LABEL = 18;
/** Nominal pixels between the two of a pair. */
const BETWEEN = 20;

export function confusionPng(chart: ConfusionChart): Promise<Uint8Array> {
  return toPng(confusionSvg(chart));
}

/** Two on one picture, for comparison. */
export function confusionPairPng(pair: readonly [ConfusionChart, ConfusionChart]): Promise<Uint8Array> {
  return toPng(confusionPairSvg(pair));
}

export function confusionPairSvg(pair: readonly [ConfusionChart, ConfusionChart]): string {
  const [left, right] = pair.map((chart) => {
    const svg = confusionSvg(chart);
    const [, width = "0", height = "0"] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    return { svg, width: Number(width), height: Number(height) };
  }) as [Drawn, Drawn];
  const [width, height] = [left.width + BETWEEN + right.width, Math.max(left.height, right.height)];
  const placed = ({ svg }: Drawn, x: number) => svg.replace("<svg ", `<svg x="${round(x)}" `);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}">${placed(left, 0)}${placed(right, left.width + BETWEEN)}</svg>`;
}

interface Drawn {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The same as SVG: nominal pixels, own opaque background, so it reads on dark and on light. */
export function confusionSvg({ title, labels, counts }: ConfusionChart): string {
  const shown = labels.map((label) => (label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label));
  const longest = Math.max(...shown.map((label) => label.length));
  const size = Math.min(15, Math.max(6, (GRID / labels.length) * 0.62));
  const left = 66 + longest * size * 0.64;
  const slanted = longest > 4;
  const foot = slanted ? 24 + longest * size * 0.5 : 28;
  const [width, height] = [left + GRID + RIGHT, TOP + GRID + foot + 46];
  const cell = GRID / labels.length;
  const rows = counts.map((row, truth) => rowSvg(row, truth, { left, cell })).join("");
  const names = shown.map((label, index) => {
    const middle = (index + 0.5) * cell;
    const [x, y] = [round(left + middle), round(TOP + GRID + 20)];
    const text = escapeXml(label);
    const under = slanted
      ? `<text x="${x}" y="${y}" font-size="${size}" text-anchor="end" transform="rotate(-35 ${x} ${y})">${text}</text>`
      : `<text x="${x}" y="${y}" font-size="${size}" text-anchor="middle">${text}</text>`;
    const share = shareRight(counts[index] ?? [], index);
    return (
      `<text x="${left - 10}" y="${round(TOP + middle + size * 0.35)}" font-size="${size}" text-anchor="end">${text}</text>${under}` +
      `<text x="${left + GRID + 10}" y="${round(TOP + middle + size * 0.35)}" font-size="${Math.min(size, 13)}" fill="${GREY}">${share === undefined ? "–" : `${(100 * share).toFixed(1)} %`}</text>`
    );
  });
  const { right, images } = totals(counts);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="DejaVu Sans" fill="#1b1f24">
<rect width="${round(width)}" height="${round(height)}" rx="14" fill="#ffffff"/>
<text x="28" y="42" font-size="21" font-weight="bold">${escapeXml(title)}</text>
<text x="28" y="68" font-size="14" fill="${GREY}">${right} of ${images} images are right; the shade is the share of the row</text>
<text x="${left + GRID + 10}" y="${TOP - 10}" font-size="13" fill="${GREY}">found</text>
${rows}${names.join("")}
<rect x="${left}" y="${TOP}" width="${GRID}" height="${GRID}" fill="none" stroke="#8c959f"/>
<text x="30" y="${TOP + GRID / 2}" font-size="15" font-weight="bold" text-anchor="middle" transform="rotate(-90 30 ${TOP + GRID / 2})">true class</text>
<text x="${round(left + GRID / 2)}" y="${round(height - 18)}" font-size="15" font-weight="bold" text-anchor="middle">predicted class</text></svg>`;
}

/** The picture in words, for who cannot see it: how many are right, and the most frequent mistakes. */
export function confusionAlt({ title, labels, counts }: ConfusionChart): string {
  const { right, images } = totals(counts);
  const mistakes = counts
    .flatMap((row, truth) => row.map((count, predicted) => ({ count, truth, predicted })))
    .filter(({ count, truth, predicted }) => count > 0 && truth !== predicted)
    .sort((a, b) => b.count - a.count)
    .slice(0, 3)
    .map(({ count, truth, predicted }) => `${count} × ${labels[truth]} taken for ${labels[predicted]}`);
  return `${title}: confusion matrix of ${images} images in ${labels.length} classes, ${right} right. ${
    mistakes.length === 0 ? "There is no mistake." : `Most frequent mistakes: ${mistakes.join(", ")}.`
  }`;
}

function rowSvg(row: readonly number[], truth: number, { left, cell }: { left: number; cell: number }): string {
  const total = row.reduce((sum, count) => sum + count, 0);
  return row
    .map((count, predicted) => {
      const share = total === 0 ? 0 : count / total;
      const x = round(left + predicted * cell);
      const y = round(TOP + truth * cell);
      const fill = shade(share, truth === predicted);
      const number =
        cell < SMALLEST_NUMBER
          ? ""
          : `<text x="${round(left + (predicted + 0.5) * cell)}" y="${round(TOP + (truth + 0.5) * cell + numberSize(cell) * 0.36)}" font-size="${numberSize(cell)}" text-anchor="middle" fill="${share > 0.5 ? "#ffffff" : count === 0 ? "#b6bdc6" : "#1b1f24"}">${count}</text>`;
      return `<rect x="${x}" y="${y}" width="${round(cell)}" height="${round(cell)}" fill="${fill}" stroke="#e6e9ed"/>${number}`;
    })
    .join("");
}

/** From white to the ink; the square root keeps a mistake of one in a thousand visible. */
function shade(share: number, right: boolean): string {
  const ink = right ? RIGHT_INK : WRONG_INK;
  const amount = right ? share : Math.sqrt(share);
  const channels = ink.map((channel) => Math.round(255 + (channel - 255) * amount));
  return `rgb(${channels.join()})`;
}

function numberSize(cell: number): number {
  return round(Math.min(15, cell * 0.36));
}

function shareRight(row: readonly number[], label: number): number | undefined {
  const total = row.reduce((sum, count) => sum + count, 0);
  return total === 0 ? undefined : (row[label] ?? 0) / total;
}

function totals(counts: readonly (readonly number[])[]): { right: number; images: number } {
  return {
    right: counts.reduce((sum, row, label) => sum + (row[label] ?? 0), 0),
    images: counts.flat().reduce((sum, count) => sum + count, 0),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
