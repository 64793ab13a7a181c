// Statements of a value: the number is right, in the right unit, said of the right thing, and not one of several guesses.
import { subjectOfValue } from "./attribution.js";
import { negated } from "./binding.js";
import { isHedged, isNegated, isRetracted } from "./hedging.js";
import { findAll } from "./near.js";
import type { Reading } from "./reading.js";
import type { Claim, Rubric } from "./rubric.js";
import type { Statement } from "./statement.js";
import { fits, valuesOf } from "./value.js";

export function valueStatements(claim: Claim, reading: Reading, rubric: Rubric): Statement[] {
  if (claim.values.length === 0) return [];
  const values = valuesOf(reading);
  return claim.values.flatMap((pattern) =>
    values.flatMap((value): Statement[] => {
      if (!fits(pattern, value.quantity)) return [];
      if (
        pattern.where !== undefined &&
        !findAll(pattern.where, reading, rubric).some((found) => !negated(found, reading))
      )
        return [];
      const { at } = value;
      const subject = claim.subject === undefined ? undefined : subjectOfValue(value, values, reading, rubric);
      const otherSubject = subject !== undefined && subject !== claim.subject;
      const denied =
        otherSubject ||
        isNegated(reading, at) ||
        isRetracted(value, values, reading) ||
        isHedged(value, values, claim, reading);
      return [{ start: at, end: at, sign: denied ? -1 : 1, otherSubject, subject, source: pattern.source }];
    }),
  );
}
