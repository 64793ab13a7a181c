// The numbers among a layer's words: filters, kernel, units, output padding, and what is wrong with them.
import { networkError } from "../failure.js";
import type { Padding, Pair } from "../layer.js";
import { positive, shown } from "./numbers.js";
import type { Options } from "./words.js";

/** FILTERS and the kernel; `conv 3x3 64` is understood too. */
export function filtersAndKernel(
  name: string,
  { sizes }: Options,
  form: string,
  layer: number,
): { filters: number; kernel: Pair } {
  const [first, second] = sizes;
  const swapped = first?.length === 2 && second?.length === 1;
  const [count, window] = swapped ? [second, first] : [first, second];
  if (sizes.length > 2) throw tooManyNumbers(name, sizes, form, layer);
  const filters = count?.[0];
  if (filters === undefined || filters === null || count?.length !== 1)
    throw networkError(
      "number-missing",
      `${name} does not say how many filters it has.`,
      `The form is: ${form}.`,
      layer,
    );
  if (filters === 0) throw networkError("zero", `${name} has 0 filters.`, "Use at least 1 filter.", layer);
  return { filters, kernel: kernelOf(window, name, layer) ?? [3, 3] };
}

/** `3x3` or nothing. */
export function onlyKernel(name: string, { sizes }: Options, form: string, layer: number): Pair | undefined {
  if (sizes.length > 1) throw tooManyNumbers(name, sizes, form, layer);
  return kernelOf(sizes[0], name, layer);
}

function kernelOf(size: readonly (number | null)[] | undefined, name: string, layer: number): Pair | undefined {
  if (size === undefined) return undefined;
  const [height, width = height] = size;
  if (size.length > 2 || typeof height !== "number" || typeof width !== "number")
    throw networkError("bad-number", `The size of ${name} is ${writtenSize(size)}.`, "Write it as 3x3 or 3.", layer);
  return positive([height, width], name, "size", layer);
}

/** One number of at least 1. */
export function onlyNumber(name: string, { sizes }: Options, what: string, form: string, layer: number): number {
  const [size] = sizes;
  if (sizes.length > 1) throw tooManyNumbers(name, sizes, form, layer);
  const number = size?.[0];
  if (typeof number !== "number" || size?.length !== 1)
    throw networkError("number-missing", `${name} needs one number (${what}).`, `The form is: ${form}.`, layer);
  if (number === 0) throw networkError("zero", `${name} 0 would be nothing.`, `Use ${what} of at least 1.`, layer);
  return number;
}

/** Throws where a number stands. */
export function noSizes(name: string, { sizes }: Options, form: string, layer: number): void {
  if (sizes.length > 0) throw tooManyNumbers(name, sizes, form, layer);
}

function tooManyNumbers(name: string, sizes: Options["sizes"], form: string, layer: number): Error {
  const found = sizes.map(writtenSize).slice(0, 5).join(", ");
  return networkError(
    "too-many-numbers",
    `${name} does not take ${found}.`,
    `The form is: ${form}. Write 1024 without a comma.`,
    layer,
  );
}

function writtenSize(size: readonly (number | null)[]): string {
  return shown(size.map((side) => side ?? "?").join("x"));
}

/** Padding of a transposed convolution's output: below the stride, and with `pad N` only. */
export function outpadOf(
  options: Options,
  { stride, padding }: { stride: Pair; padding: Padding },
  layer: number,
): Pair {
  const { outpad = [0, 0] } = options;
  if (options.outpad === undefined) return outpad;
  if (typeof padding === "string")
    throw networkError(
      "outpad-without-pad",
      `outpad goes with pad N, not with '${padding}'.`,
      "Write pad N as well, such as pad 1 outpad 1.",
      layer,
    );
  if (outpad[0] < stride[0] && outpad[1] < stride[1]) return outpad;
  throw networkError(
    "outpad-too-large",
    `outpad ${outpad.join("x")} is not smaller than the stride ${stride.join("x")}.`,
    `Use an outpad of at most ${stride.map((step) => step - 1).join("x")}.`,
    layer,
  );
}
