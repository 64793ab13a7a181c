// Which statements of a claim an answer makes, for it (+) or against it (−).
import { type Found, negated } from "./binding.js";
import { findAll } from "./near.js";
import type { Reading } from "./reading.js";
import type { Claim, Near, Pattern, Rubric } from "./rubric.js";
import type { Statement } from "./statement.js";
import { subjectOf } from "./subject.js";
import { takesBack } from "./taking-back.js";
import { valueStatements } from "./values.js";

export function statementsOf(claim: Claim, reading: Reading, rubric: Rubric): Statement[] {
  const statements = claim.patterns.flatMap((pattern) => patternStatements(pattern, claim, reading, rubric));
  return [...statements, ...valueStatements(claim, reading, rubric)];
}

function patternStatements(pattern: Pattern, claim: Claim, reading: Reading, rubric: Rubric): Statement[] {
  const variants: { parts: readonly Near[]; sign: 1 | -1 }[] = [{ parts: pattern.parts, sign: pattern.sign }];
  if (pattern.mirrored !== undefined) variants.push({ parts: pattern.mirrored, sign: pattern.sign === 1 ? -1 : 1 });
  return variants.flatMap(({ parts, sign }) => {
    const [head, ...others] = parts;
    if (head === undefined) return [];
    for (const other of others) {
      const said = findAll(other, reading, rubric).some((found) => !negated(found, reading));
      if (!said) return [];
    }
    return findAll(head, reading, rubric).flatMap((found) => {
      const statement = judge(found, sign, claim, reading, rubric, pattern.source);
      return statement === undefined ? [] : [statement];
    });
  });
}

/** The sign of what was found, after negation and subject. Undefined where it says nothing of this claim. */
function judge(
  found: Found,
  sign: 1 | -1,
  claim: Claim,
  reading: Reading,
  rubric: Rubric,
  source: string,
): Statement | undefined {
  let result = negated(found, reading) ? -sign : sign;
  const subject = claim.subject === undefined ? undefined : subjectOf(reading, rubric, found.start, found.end);
  const other = claim.subject !== undefined && subject !== undefined && subject !== claim.subject;
  if (claim.named && subject === undefined) return undefined;
  if (other && rubric.subjects.kind === "sides") result = -result;
  if (other && rubric.subjects.kind === "names") result = -1;
  const retracts = takesBack(reading.tokens, found.start);
  const tight = reading.tokens[found.start]?.segment === reading.tokens[found.end]?.segment;
  return {
    start: found.start,
    end: found.end,
    sign: result > 0 ? 1 : -1,
    otherSubject: other,
    retracts,
    tight,
    subject,
    source,
  };
}
