// A learner's number for an exercise: right, a known slip, a missing unit, or just wrong.
import { UserError } from "../../errors.js";
import { QUANTITY, type Quantity, quantityOf } from "../grader/quantity.js";
import { type Slip, sameNumbers, slipsOf } from "./slips.js";
import type { Task } from "./task.js";

export interface Judgement {
  readonly right: boolean;
  /** All slips that lead to just this number, most likely first; empty where none does. */
  readonly slips: readonly Slip[];
  /** The number would be right with a unit, which is missing. */
  readonly unitMissing: boolean;
}

/** Rounding that is let pass, as in question 2: parameters within half a percent, memory within one. */
const TOLERANCE = { params: 0.005, memory: 0.01 } as const;

/** Of slips: closer, since several may lie near each other; three significant digits pass. */
const SLIP_TOLERANCE = 0.003;

const LONGEST = 200;

/** Throws UserError `practice-number` where the text holds no number, or several. */
export function judge(task: Task, text: string): Judgement {
  return task.kind === "params" || task.kind === "memory" ? judgeQuantity(task, text) : judgeWhole(task, text);
}

function judgeQuantity(task: Task, text: string): Judgement {
  const quantity = onlyQuantity(text);
  const right = Number(task.right);
  const memory = task.kind === "memory";
  const near = (value: number, tolerance: number): boolean =>
    Math.abs(quantity.value - value) <= tolerance * Math.abs(value);
  if (memory && quantity.dimension !== "bytes" && !near(right, TOLERANCE.memory)) {
    const unitMissing = [1e3, 1e6, 1e9, 2 ** 10, 2 ** 20, 2 ** 30].some((unit) => near(right / unit, TOLERANCE.memory));
    if (unitMissing) return { right: false, slips: [], unitMissing };
  }
  const known = slipsOf(task);
  // A slip said to the digit is a slip, even where it lies within the tolerance (a forgotten bias is often less than half a percent).
  const exact = known.filter(({ value }) => quantity.digits >= 4 && Math.round(Number(value)) === quantity.value);
  const fits = near(right, memory ? TOLERANCE.memory : TOLERANCE.params);
  if (fits && exact.length === 0) return { right: true, slips: [], unitMissing: false };
  const slips = exact.length > 0 ? exact : known.filter(({ value }) => near(Number(value), SLIP_TOLERANCE));
  return { right: false, slips, unitMissing: false };
}

/** "25×38×400" or "15", "15x15": whole numbers, exact. */
function judgeWhole(task: Task, text: string): Judgement {
  const numbers = (text.slice(0, LONGEST).match(/\d+/g) ?? []).map(Number);
  const wanted = [task.right].flat();
  const square = wanted.length === 1 && numbers.length === 2 && numbers[0] === numbers[1];
  const said = square ? numbers.slice(1) : numbers;
  if (said.length !== wanted.length)
    throw new UserError(
      "practice-number",
      said.length === 0 ? "There is no number in that." : `That has ${said.length} numbers.`,
      wanted.length === 1 ? "Write one number." : `Write ${wanted.length} numbers, such as 25×38×400.`,
    );
  if (sameNumbers(said, wanted)) return { right: true, slips: [], unitMissing: false };
  return { right: false, slips: slipsOf(task).filter(({ value }) => sameNumbers(value, said)), unitMissing: false };
}

function onlyQuantity(text: string): Quantity {
  const found: Quantity[] = [];
  // What stands behind the last "=" is the result: "(27+1)*100 = 2800".
  const result = (text.slice(0, LONGEST).toLowerCase().split(/[=≈]/).at(-1) ?? "").trim();
  for (let at = 0; at < result.length; ) {
    QUANTITY.lastIndex = at;
    const match = /[\d.]/.test(result[at] ?? "") ? QUANTITY.exec(result) : null;
    const quantity = match === null ? undefined : quantityOf(match);
    if (match !== null && quantity !== undefined) found.push(quantity);
    at += Math.max(1, match?.[0].length ?? 1);
  }
  const [first, ...others] = found;
  if (first !== undefined && others.every(({ value }) => value === first.value)) return first;
  throw new UserError(
    "practice-number",
    first === undefined ? "There is no number in that." : "That has several numbers.",
    'Write one number, such as 903,400, "12.6 MB", or an equation that ends with it.',
  );
}
