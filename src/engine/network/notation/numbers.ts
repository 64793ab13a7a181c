// Numbers and sizes of the notation: `32`, `3x3`, `?x?x3`, read or refused with what would do.
import { networkError } from "../failure.js";
import type { Pair } from "../layer.js";
import { LARGEST_NUMBER } from "../limits.js";
import { written } from "../parameters.js";

/** `3x3` → [3, 3], `?x?x3` → [null, null, 3]. */
export function sizeOf(word: string, name: string, layer: number): (number | null)[] {
  return word.split("x").map((part) => (part === "?" ? null : wholeNumber(part, name, "size", layer)));
}

/** `2` → [2, 2], `2x1` → [2, 1]. */
export function pairOf(word: string | undefined, name: string, what: string, layer: number): Pair {
  const parts = (word ?? "").split("x");
  const [height, width = height] = parts.map((part) => wholeNumber(part, name, what, layer));
  if (parts.length > 2 || height === undefined || width === undefined)
    throw networkError(
      "bad-number",
      `The ${what} of ${name} is "${shown(word)}".`,
      `Write ${what} 2 or ${what} 2x1.`,
      layer,
    );
  return [height, width];
}

/** Throws `bad-number`, and `too-large` above LARGEST_NUMBER. */
export function wholeNumber(text: string, name: string, what: string, layer: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  if (number !== undefined && number <= LARGEST_NUMBER) return number;
  if (/^\d+$/.test(text))
    throw networkError(
      "too-large",
      `${shown(text)} is too large a number for ${name}.`,
      `Use at most ${written(LARGEST_NUMBER)}.`,
      layer,
    );
  throw networkError(
    "bad-number",
    text === ""
      ? `${name}: a number is missing for ${what}.`
      : `"${shown(text)}" is no whole number (${what} of ${name}).`,
    "Write whole numbers without commas or points, such as 64, 3x3 or /2.",
    layer,
  );
}

/** Throws `zero`. */
export function positive(pair: Pair, name: string, what: string, layer: number): Pair {
  if (pair[0] > 0 && pair[1] > 0) return pair;
  throw networkError("zero", `The ${what} of ${name} is 0.`, `Use a ${what} of at least 1.`, layer);
}

/** A person's word in a message: short, on one line. */
export function shown(word: string | undefined): string {
  const short = word ?? "";
  return short.length <= 30 ? short : `${short.slice(0, 30)}…`;
}
