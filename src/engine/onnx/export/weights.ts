// Weights of tfjs layers as plain arrays, in tfjs' order and as ONNX wants them.

/** A tensor's numbers, row-major. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The axes reordered: result axis i is the given axis order[i]. */
export function permute({ shape, data }: Weights, order: readonly number[]): Weights {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const result = new Float32Array(data.length);
  const sizes = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 1);
  const index = sizes.map(() => 0);
  let from = 0;
  for (let at = 0; at < result.length; at += 1) {
    result[at] = data[from] ?? 0;
    for (let axis = sizes.length - 1; axis >= 0; axis -= 1) {
      index[axis] = (index[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      if ((index[axis] ?? 0) < (sizes[axis] ?? 1)) break;
      from -= (steps[axis] ?? 0) * (sizes[axis] ?? 1);
      index[axis] = 0;
    }
  }
  return { shape: sizes, data: result };
}

/** y = x × scale + shift, one pair a channel. */
export interface Affine {
  readonly scale: Float32Array;
  readonly shift: Float32Array;
}

/**
 * Batch normalization at prediction time as one multiplication and one addition a channel:
 * scale = gamma / sqrt(variance + epsilon), shift = beta − mean × scale (Ioffe and Szegedy 2015, section 3.1).
 */
export function batchNormAffine(
  { gamma, beta, mean, variance }: Record<"gamma" | "beta" | "mean" | "variance", Float32Array | undefined>,
  epsilon: number,
): Affine {
  const channels = mean?.length ?? 0;
  const scale = new Float32Array(channels);
  const shift = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel += 1) {
    const factor = (gamma?.[channel] ?? 1) / Math.sqrt((variance?.[channel] ?? 1) + epsilon);
    scale[channel] = factor;
    shift[channel] = (beta?.[channel] ?? 0) - (mean?.[channel] ?? 0) * factor;
  }
  return { scale, shift };
}

/** A kernel whose last axes are the output channels (tfjs' order), each channel multiplied by its scale. */
export function scaleOutputs(kernel: Weights, scale: Float32Array): Weights {
  return { shape: kernel.shape, data: kernel.data.map((value, at) => value * (scale[at % scale.length] ?? 1)) };
}

export function foldBias(bias: Float32Array | undefined, { scale, shift }: Affine): Float32Array {
  return shift.map((value, channel) => (bias?.[channel] ?? 0) * (scale[channel] ?? 1) + value);
}
