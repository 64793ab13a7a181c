// "Did you mean …": the nearest of some names.
import { distance } from "fastest-levenshtein";

/** Undefined where nothing is near: more than a third of the letters differ, and none starts with the other. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const short = word.slice(0, 64);
  const [best] = names
    .map((name) => ({ name, cost: short.length >= 2 && name.startsWith(short) ? 0.5 : distance(short, name) }))
    .sort((a, b) => a.cost - b.cost);
  return best !== undefined && best.cost <= Math.max(1, Math.ceil(Math.max(best.name.length, short.length) / 3))
    ? best.name
    : undefined;
}
