// The arena as a picture: accuracy over parameters (logarithmic), the entries that nobody beats in both joined by a line.
import { escapeXml, toPng } from "./svg.js";

export interface ArenaChart {
  readonly title: string;
  readonly points: readonly ArenaPoint[];
  /** Accuracy, 0 to 1, from which on the smallest network counts. */
  readonly bar: number;
}

export interface ArenaPoint {
  readonly name: string;
  /** At least 1. */
  readonly parameters: number;
  /** 0 to 1. */
  readonly accuracy: number;
  /** No other has as few parameters and as high an accuracy, or better in either. */
  readonly best: boolean;
}

const WIDTH = 1000;
const HEIGHT = 560;
const PLOT = { left: 92, top: 76, width: 860, height: 392 };
/** Okabe and Ito's vermilion for the best and blue for the others; size and fill say it once more. */
const BEST = "#d55e00";
const OTHER = "#0072b2";
const GREY = "#57606a";
/** Names of more would lie over each other. */
const MOST_NAMES = 12;
/** Width of a letter of the names, on average. */
const LETTER = 8.6;
/** Accuracy below which networks of digits do not differ in an interesting way. */
const FLOOR = 0.85;

export function arenaPng(chart: ArenaChart): Promise<Uint8Array> {
  return toPng(arenaSvg(chart));
}

