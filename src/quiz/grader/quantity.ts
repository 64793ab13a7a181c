// Numbers and units as people type them: "903,400", "903.4k", "0.9 M", "12.6 MB", "12 MiB", "5.66e8 bytes".

/** What a number measures: a bare count, bytes (already multiplied out), a share, or something else ("3 ms"). */
export type Dimension = "count" | "bytes" | "percent";

export interface Quantity {
  /** Multiplied out: 903.4k is 903,400; 12 MiB is 12,582,912 (bytes). */
  readonly value: number;
  readonly dimension: Dimension;
  /** Significant digits as written, without leading zeros: 0.9027 has four. */
  readonly digits: number;
  /** As typed, for the feedback. */
  readonly text: string;
  /** "mebi" for MiB, GiB …: a learner who writes them means powers of two. */
  readonly binary: boolean;
  /** What one of its unit counts: 1,048,576 for MiB, 1,000 for k, 1 for a bare number. */
  readonly factor: number;
  /** Written without any unit or scale. */
  readonly bare: boolean;
}

// "903,400", "903 400", "12.613.600"; "12.6", "12,6", "9.034e5", "9.034 x 10^5" ("10⁵" has lost its superscript: "105"); ".9".
const NUMBER = [
  String.raw`\d{1,3}(?:[,'\u2009\u202f ]\d{3})+(?:\.\d+)?(?!\d)`,
  String.raw`\d{1,3}(?:\.\d{3}){2,}(?!\d)`,
  String.raw`\d+(?:[.,]\d+(?![.,]?\d))?(?: ?e ?[+-]?\d+| ?[x*·] ?10(?:(?:\^|\*\*) ?[+-]?\d+|[1-9](?!\d)))?`,
  String.raw`\.\d+`,
].join("|");
const SIZES =
  "kib|mib|gib|tib|kibi ?bytes?|mebi ?bytes?|gibi ?bytes?|kb|mb|gb|tb|[kmg]i?bs|[kmgt]i?-?bytes?|kilo ?bytes?|mega ?bytes?|giga ?bytes?|megs?|gigs?|bytes?|b|octets?";
const SCALES = "k|m|mm|mil|mill|mio|mln|mn|thousand|thousands|million|millions|billion|bn|lakhs?|crores?";
const UNIT = String.raw`(?: ?-? ?(?:(${SIZES})(?![a-z])|(${SCALES})(?:\.? (?:of )?(bytes?|b)\b)?(?![a-z])|(%|percent|per cent)))?`;

/** Matches a quantity at the position of `lastIndex` (sticky). */
export const QUANTITY = new RegExp(`(${NUMBER})${UNIT}`, "y");

const SCALE: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  thousands: 1e3,
  lakh: 1e5,
  lakhs: 1e5,
  m: 1e6,
  mm: 1e6,
  mil: 1e6,
  mill: 1e6,
  mio: 1e6,
  mln: 1e6,
  mn: 1e6,
  million: 1e6,
  millions: 1e6,
  crore: 1e7,
  crores: 1e7,
  billion: 1e9,
  bn: 1e9,
};

/** Reads a match of `QUANTITY`; undefined where the digits are no number after all. */
export function quantityOf(match: RegExpExecArray): Quantity | undefined {
  const [text, digits = "", size, scale, scaledBytes, percent] = match;
  const whole = scale === undefined && percent === undefined && (size === undefined || /^(b|octet)/.test(size));
  const value = numberOf(digits, whole);
  if (!Number.isFinite(value)) return undefined;
  const common = { digits: significantDigits(digits), text: text.trim(), bare: false };
  if (percent !== undefined) return { ...common, value, dimension: "percent", binary: false, factor: 1 };
  if (size !== undefined) {
    const [factor, binary] = bytesOf(size.replace(/[\s-]/g, ""));
    return { ...common, value: value * factor, dimension: "bytes", binary, factor };
  }
  const factor = scale === undefined ? 1 : (SCALE[scale] ?? 1);
  const dimension = scaledBytes === undefined ? "count" : "bytes";
  return { ...common, value: value * factor, dimension, binary: false, factor, bare: scale === undefined };
}

/** `whole`: nothing smaller than one is counted, so "903.400" are thousands and not a decimal fraction. */
function numberOf(digits: string, whole: boolean): number {
  const compact = digits
    .replace(/\*\*/g, "^")
    .replace(/[\s\u2009\u202f']/g, "")
    .replace(/[x*·]10\^?/, "e");
  if (/^[1-9]\d{0,2}(?:\.\d{3}){2,}$/.test(compact) || (whole && /^[1-9]\d{0,2}\.\d{3}$/.test(compact)))
    return Number(compact.replace(/\./g, ""));
  // A single comma before other than three digits is a decimal comma: "12,6 MB"; so is one after a leading zero.
  const decimal = /^\d+,(?:\d{1,2}|\d{4,})(?:e.*)?$|^0,/.test(compact);
  return Number(decimal ? compact.replace(",", ".") : compact.replace(/,/g, ""));
}

function significantDigits(digits: string): number {
  return digits
    .replace(/[ex*·].*$/, "")
    .replace(/[^\d]/g, "")
    .replace(/^0+/, "").length;
}

function bytesOf(unit: string): [factor: number, binary: boolean] {
  const binary = /^(k|m|g|t)ib$|^(kibi|mebi|gibi)/.test(unit);
  const power = { k: 1, m: 2, g: 3, t: 4 }[unit[0] ?? ""];
  if (power === undefined) return [1, false];
  return [(binary ? 1024 : 1000) ** power, binary];
}
