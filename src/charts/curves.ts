// The learning curves of a run: loss and accuracy by epoch, on training and on validation images.
import { escapeXml, toPng } from "./svg.js";

export interface CurvesChart {
  readonly title: string;
  /** In order; epochs are whole numbers from 1. */
  readonly epochs: readonly CurvesEpoch[];
  /** The epoch whose weights were kept. */
  readonly best?: number;
}

export interface CurvesEpoch {
  readonly epoch: number;
  readonly phase: string;
  readonly loss: number;
  readonly validationLoss: number;
  /** 0 to 1. */
  readonly accuracy: number;
  readonly validationAccuracy: number;
}

const WIDTH = 1120;
const HEIGHT = 470;
const PANEL = { width: 450, height: 290, top: 96 };
const LEFT = [76, 622] as const;
/** Okabe and Ito's blue and vermilion; dashes and hollow points say it once more. */
const TRAINING = { colour: "#0072b2", dash: "", fill: "#0072b2", word: "training" };
const VALIDATION = { colour: "#d55e00", dash: "7 4", fill: "#ffffff", word: "validation" };
const GREY = "#57606a";
/** Above this many epochs the line alone is clearer than a point each. */
const MOST_POINTS = 40;

export function curvesPng(chart: CurvesChart): Promise<Uint8Array> {
  return toPng(curvesSvg(chart));
}

/** The same as SVG: nominal pixels, own opaque background, so it reads on dark and on light. */
export function curvesSvg(chart: CurvesChart): string {
  const loss = panel(chart, LEFT[0], {
    title: "Loss",
    training: (one) => one.loss,
    validation: (one) => one.validationLoss,
    tick: (value) => trimmed(value),
    lowest: 0,
  });
  const accuracy = panel(chart, LEFT[1], {
    title: "Accuracy",
    training: (one) => one.accuracy,
    validation: (one) => one.validationAccuracy,
    tick: (value) => `${trimmed(100 * value)} %`,
    highest: 1,
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="DejaVu Sans" fill="#1b1f24">
<rect width="${WIDTH}" height="${HEIGHT}" rx="14" fill="#ffffff"/>
<text x="28" y="42" font-size="21" font-weight="bold">${escapeXml(chart.title)}</text>
${loss}${accuracy}${legend(chart)}</svg>`;
}

/** The picture in words, for who cannot see it. */
export function curvesAlt({ title, epochs, best }: CurvesChart): string {
  const [first, last] = [epochs[0], epochs[epochs.length - 1]];
  if (first === undefined || last === undefined) return `${title}: no epoch was finished.`;
  const kept = epochs.find(({ epoch }) => epoch === best);
  return (
    `${title}, over ${epochs.length} epochs. Training loss went from ${trimmed(first.loss)} to ${trimmed(last.loss)}, ` +
    `validation loss from ${trimmed(first.validationLoss)} to ${trimmed(last.validationLoss)}; validation accuracy from ` +
    `${percent(first.validationAccuracy)} to ${percent(last.validationAccuracy)}` +
    `${kept === undefined ? "" : `, best ${percent(kept.validationAccuracy)} in epoch ${kept.epoch}`}.`
  );
}

interface Panel {
  readonly title: string;
  readonly training: (epoch: CurvesEpoch) => number;
  readonly validation: (epoch: CurvesEpoch) => number;
  readonly tick: (value: number) => string;
  readonly lowest?: number;
  readonly highest?: number;
}

function panel(chart: CurvesChart, left: number, what: Panel): string {
  const { epochs } = chart;
  const values = epochs.flatMap((one) => [what.training(one), what.validation(one)]).filter(Number.isFinite);
  const low = what.lowest ?? Math.min(...values, what.highest ?? Number.POSITIVE_INFINITY);
  const high = what.highest ?? Math.max(...values, low);
  const ticks = niceTicks(low, high);
  const [bottom, top] = [ticks[0] ?? 0, ticks[ticks.length - 1] ?? 1];
  const last = Math.max(2, epochs[epochs.length - 1]?.epoch ?? 2);
  const x = (epoch: number): number => left + ((epoch - 1) / (last - 1)) * PANEL.width;
  const y = (value: number): number => PANEL.top + (1 - (value - bottom) / (top - bottom)) * PANEL.height;
  const floor = PANEL.top + PANEL.height;
  const rows = ticks.map(
    (tick) =>
      `<line x1="${left}" x2="${left + PANEL.width}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#dfe3e8"/>` +
      `<text x="${left - 9}" y="${round(y(tick) + 5)}" font-size="13" text-anchor="end" fill="${GREY}">${what.tick(tick)}</text>`,
  );
  const columns = epochTicks(last).map(
    (tick) =>
      `<text x="${round(x(tick))}" y="${floor + 22}" font-size="13" text-anchor="middle" fill="${GREY}">${tick}</text>`,
  );
  const kept =
    chart.best === undefined
      ? ""
      : `<line x1="${round(x(chart.best))}" x2="${round(x(chart.best))}" y1="${PANEL.top}" y2="${floor}" stroke="#8c959f" stroke-width="1.5" stroke-dasharray="2 4"/>`;
  const curve = (of: (epoch: CurvesEpoch) => number, look: typeof TRAINING): string => {
    const points = epochs
      .filter((one) => Number.isFinite(of(one)))
      .map((one) => [round(x(one.epoch)), round(y(Math.min(top, Math.max(bottom, of(one)))))] as const);
    const line = `<polyline points="${points.map((point) => point.join()).join(" ")}" fill="none" stroke="${look.colour}" stroke-width="2.5" stroke-linejoin="round"${look.dash === "" ? "" : ` stroke-dasharray="${look.dash}"`}/>`;
    if (points.length > MOST_POINTS) return line;
    const dots = points.map(
      ([cx, cy]) =>
        `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${look.fill}" stroke="${look.colour}" stroke-width="2"/>`,
    );
    return line + dots.join("");
  };
  return `<text x="${left}" y="${PANEL.top - 18}" font-size="16" font-weight="bold">${what.title}</text>
${rows.join("")}${columns.join("")}${phaseMarks(epochs, x, floor)}${kept}
<text x="${left + PANEL.width / 2}" y="${floor + 42}" font-size="13" text-anchor="middle" fill="${GREY}">epoch</text>
${curve(what.training, TRAINING)}${curve(what.validation, VALIDATION)}`;
}

