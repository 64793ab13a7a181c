// One pattern of the rubric language: `less parameters`, `(edge | line) > shape`, `[12] a b`, `~ a b`, `a & b`, `"exact"`, `!x`, `!!x`, `#>=100`.
import type { Item, Near } from "./rubric.js";

/** Words of one clause that may lie between the first and the last item, where the pattern says nothing else. */
const WINDOW = 8;

/** Throws an Error that says what was expected. */
export function readPattern(text: string): { parts: Near[] } {
  const parts = text.split(/\s&\s/).map(readPart);
  if (parts.some((part) => part.items.every((item) => item.absent)))
    throw new Error(`"${text}" asks for nothing that must be there`);
  return { parts };
}

function readPart(text: string): Near {
  let rest = text.trim();
  let scope: Near["scope"] = "clause";
  let window = WINDOW;
  if (rest.startsWith("~~")) [scope, window, rest] = ["answer", Number.POSITIVE_INFINITY, rest.slice(2).trim()];
  else if (rest.startsWith("~")) [scope, window, rest] = ["sentence", 40, rest.slice(1).trim()];
  const width = /^\[(\d+)\]\s*/.exec(rest);
  if (width !== null) [window, rest] = [Number(width[1]), rest.slice(width[0].length)];
  const items: Item[] = [];
  let ordered = false;
  while (rest !== "") {
    if (rest.startsWith(">")) {
      ordered = true;
      rest = rest.slice(1).trim();
      continue;
    }
    const match = /^(!!?)?(?:\(([^)]*)\)|("[^"]*")|#(>=|<=|=)?([\d.]+)|([\w-]+))\s*/.exec(rest);
    if (match === null) throw new Error(`cannot read "${rest}" in the pattern "${text}"`);
    const [whole, not, group, quoted, comparison, number, word] = match;
    const words =
      group !== undefined
        ? group
            .split("|")
            .map((each) => each.trim())
            .filter((each) => each !== "")
        : [quoted ?? word ?? ""].filter((each) => each !== "");
    items.push({
      words,
      key: words.join("|"),
      absent: not !== undefined,
      ...(not === "!!" ? { nearby: true as const } : {}),
      ordered,
      ...(number === undefined ? {} : { number: rangeOf(comparison ?? "=", Number(number)) }),
    });
    ordered = false;
    rest = rest.slice(whole.length);
  }
  return { items, window, scope };
}

/** The parts with the first direction in each replaced by its opposite; undefined where none has one. */
export function mirrorOf(parts: readonly Near[], opposites: ReadonlyMap<string, string>): readonly Near[] | undefined {
  let turned = false;
  const mirrored = parts.map((part) => ({
    ...part,
    items: part.items.map((item): Item => {
      const words = item.words.flatMap((word) => opposites.get(word) ?? []);
      if (item.absent || turned || words.length === 0) return item;
      turned = true;
      return { ...item, words, key: words.join("|") };
    }),
  }));
  return turned ? mirrored : undefined;
}

function rangeOf(comparison: string, value: number): { min: number; max: number } {
  if (comparison === ">=") return { min: value, max: Number.POSITIVE_INFINITY };
  if (comparison === "<=") return { min: Number.NEGATIVE_INFINITY, max: value };
  return { min: value, max: value };
}
