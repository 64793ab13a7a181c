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

const [WIDTH, HEIGHT] = [760, 440];
/** Room at the left for the words of the rows below, at the right for half a week's name. */
const PLOT = { left: 124, top: 76, width: 592, height: 230 };
const FLOOR = PLOT.top + PLOT.height;
const GREY = "#57606a";
/** Okabe and Ito's blue and vermilion; dashes and hollow points say it once more. */
const CONFIDENCE = { colour: "#0072b2", dash: "", fill: "#0072b2", word: "mean confidence" };
const CORRECTED = { colour: "#d55e00", dash: "7 4", fill: "#ffffff", word: "called wrong, of those judged" };
/** Below the plot: what each row says of a week, and how far down it stands. */
const ROWS = { week: 26, answers: 46, judged: 66 } as const;
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
  // Counted from the newest, which is always named; the year is said where it begins.
  const named = weeks.map((week, at) => ({ ...week, at })).filter(({ at }) => (weeks.length - 1 - at) % step === 0);
  const below = (row: keyof typeof ROWS, at: number, text: string): string =>
    `<text x="${round(x(at))}" y="${FLOOR + ROWS[row]}" font-size="13" text-anchor="middle" fill="${GREY}">${escapeXml(text)}</text>`;
  const names = named.map(({ week, answers, judged, at }, place) => {
    const [year = "", number = week] = week.split("-");
    const isNew = named[place - 1]?.week.startsWith(`${year}-`) !== true;
    return (
      below("week", at, isNew ? week : number) +
      below("answers", at, String(answers)) +
      below("judged", at, String(judged))
    );
  });
  const heads = Object.entries(ROWS).map(
    ([word, down]) =>
      `<text x="${PLOT.left - 40}" y="${FLOOR + down}" font-size="13" text-anchor="end" fill="${GREY}">${word}</text>`,
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
${heads.join("")}
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
  const length = weeks.length === 1 ? "in one week" : `over ${weeks.length} weeks`;
  return `${title}, ${length}. Mean confidence was ${confidence}. ${correctionsAlt(weeks)}`;
}

/** All of them, and how the newer half compares with the older one. */
function correctionsAlt(weeks: DriftChart["weeks"]): string {
  const judged = weeks.filter((week) => week.judged > 0);
  const all = wrongOf(judged);
  if (all.judged === 0) return "No answer was judged.";
  const told = `Of ${all.judged} judged answers ${all.wrong} were called wrong`;
  const half = Math.ceil(judged.length / 2);
  const [older, newer] = [wrongOf(judged.slice(0, half)), wrongOf(judged.slice(half))];
  if (newer.judged === 0) return `${told}.`;
  return `${told}: ${percent(older.wrong / older.judged)} until ${judged[half - 1]?.week}, ${percent(newer.wrong / newer.judged)} since.`;
}

function wrongOf(weeks: DriftChart["weeks"]): { judged: number; wrong: number } {
  const judged = weeks.reduce((sum, week) => sum + week.judged, 0);
  return { judged, wrong: Math.round(weeks.reduce((sum, week) => sum + week.judged * (week.corrected ?? 0), 0)) };
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
