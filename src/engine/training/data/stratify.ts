// Cuts groups of samples into parts so that each class has its share in every part and no group is torn apart.
import { type Random, shuffled } from "../random.js";

/** Samples that must stay together, counted as `label`'s. */
export interface Group<T> {
  readonly items: readonly T[];
  readonly label: number;
}

/**
 * Parts in proportion to `weights` (counts or fractions), in the order of the weights. Per class the largest groups go first,
 * each to the part that lacks most; where every group is one sample the counts are exact to rounding, and the rounding is spread
 * so that the totals are exact too.
 */
export function stratify<T>(groups: readonly Group<T>[], weights: readonly number[], random: Random): T[][] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const classes = new Map<number, Group<T>[]>();
  for (const group of groups) {
    const members = classes.get(group.label);
    if (members === undefined) classes.set(group.label, [group]);
    else members.push(group);
  }
  const parts: T[][] = weights.map(() => []);
  // What rounding has withheld from each part so far; the next class makes it good.
  const owed = weights.map(() => 0);
  for (const [label, members] of [...classes].sort(([a], [b]) => a - b)) {
    const order = shuffled(members, random.fork(`class/${label}`)).sort((a, b) => b.items.length - a.items.length);
    const count = order.reduce((sum, group) => sum + group.items.length, 0);
    const wished = weights.map((weight, part) => (count * weight) / total + (owed[part] ?? 0));
    const given = weights.map(() => 0);
    for (const group of order) {
      const part = largest(wished.map((wish, at) => wish - (given[at] ?? 0)));
      parts[part]?.push(...group.items);
      given[part] = (given[part] ?? 0) + group.items.length;
    }
    for (const part of owed.keys()) owed[part] = (wished[part] ?? 0) - (given[part] ?? 0);
  }
  return parts;
}

function largest(values: readonly number[]): number {
  return values.reduce((best, value, at) => (value > (values[best] ?? Number.NEGATIVE_INFINITY) ? at : best), 0);
}
