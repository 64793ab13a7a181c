// Statements of a value: the number is right, in the right unit, said of the right thing, and not one of several guesses.

import type { Statement } from "./match.js";
import { findAll, negated } from "./near.js";
import type { Quantity } from "./quantity.js";
import type { Reading } from "./reading.js";
import type { Claim, Rubric, ValuePattern } from "./rubric.js";
import { subjectOf } from "./subject.js";

/** Two values closer than this share are one value written twice ("12.6 MB or 12.03 MiB"). */
const SAME_VALUE = 0.012;

export function valueStatements(claim: Claim, reading: Reading, rubric: Rubric): Statement[] {
  return claim.values.flatMap((pattern) =>
    reading.tokens.flatMap(({ quantity }, at): Statement[] => {
      if (quantity === undefined || !fits(pattern, quantity)) return [];
      if (
        pattern.where !== undefined &&
        !findAll(pattern.where, reading, rubric).some((found) => !negated(found, reading))
      )
        return [];
      const subject = claim.subject === undefined ? undefined : subjectOf(reading, rubric, at, at);
      const otherSubject = subject !== undefined && subject !== claim.subject;
      const denied = otherSubject || hedged(reading, at, quantity) || isNegated(reading, at);
      return [{ start: at, end: at, sign: denied ? -1 : 1, otherSubject, subject, source: pattern.source }];
    }),
  );
}

function fits(pattern: ValuePattern, quantity: Quantity): boolean {
  if (quantity.value < pattern.min || quantity.value > pattern.max || quantity.digits < pattern.minDigits) return false;
  if (pattern.unit === "count") return quantity.dimension === "count";
  if (quantity.dimension !== "bytes") return false;
  if (pattern.unit === "bytes-binary") return quantity.binary;
  return pattern.unit === "bytes" || !quantity.binary;
}

function isNegated(reading: Reading, at: number): boolean {
  return reading.negations.filter((negation) => negation.from <= at && at <= negation.to).length % 2 === 1;
}

/** "903,400 or 8,006,700", "12.6 MB, maybe 30 MB": another value of its kind offered beside it as an alternative. */
function hedged(reading: Reading, at: number, quantity: Quantity): boolean {
  const { tokens } = reading;
  const sentence = tokens[at]?.sentence;
  return tokens.some((token, other) => {
    const rival = token.quantity;
    if (rival === undefined || other === at || token.sentence !== sentence || rival.dimension !== quantity.dimension)
      return false;
    if (Math.abs(rival.value - quantity.value) <= SAME_VALUE * Math.max(rival.value, quantity.value)) return false;
    if (rival.value < quantity.value / 50 || rival.value > quantity.value * 50) return false;
    const [low, high] = other < at ? [other, at] : [at, other];
    if (high - low > 8) return false;
    const between = tokens.slice(low + 1, high);
    if (between.some((each) => each.quantity !== undefined && each.quantity.dimension !== quantity.dimension))
      return false;
    const joined = between.some((each) => HEDGES.has(each.text)) || tokens[high]?.before === "/";
    // "12.6 MB, or 14.1 MB if all maps are kept" states a condition, not a doubt.
    const condition = tokens.slice(low, Math.min(tokens.length, high + 8)).some((each) => CONDITIONS.has(each.text));
    return joined && !condition;
  });
}

const HEDGES = new Set(["or", "maybe", "perhaps", "either", "possibly", "else"]);
const CONDITIONS = new Set([
  "if",
  "when",
  "with",
  "without",
  "including",
  "counting",
  "keeping",
  "plus",
  "excluding",
  "assuming",
  "depending",
]);
