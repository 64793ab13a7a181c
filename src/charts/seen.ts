// What a model saw: the picture, the digits boxed and labelled or a heat map over it, and the most probable labels as bars.
import { HEAT_COLOURS, UNSEEN } from "./heat.js";
import { escapeXml, toPng } from "./svg.js";

export interface SeenChart {
  /** The upright picture, and its size in pixels. */
  readonly jpeg: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** A PNG with transparency that is laid over the picture, stretched to its size: a heat map, with a legend below. */
  readonly overlay?: { readonly png: Uint8Array; readonly isCut: boolean };
  /** In pixels of the picture. */
  readonly boxes?: readonly {
    readonly label: string;
    readonly probability: number;
    readonly box: readonly [number, number, number, number];
  }[];
  /** Falling. */
  readonly bars: readonly { readonly label: string; readonly probability: number }[];
}

/** Nominal pixels. A phone shows a message about 400 wide: text of 22 here is then read as 14. */
const WIDTH = 640;
const MARGIN = 20;
/** A tall picture is shown smaller, so that the bars stay in sight. */
const TALLEST = 520;
const BAR = { height: 30, gap: 12, text: 21 };
const LEGEND = 32;
const LONGEST_LABEL = 16;
const INK = "#1b1f24";
/** Okabe and Ito's blue and its pale; the boxes are vermilion with a white rim, which shows on light and on dark. */
const [BLUE, PALE, BOX] = ["#0072b2", "#d7e6f2", "#d55e00"];

export function seenPng(chart: SeenChart): Promise<Uint8Array> {
  return toPng(seenSvg(chart));
}

/** Own opaque background, so it reads on dark and on light. */
export function seenSvg(chart: SeenChart): string {
  const { jpeg, width, height, overlay, bars } = chart;
  const scale = Math.min((WIDTH - 2 * MARGIN) / width, TALLEST / height);
  const [shownWidth, shownHeight] = [width * scale, height * scale];
  const left = (WIDTH - shownWidth) / 2;
  const top = MARGIN + shownHeight + (overlay === undefined ? 0 : LEGEND) + MARGIN;
  const total = top + bars.length * (BAR.height + BAR.gap) + (bars.length > 0 ? MARGIN - BAR.gap : -MARGIN) + 4;
  const place = `x="${round(left)}" y="${MARGIN}" width="${round(shownWidth)}" height="${round(shownHeight)}" preserveAspectRatio="none"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${round(total)}" viewBox="0 0 ${WIDTH} ${round(total)}" font-family="DejaVu Sans" fill="${INK}">
<rect width="${WIDTH}" height="${round(total)}" rx="14" fill="#ffffff"/>
<image ${place} href="data:image/jpeg;base64,${base64(jpeg)}"/>
${overlay === undefined ? "" : `<image ${place} href="data:image/png;base64,${base64(overlay.png)}"/>${legend(MARGIN + shownHeight + 16, overlay.isCut)}`}
${boxesSvg(chart, { left, scale })}${bars.map((bar, index) => barSvg(bar, top + index * (BAR.height + BAR.gap))).join("")}</svg>`;
}

function legend(y: number, isCut: boolean): string {
  const [width, height, gap] = [150, 16, 12];
  const left = (WIDTH - width) / 2 - (isCut ? 50 : 0);
  const stops = HEAT_COLOURS.map(
    (colour, at) => `<stop offset="${round((100 * at) / (HEAT_COLOURS.length - 1))}%" stop-color="${colour}"/>`,
  ).join("");
  const word = (text: string, x: number, anchor: string) =>
    `<text x="${x}" y="${round(y + 14)}" font-size="17" fill="#57606a" text-anchor="${anchor}">${text}</text>`;
  const right = left + width + gap;
  return (
    `<defs><linearGradient id="heat">${stops}</linearGradient></defs>` +
    `<rect x="${left}" y="${round(y)}" width="${width}" height="${height}" rx="3" fill="url(#heat)"/>` +
    word("did not count", left - gap, "end") +
    word("counted most", right, "start") +
    (isCut
      ? `<rect x="${right + 138}" y="${round(y)}" width="${height}" height="${height}" rx="3" fill="${UNSEEN}"/>${word("cut off", right + 138 + height + 8, "start")}`
      : "")
  );
}

function boxesSvg({ boxes = [], width, height }: SeenChart, { left, scale }: { left: number; scale: number }): string {
  const size = boxes.length > 12 ? 15 : 21;
  return boxes
    .map(({ label, box: [x, y, wide, high] }) => {
      // A little air, so that the frame does not cover the stroke.
      const air = Math.max(2, 0.06 * Math.max(wide, high));
      const from = [Math.max(0, x - air), Math.max(0, y - air)] as const;
      const to = [Math.min(width, x + wide + air), Math.min(height, y + high + air)] as const;
      const [sx, sy] = [round(left + from[0] * scale), round(MARGIN + from[1] * scale)];
      const [sw, sh] = [round((to[0] - from[0]) * scale), round((to[1] - from[1]) * scale)];
      const frame = `x="${sx}" y="${sy}" width="${sw}" height="${sh}" rx="4" fill="none"`;
      // Above the box where there is room, else inside at its top.
      const baseline = sy - MARGIN > size + 4 ? sy - 6 : sy + size + 2;
      return (
        `<rect ${frame} stroke="#ffffff" stroke-width="5"/><rect ${frame} stroke="${BOX}" stroke-width="2.5"/>` +
        `<text x="${round(sx + sw / 2)}" y="${round(baseline)}" font-size="${size}" font-weight="bold" text-anchor="middle" fill="${BOX}" stroke="#ffffff" stroke-width="5" paint-order="stroke" stroke-linejoin="round">${escapeXml(label)}</text>`
      );
    })
    .join("");
}

function barSvg({ label, probability }: SeenChart["bars"][number], y: number): string {
  const shown = label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;
  const [from, full] = [220, WIDTH - 220 - 132];
  const middle = round(y + BAR.height / 2 + BAR.text * 0.36);
  return (
    `<text x="${from - 12}" y="${middle}" font-size="${BAR.text}" text-anchor="end">${escapeXml(shown)}</text>` +
    `<rect x="${from}" y="${round(y)}" width="${full}" height="${BAR.height}" rx="5" fill="${PALE}"/>` +
    `<rect x="${from}" y="${round(y)}" width="${round(Math.max(1, full * probability))}" height="${BAR.height}" rx="5" fill="${BLUE}"/>` +
    `<text x="${WIDTH - MARGIN}" y="${middle}" font-size="${BAR.text}" text-anchor="end">${escapeXml(percent(probability))}</text>`
  );
}

/** Never "100 %": no model is that sure, and rounding is what would say so. */
export function percent(probability: number): string {
  const value = 100 * probability;
  if (value > 99.9) return "> 99.9 %";
  if (value < 0.1) return "< 0.1 %";
  return `${value.toFixed(value < 10 || value > 90 ? 1 : 0)} %`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