/** A line where the next phase begins, with its name; nothing where there is one phase only. */
function phaseMarks(epochs: readonly CurvesEpoch[], x: (epoch: number) => number, floor: number): string {
  return epochs
    .map((one, index) => {
      const before = epochs[index - 1];
      if (before === undefined || before.phase === one.phase) return "";
      const at = round((x(before.epoch) + x(one.epoch)) / 2);
      return (
        `<line x1="${at}" x2="${at}" y1="${PANEL.top}" y2="${floor}" stroke="#8c959f" stroke-width="1.5"/>` +
        `<text x="${at}" y="${PANEL.top - 6}" font-size="12" fill="${GREY}">${escapeXml(one.phase)} →</text>`
      );
    })
    .join("");
}

function legend({ best }: CurvesChart): string {
  const y = HEIGHT - 24;
  const entry = (x: number, look: typeof TRAINING): string =>
    `<line x1="${x}" x2="${x + 34}" y1="${y - 5}" y2="${y - 5}" stroke="${look.colour}" stroke-width="2.5"${look.dash === "" ? "" : ` stroke-dasharray="${look.dash}"`}/>` +
    `<circle cx="${x + 17}" cy="${y - 5}" r="3.5" fill="${look.fill}" stroke="${look.colour}" stroke-width="2"/>` +
    `<text x="${x + 44}" y="${y}" font-size="14">${look.word}</text>`;
  const kept =
    best === undefined
      ? ""
      : `<line x1="330" x2="364" y1="${y - 5}" y2="${y - 5}" stroke="#8c959f" stroke-width="1.5" stroke-dasharray="2 4"/><text x="374" y="${y}" font-size="14">weights kept (epoch ${best})</text>`;
  return entry(76, TRAINING) + entry(196, VALIDATION) + kept;
}

/** Four to six round numbers that hold low and high between them. */
function niceTicks(low: number, high: number): number[] {
  const span = high - low > 0 ? high - low : Math.abs(high) || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? 10 * power;
  const first = Math.floor(low / step + 1e-9);
  const count = Math.max(1, Math.ceil(high / step - 1e-9) - first);
  return Array.from({ length: count + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

function epochTicks(last: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => last / size <= 8) ?? 1000;
  return [1, ...Array.from({ length: Math.floor(last / step) }, (_, index) => (index + 1) * step)].filter(
    (tick, index, all) => all.indexOf(tick) === index,
  );
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
