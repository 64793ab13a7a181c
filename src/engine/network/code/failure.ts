// What is wrong with pasted code: named with its line.
import { type NetworkError, networkError } from "../failure.js";

/** `line` counts the pasted text's lines from 1; `what` goes on after "Line N: ". */
export function codeError(
  code: string,
  line: number,
  what: string,
  fix: string,
  layer: number | null = null,
): NetworkError {
  return networkError(code, `Line ${line}: ${what}`, fix, layer);
}