/** The same as SVG: nominal pixels, own opaque background, so it reads on dark and on light. */
export function arenaSvg({ title, points, bar }: ArenaChart): string {
  const across = decades(points.map(({ parameters }) => parameters));
  const up = spanOf(
    points.map(({ accuracy }) => accuracy),
    bar,
  );
  const x = (parameters: number): number =>
    PLOT.left + ((Math.log10(parameters) - across.low) / (across.high - across.low)) * PLOT.width;
  const y = (accuracy: number): number =>
    PLOT.top + (1 - (Math.max(accuracy, up.low) - up.low) / (up.high - up.low)) * PLOT.height;
  const floor = PLOT.top + PLOT.height;
  const right = PLOT.left + PLOT.width;
  const rows = up.ticks.map(
    (tick) =>
      `<line x1="${PLOT.left}" x2="${right}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#dfe3e8"/>` +
      `<text x="${PLOT.left - 10}" y="${round(y(tick) + 5)}" font-size="14" text-anchor="end" fill="${GREY}">${percent(tick)}</text>`,
  );
  const columns = Array.from({ length: across.high - across.low + 1 }, (_, index) => across.low + index).map(
    (power) =>
      `<line x1="${round(x(10 ** power))}" x2="${round(x(10 ** power))}" y1="${PLOT.top}" y2="${floor}" stroke="#dfe3e8"/>` +
      `<text x="${round(x(10 ** power))}" y="${floor + 24}" font-size="14" text-anchor="middle" fill="${GREY}">${thousands(10 ** power)}</text>`,
  );
  const front = points.filter(({ best }) => best).toSorted((a, b) => a.parameters - b.parameters);
  const line = front.map((point) => `${round(x(point.parameters))},${round(y(point.accuracy))}`).join(" ");
  const dots = points
    .toSorted((a, b) => Number(a.best) - Number(b.best))
    .map((point) => {
      const at = `cx="${round(x(point.parameters))}" cy="${round(y(point.accuracy))}"`;
      return point.best
        ? `<circle ${at} r="8" fill="${BEST}" stroke="#ffffff" stroke-width="2"/>`
        : `<circle ${at} r="6" fill="#ffffff" stroke="${OTHER}" stroke-width="2.5"/>`;
    });
  const names = placed(
    // Where there is no room for all, those whom nobody beats come first.
    [...front, ...points.filter(({ best }) => !best)].map(({ name, ...point }) => ({ name: short(name), ...point })),
    points.map((point) => ({ x: x(point.parameters), y: y(point.accuracy) })),
    ({ parameters, accuracy }) => ({ x: x(parameters), y: y(accuracy) }),
  );
  const barLine =
    bar > up.low && bar < up.high
      ? `<line x1="${PLOT.left}" x2="${right}" y1="${round(y(bar))}" y2="${round(y(bar))}" stroke="#8c959f" stroke-width="1.5" stroke-dasharray="3 5"/>`
      : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="DejaVu Sans" fill="#1b1f24">
<rect width="${WIDTH}" height="${HEIGHT}" rx="14" fill="#ffffff"/>
<text x="28" y="42" font-size="21" font-weight="bold">${escapeXml(title)}</text>
<text x="${right}" y="42" font-size="14" text-anchor="end" fill="${GREY}">filled: no one is smaller and as good</text>
${rows.join("")}${columns.join("")}${barLine}
<polyline points="${line}" fill="none" stroke="${BEST}" stroke-width="2" stroke-dasharray="6 5" opacity="0.7"/>
${dots.join("")}${names.join("")}
<text x="${PLOT.left + PLOT.width / 2}" y="${floor + 58}" font-size="15" text-anchor="middle" fill="${GREY}">parameters</text>
<text x="26" y="${PLOT.top + PLOT.height / 2}" font-size="15" text-anchor="middle" fill="${GREY}" transform="rotate(-90 26 ${PLOT.top + PLOT.height / 2})">accuracy</text></svg>`;
}

/** The picture in words, for who cannot see it. */
export function arenaAlt({ title, points }: ArenaChart): string {
  const front = points.filter(({ best }) => best).toSorted((a, b) => a.parameters - b.parameters);
  const list = front.map(
    (point) =>
      `${short(point.name)}, ${thousands(point.parameters)} parameters, ${(100 * point.accuracy).toFixed(2)} %`,
  );
  return `${title}: ${points.length} ${points.length === 1 ? "network" : "networks"} by parameters and accuracy. Nobody is smaller and as good as: ${list.join("; ")}.`;
}

/** Whole powers of ten around all numbers, at least one decade. */
function decades(numbers: readonly number[]): { low: number; high: number } {
  const logs = numbers.map((number) => Math.log10(Math.max(1, number)));
  const low = Math.floor(Math.min(...logs, 6));
  const high = Math.ceil(Math.max(...logs, 0));
  return logs.length === 0 ? { low: 2, high: 6 } : { low, high: Math.max(high, low + 1) };
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Half a dot, and the air that a name of another leaves around it: beside a dot it would be read as that one's. */
const DOT = 8;
const AIR = 8;

/** Below, above, to the right or to the left of its point, wherever nothing lies yet; nowhere where there is no room. */
function placed(named: readonly ArenaPoint[], dots: readonly Spot[], spotOf: (point: ArenaPoint) => Spot): string[] {
  const taken: Box[] = [];
  return named.slice(0, MOST_NAMES).flatMap((point) => {
    const { x, y } = spotOf(point);
    const width = LETTER * [...point.name].length;
    const boxes = [
      { left: x + 12, base: y + 21 },
      { left: x - 12 - width, base: y - 12 },
      { left: x + 12, base: y - 12 },
      { left: x - 12 - width, base: y + 21 },
    ].map(({ left, base }) => ({ left, right: left + width, top: base - 12, bottom: base + 4 }));
    // In a crowd a name beside another's dot is better than none.
    for (const air of [AIR, 0]) {
      const around = dots.map((dot) => boxAround(dot, dot.x === x && dot.y === y ? DOT : DOT + air));
      const box = boxes.find((each) => isInside(each) && ![...around, ...taken].some((other) => meet(each, other)));
      if (box === undefined) continue;
      taken.push(box);
      return [
        `<text x="${round(box.left)}" y="${round(box.bottom - 4)}" font-size="14">${escapeXml(point.name)}</text>`,
      ];
    }
    return [];
  });
}

const meet = (one: Box, other: Box): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

const isInside = ({ left, right, top, bottom }: Box): boolean =>
  left > PLOT.left && right < PLOT.left + PLOT.width && bottom < PLOT.top + PLOT.height && top > 46;

function boxAround({ x, y }: Spot, half: number): Box {
  return { left: x - half, right: x + half, top: y - half, bottom: y + half };
}

/** From a round share below the lowest, but no lower than `FLOOR`: a network that only guesses lies on the floor. */
function spanOf(shares: readonly number[], bar: number): { low: number; high: number; ticks: number[] } {
  const lowest = Math.max(FLOOR, Math.min(...shares, bar));
  const step = [0.005, 0.01, 0.02, 0.05, 0.1].find((size) => (1 - lowest) / size <= 7) ?? 0.1;
  const low = Math.floor(lowest / step + 1e-9) * step;
  const count = Math.round((1 - low) / step);
  return { low, high: 1, ticks: Array.from({ length: count + 1 }, (_, index) => low + index * step) };
}

function short(name: string): string {
  const characters = [...name];
  return characters.length > 18 ? `${characters.slice(0, 17).join("")}…` : name;
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;
const thousands = (count: number): string => Math.round(count).toLocaleString("en");
const round = (value: number): number => Math.round(value * 10) / 10;
