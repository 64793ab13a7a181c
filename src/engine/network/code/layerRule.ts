// How one class of a library becomes layers of a graph.
import type { Layer } from "../layer.js";
import type { Size } from "../shape.js";
import type { Arguments } from "./arguments.js";
import type { Value } from "./value.js";

/** What a call such as `Conv2D(32, 3)` makes: see `LayerValue`. */
export interface MadeLayer {
  readonly type: string;
  readonly parts: readonly Layer[];
  readonly expects: number | null;
  readonly form: readonly Size[] | null;
}

export interface LayerRule {
  /** The parameters by position; others may only be given when they change nothing. */
  readonly signature: readonly string[];
  readonly make: (args: Arguments) => MadeLayer;
  /** It is called with a list of tensors. */
  readonly joins?: boolean;
}

/** One written layer with what follows it in the same call. */
export function one(
  type: string,
  layer: Layer,
  after: readonly Layer[] = [],
  expects: number | null = null,
): MadeLayer {
  return { type, parts: [layer, ...after], expects, form: null };
}

/** What is said of a dropout, where it is a share. */
export function rateOf(value: Value | undefined): { rate?: number } {
  return typeof value === "number" && value >= 0 && value < 1 ? { rate: value } : {};
}
