// What a layer's export works with: the graph, the layer's weights and settings, and where its output goes.
// Inside the graph maps are NCHW ([N, channels, height, width]); whatever has not four axes is as in tfjs.
import type { GraphBuilder } from "../graph.js";
import { LARGEST_HALF, roundToHalf, toHalves } from "../half.js";
import type { Value } from "../value.js";
import type { Layer, LayerConfig } from "./config.js";
import type { Affine, Weights } from "./weights.js";

/** `rounded`: float32 weights with the values that float16 would keep, to check the storage by. */
export type Precision = "float32" | "float16" | "rounded";

/** Turns one layer into nodes. */
export type LayerExport = (layer: LayerToExport) => Value;

export interface LayerToExport {
  readonly layer: Layer;
  readonly name: string;
  readonly config: LayerConfig;
  readonly inputs: readonly Value[];
  /** In the order of `layer.getWeights()`, by their names without the layer's: `kernel`, `bias` … */
  readonly weights: ReadonlyMap<string, Weights>;
  readonly emit: Emitter;
  /** A batch normalization right after this layer, to be folded into its weights. */
  readonly fold?: Affine;
}

/** NHWC axis → NCHW axis, for values of four axes. */
export const CHANNELS_FIRST = [0, 3, 1, 2] as const;
export const CHANNELS_LAST = [0, 2, 3, 1] as const;

/** The builder, with weights stored in the wished precision. */
export class Emitter {
  constructor(
    readonly graph: GraphBuilder,
    private readonly precision: Precision,
  ) {}

  /**
   * Weights as a value of float32. With float16 whatever has two axes or more is stored in half the room and cast as the file
   * is loaded; biases and scales stay float32, and so do weights beyond float16's range.
   */
  weights(name: string, { shape, data }: Weights): Value {
    if (this.precision === "float32" || shape.length < 2 || data.some((value) => Math.abs(value) > LARGEST_HALF)) {
      return this.graph.constant(name, shape, data);
    }
    if (this.precision === "rounded") return this.graph.constant(name, shape, roundToHalf(data));
    const half = this.graph.constant(`${name}.float16`, shape, toHalves(data));
    return this.graph.node("Cast", name, [half], { to: 1 });
  }

  /** One number. */
  scalar(name: string, value: number): Value {
    return this.graph.constant(name, [], Float32Array.of(value));
  }

  vector(name: string, values: Float32Array, rank: number): Value {
    const shape = rank === 4 ? [1, values.length, 1, 1] : [values.length];
    return this.graph.constant(name, shape, values);
  }

  /** From our inner order to tfjs'. */
  toTfjs(name: string, value: Value): Value {
    if (value.shape.length !== 4) return value;
    return this.graph.node("Transpose", `${name}.nhwc`, [value], { perm: CHANNELS_LAST });
  }

  fromTfjs(name: string, value: Value): Value {
    if (value.shape.length !== 4) return value;
    return this.graph.node("Transpose", `${name}.nchw`, [value], { perm: CHANNELS_FIRST });
  }
}

/** tfjs' axis (negative: from the end) in our inner order. */
export function innerAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  return rank === 4 ? CHANNELS_FIRST.indexOf(positive as 0 | 1 | 2 | 3) : positive;
}
