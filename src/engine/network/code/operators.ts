// Python's operators on plain values: arithmetic, lists, comparisons, truth.
import { codeError } from "./failure.js";
import { isList, type ListValue, type Value } from "./value.js";

/** Items of one list at most. */
export const LONGEST_LIST = 10_000;

/** What a range beyond LONGEST_LIST is called. */
export const LONG_RANGE = `range(…) of more than ${LONGEST_LIST.toLocaleString("en")} numbers`;

/** Why layers cannot be made once for every item of this, which is no list: `too-many-layers`, or `unreadable-code`. */
export function uncounted(over: Value, what: string, line: number): Error {
  if (typeof over === "object" && over?.kind === "unknown" && over.what === LONG_RANGE) return tooLong(line);
  return codeError(
    "unreadable-code",
    line,
    `it is not known how often this ${what} runs.`,
    "Loop over range(3) or a list, or write the layers out.",
  );
}

/** Numbers, texts and lists combined; null: not known here. */
export function combined(sign: string, left: Value, right: Value, line: number): Value | null {
  if (typeof left === "number" && typeof right === "number") return arithmetic(sign, left, right);
  if (sign === "+" && isList(left) && isList(right)) return listOf([...left.items, ...right.items], line);
  if (sign === "*" && isList(left) && typeof right === "number") {
    if (left.items.length * right > LONGEST_LIST) throw tooLong(line);
    const items: Value[] = [];
    for (let round = 0; round < right; round++) for (const item of left.items) items.push(item);
    return listOf(items, line);
  }
  return null;
}

function arithmetic(sign: string, left: number, right: number): number | null {
  switch (sign) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    case "**":
      return left ** right;
    default:
      return null;
  }
}

/** Whether `left sign right` holds; null where that is not known. */
export function compared(sign: string, left: Value, right: Value): boolean | null {
  if (sign === "is" || sign === "==") return equal(left, right);
  if (sign === "is not" || sign === "!=") return negated(equal(left, right));
  if (sign === "in" || sign === "not in") {
    if (!isList(right)) return null;
    const found = right.items.map((item) => equal(left, item));
    const holds = found.includes(true) ? true : found.includes(null) ? null : false;
    return sign === "in" ? holds : negated(holds);
  }
  if (typeof left !== "number" || typeof right !== "number") return null;
  switch (sign) {
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    default:
      return null;
  }
}

function equal(left: Value, right: Value): boolean | null {
  if (obscure(left) || obscure(right)) return null;
  if (isList(left) && isList(right)) {
    if (left.items.length !== right.items.length) return false;
    const parts = left.items.map((item, index) => plainEqual(item, right.items[index] ?? null));
    return parts.includes(false) ? false : parts.includes(null) ? null : true;
  }
  return left === right;
}

function plainEqual(left: Value, right: Value): boolean | null {
  if (obscure(left) || obscure(right) || isList(left) || isList(right)) return null;
  return left === right;
}

function negated(holds: boolean | null): boolean | null {
  return holds === null ? null : !holds;
}

/** Python's truth of a value; null where it is not known. */
export function truthOf(value: Value): boolean | null {
  if (value === null) return false;
  if (typeof value !== "object") return Boolean(value);
  if (isList(value)) return value.items.length > 0;
  return obscure(value) ? null : true;
}

function obscure(value: Value): boolean {
  return typeof value === "object" && value !== null && ["unknown", "name", "method"].includes(value.kind);
}

/** Throws `too-many-layers` beyond LONGEST_LIST items. */
export function listOf(items: Value[], line: number): ListValue {
  if (items.length > LONGEST_LIST) throw tooLong(line);
  return { kind: "list", items, line };
}

/** `too-many-layers`: a list beyond LONGEST_LIST. */
export function tooLong(line: number): Error {
  return codeError(
    "too-many-layers",
    line,
    `a list of more than ${LONGEST_LIST.toLocaleString("en")} items.`,
    "Make it shorter.",
  );
}
