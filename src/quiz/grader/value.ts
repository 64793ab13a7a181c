// The numbers of an answer with every reading that they can have.
import type { Quantity } from "./quantity.js";
import type { Reading } from "./reading.js";
import type { ValuePattern } from "./rubric.js";
import type { Token } from "./tokens.js";

/** Tokens between two values that can still be a list or a choice of values. */
export const LINK = 5;

export interface Value {
  /** The token's place. */
  readonly at: number;
  readonly quantity: Quantity;
}

/** All numbers of an answer. One whose unit stands with another number has that reading too: "12.6 or 30.8 MB", "in MB: 12.6". */
export function valuesOf({ tokens }: Reading): Value[] {
  return tokens.flatMap(({ quantity }, at): Value[] => {
    if (quantity === undefined) return [];
    if (isLabelled(tokens, at)) return [{ at, quantity: { ...quantity, dimension: "count" } }];
    const unit = quantity.bare && quantity.dimension === "count" ? sharedUnit(tokens, at) : undefined;
    if (unit === undefined) return [{ at, quantity }];
    const shared: Quantity = { ...quantity, ...unit, dimension: "bytes", value: quantity.value * unit.factor };
    return [
      { at, quantity },
      { at, quantity: shared },
    ];
  });
}

/** "a) 903,400 b) 12.6 MB": the letter is the next item's, no unit. */
function isLabelled(tokens: readonly Token[], at: number): boolean {
  if (!/\d b$/.test(tokens[at]?.quantity?.text ?? "") || tokens[at + 1]?.before !== ")") return false;
  const bracket = tokens.slice(0, at + 1).findLast((token) => token.before === "(" || token.before === ")");
  return bracket?.before !== "(";
}

const UNIT_WORDS: Readonly<Record<string, { factor: number; binary: boolean }>> = {
  mb: { factor: 1e6, binary: false },
  megabytes: { factor: 1e6, binary: false },
  gb: { factor: 1e9, binary: false },
  gigabytes: { factor: 1e9, binary: false },
  kb: { factor: 1e3, binary: false },
  bytes: { factor: 1, binary: false },
  mib: { factor: 2 ** 20, binary: true },
  gib: { factor: 2 ** 30, binary: true },
};

/** "6 MB plus 3 MB plus 3.6 MB, 12.6 in total": a sum is in the unit of what was added. */
function isTotal(tokens: readonly Token[], at: number): boolean {
  const after = tokens.slice(at + 1, at + 4).map((token) => token.text);
  return after.some((text) => TOTALS.has(text)) || tokens[at]?.before === "=" || TOTALS.has(tokens[at - 1]?.text ?? "");
}

const TOTALS = new Set(["total", "totally", "altogether", "together", "overall", "sum", "makes", "gives", "equals"]);

function sharedUnit(tokens: readonly Token[], at: number): Pick<Quantity, "factor" | "binary"> | undefined {
  for (let next = at + 1; next <= at + LINK; next += 1) {
    const token = tokens[next];
    if (token === undefined || token.sentence !== tokens[at]?.sentence) break;
    if (token.quantity?.dimension === "bytes") return token.quantity;
    if (token.quantity?.bare !== true && !JOINING.has(token.text)) break;
  }
  if (isTotal(tokens, at)) {
    const summand = tokens.slice(0, at).findLast((token) => token.quantity?.dimension === "bytes");
    if (summand?.quantity !== undefined && summand.sentence === tokens[at]?.sentence) return summand.quantity;
  }
  for (let back = at - 1; back >= Math.max(0, at - 12); back -= 1) {
    const token = tokens[back];
    if (token === undefined || token.sentence !== tokens[at]?.sentence) break;
    if (token.quantity !== undefined && !token.quantity.bare) break;
    const unit = UNIT_WORDS[token.text];
    if (unit !== undefined) return unit;
  }
  return undefined;
}

/** Words that may stand in a list of values. */
export const JOINING = new Set(
  "or and to between either maybe perhaps possibly about around roughly say even rather also respectively resp then".split(
    " ",
  ),
);

/** Within the pattern's range, in its unit, written with enough digits. */
export function fits(pattern: ValuePattern, quantity: Quantity): boolean {
  if (quantity.value < pattern.min || quantity.value > pattern.max || quantity.digits < pattern.minDigits) return false;
  if (pattern.unit === "count") return quantity.dimension === "count";
  if (quantity.dimension !== "bytes") return false;
  if (pattern.unit === "bytes-binary") return quantity.binary;
  return pattern.unit === "bytes" || !quantity.binary;
}
