// A model's weeks: how sure it was, and how many of its judged answers were called wrong; gaps where nobody asked.
import { escapeXml, toPng } from "./svg.js";

export interface DriftChart {
  readonly title: string;
  /** Oldest first; shares are 0 to 1. */
  readonly weeks: readonly {
    readonly week: string;
    readonly answers: number;
    readonly confidence?: number;
    readonly judged: number;
    readonly corrected?: number;
  }[];
}

const [WIDTH, HEIGHT] = [760, 420];
const PLOT = { left: 76, top: 76, width: 650, height: 230 };
const FLOOR = PLOT.top + PLOT.height;
const GREY = "#57606a";
/** Okabe and Ito's blue and vermilion; dashes and hollow points say it once more. */
const CONFIDENCE = { colour: "#0072b2", dash: "", fill: "#0072b2", word: "mean confidence" };
const CORRECTED = { colour: "#d55e00", dash: "7 4", fill: "#ffffff", word: "judged wrong, of the judged" };
/** Names of weeks that fit side by side. */
const MOST_NAMES = 8;

/** Block `picture` of a message: PNG and its words. */
export async function driftPicture(chart: DriftChart): Promise<{ readonly png: Uint8Array; readonly alt: string }> {
  return { png: await toPng(driftSvg(chart)), alt: driftAlt(chart) };
}

/** Nominal pixels, own opaque background, so it reads on dark and on light. */
export function driftSvg({ title, weeks }: DriftChart): string {
  const x = (at: number): number =>
    PLOT.left + (weeks.length < 2 ? PLOT.width / 2 : (at / (weeks.length - 1)) * PLOT.width);
  const y = (share: number): number => FLOOR - share * PLOT.height;
  const rows = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(share)}" y2="${y(share)}" stroke="#dfe3e8"/>` +
      `<text x="${PLOT.left - 9}" y="${y(share) + 5}" font-size="13" text-anchor="end" fill="${GREY}">${100 * share} %</text>`,
  );
  const step = Math.max(1, Math.ceil(weeks.length / MOST_NAMES));
  const names = weeks.map(({ week, answers }, at) =>
    at % step === 0
      ? `<text x="${round(x(at))}" y="${FLOOR + 22}" font-size="13" text-anchor="middle" fill="${GREY}">${escapeXml(week)}</text>` +
        `<text x="${round(x(at))}" y="${FLOOR + 40}" font-size="12" text-anchor="middle" fill="${GREY}">${answers}</text>`
      : "",
  );
  const curve = (of: (week: DriftChart["weeks"][number]) => number | undefined, look: typeof CONFIDENCE): string => {
    const runs = unbroken(weeks.map(of));
    const dash = look.dash === "" ? "" : ` stroke-dasharray="${look.dash}"`;
    return runs
      .map((run) => {
        const points = run.map(({ at, share }) => [round(x(at)), round(y(share))] as const);
        const dots = points.map(
          ([cx, cy]) =>
            `<circle cx="${cx}" cy="${cy}" r="4" fill="${look.fill}" stroke="${look.colour}" stroke-width="2"/>`,
        );
        return `<polyline points="${points.map((point) => point.join()).join(" ")}" fill="none" stroke="${look.colour}" stroke-width="2.5"${dash}/>${dots.join("")}`;
      })
      .join("");
  };
  const legend = [CONFIDENCE, CORRECTED].map(({ colour, dash, fill, word }, at) => {
    const [left, middle] = [PLOT.left + at * 220, HEIGHT - 24];
    return (
      `<line x1="${left}" x2="${left + 34}" y1="${middle}" y2="${middle}" stroke="${colour}" stroke-width="2.5"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}/>` +
      `<circle cx="${left + 17}" cy="${middle}" r="4" fill="${fill}" stroke="${colour}" stroke-width="2"/>` +
      `<text x="${left + 44}" y="${middle + 5}" font-size="14">${word}</text>`
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="DejaVu Sans" fill="#1b1f24">
<rect width="${WIDTH}" height="${HEIGHT}" rx="14" fill="#ffffff"/>
<text x="28" y="42" font-size="21" font-weight="bold">${escapeXml(title)}</text>
${rows.join("")}${names.join("")}
<text x="${PLOT.left - 9}" y="${FLOOR + 40}" font-size="12" text-anchor="end" fill="${GREY}">answers</text>
${curve(({ confidence }) => confidence, CONFIDENCE)}${curve(({ corrected }) => corrected, CORRECTED)}
${legend.join("")}</svg>`;
}

/** The picture in words, for who cannot see it. */
export function driftAlt({ title, weeks }: DriftChart): string {
  const asked = weeks.filter(({ answers }) => answers > 0);
  const [first, last] = [asked[0], asked.at(-1)];
  if (first === undefined || last === undefined) return `${title}: nobody has asked yet.`;
  const confidence =
    first === last
      ? `${percent(first.confidence)} in ${first.week}`
      : `${percent(first.confidence)} in ${first.week} and ${percent(last.confidence)} in ${last.week}`;
  const judged = weeks.reduce((sum, week) => sum + week.judged, 0);
  const wrong = weeks.reduce((sum, week) => sum + week.judged * (week.corrected ?? 0), 0);
  const corrections =
    judged === 0 ? "No answer was judged." : `Of ${judged} judged answers ${Math.round(wrong)} were called wrong.`;
  return `${title}, over ${weeks.length} weeks. Mean confidence was ${confidence}. ${corrections}`;
}

/** A line ends where a week has no value. */
function unbroken(shares: readonly (number | undefined)[]): { at: number; share: number }[][] {
  const runs: { at: number; share: number }[][] = [];
  for (const [at, share] of shares.entries()) {
    if (share === undefined) continue;
    const open = runs.at(-1);
    if (open?.at(-1)?.at === at - 1) open.push({ at, share });
    else runs.push([{ at, share }]);
  }
  return runs;
}

function percent(share = 0): string {
  return `${(100 * share).toFixed(1)} %`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
