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
}

const NUMBER = String.raw`\d{1,3}(?:[,'\u2009\u202f ]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.,]\d+)?(?:\s?(?:e|x\s?10\^?)\s?[+-]?\d+)?|\.\d+`;
const UNIT = String.raw`(?:\s?-?\s?(?:(kib|mib|gib|tib|kibi\s?bytes?|mebi\s?bytes?|gibi\s?bytes?|kb|mb|gb|tb|kilo\s?bytes?|mega\s?bytes?|giga\s?bytes?|bytes?|b|octets?)(?![a-z])|(k|m|mm|mil|mio|mn|thousand|million|millions|billion|bn)(?:\s(bytes?)\b)?(?![a-z])|(%|percent|per\scent)))?`;

/** Matches a quantity at the position of `lastIndex` (sticky). */
export const QUANTITY = new RegExp(`(${NUMBER})${UNIT}`, "y");

const SCALE: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mm: 1e6,
  mil: 1e6,
  mio: 1e6,
  mn: 1e6,
  million: 1e6,
  millions: 1e6,
  billion: 1e9,
  bn: 1e9,
};

/** Reads a match of `QUANTITY`; undefined where the digits are no number after all. */
export function quantityOf(match: RegExpExecArray): Quantity | undefined {
  const [text, digits = "", size, scale, scaledBytes, percent] = match;
  const value = numberOf(digits);
  if (!Number.isFinite(value)) return undefined;
  const common = { digits: significantDigits(digits), text: text.trim() };
  if (percent !== undefined) return { ...common, value, dimension: "percent", binary: false };
  if (size !== undefined) {
    const [factor, binary] = bytesOf(size.replace(/\s/g, ""));
    return { ...common, value: value * factor, dimension: "bytes", binary };
  }
  const factor = scale === undefined ? 1 : (SCALE[scale] ?? 1);
  return { ...common, value: value * factor, dimension: scaledBytes === undefined ? "count" : "bytes", binary: false };
}

function numberOf(digits: string): number {
  const compact = digits.replace(/[\s\u2009\u202f']/g, "").replace(/x10\^?/, "e");
  // A single comma before other than three digits is a decimal comma: "12,6 MB".
  const decimal = /^\d+,\d{1,2}$|^\d+,\d{4,}$/.test(compact) ? compact.replace(",", ".") : compact.replace(/,/g, "");
  return Number(decimal);
}

function significantDigits(digits: string): number {
  return digits
    .replace(/(e|x).*$/, "")
    .replace(/[^\d]/g, "")
    .replace(/^0+/, "").length;
}

function bytesOf(unit: string): [factor: number, binary: boolean] {
  const binary = /^(k|m|g|t)ib$|^(kibi|mebi|gibi)/.test(unit);
  const power = { k: 1, m: 2, g: 3, t: 4 }[unit[0] ?? ""];
  if (power === undefined) return [1, false];
  return [(binary ? 1024 : 1000) ** power, binary];
}
