// What the kernels are measured against: forward operations written out in double precision, and central differences of them.

export interface Geometry {
  readonly batch: number;
  /** Height and width of the input, the kernel, the stride, the dilation; zeros above, below, left and right. */
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly edges: readonly [number, number, number, number];
  readonly channels: number;
  /** Of a convolution the output's channels, of a depthwise one the maps of a channel. */
  readonly maps: number;
}

export function outputSize({ size, kernel, stride, dilation, edges }: Geometry): [number, number] {
  const along = (i: 0 | 1, around: number) =>
    Math.floor((size[i] + around - (kernel[i] - 1) * dilation[i] - 1) / stride[i]) + 1;
  return [along(0, edges[0] + edges[1]), along(1, edges[2] + edges[3])];
}

/** Zeros that TensorFlow's padding "same" puts around, the odd one below and to the right. */
export function sameEdges({ size, kernel, stride, dilation }: Omit<Geometry, "edges">): Geometry["edges"] {
  const along = (i: 0 | 1) => {
    const out = Math.ceil(size[i] / stride[i]);
    const all = Math.max(0, (out - 1) * stride[i] + (kernel[i] - 1) * dilation[i] + 1 - size[i]);
    return [Math.floor(all / 2), Math.ceil(all / 2)] as const;
  };
  return [...along(0), ...along(1)];
}

export type Forward = (x: Float64Array, filter: Float64Array) => Float64Array;

/** x [n, h, w, c], filter [kh, kw, c, maps] → [n, oh, ow, maps], or depthwise [n, oh, ow, c · maps]. */
export function convolved(geometry: Geometry, depthwise: boolean): Forward {
  const { batch, size, kernel, stride, dilation, edges, channels, maps } = geometry;
  const [oh, ow] = outputSize(geometry);
  const outputs = depthwise ? channels * maps : maps;
  return (x, filter) => {
    const out = new Float64Array(batch * oh * ow * outputs);
    for (const [n, oy, ox, ky, kx] of places(batch, oh, ow, ...kernel)) {
      const y = oy * stride[0] - edges[0] + ky * dilation[0];
      const column = ox * stride[1] - edges[2] + kx * dilation[1];
      if (y < 0 || y >= size[0] || column < 0 || column >= size[1]) continue;
      for (let c = 0; c < channels; c++) {
        const value = x[((n * size[0] + y) * size[1] + column) * channels + c] ?? 0;
        for (let map = 0; map < maps; map++) {
          const to = ((n * oh + oy) * ow + ox) * outputs + (depthwise ? c * maps + map : map);
          const weight = filter[((ky * kernel[1] + kx) * channels + c) * maps + map] ?? 0;
          out[to] = (out[to] ?? 0) + value * weight;
        }
      }
    }
    return out;
  };
}

/** The largest value of each window, x [n, h, w, c] → [n, oh, ow, c]. */
export function maxPooled(geometry: Geometry): Forward {
  const { batch, size, kernel, stride, edges, channels } = geometry;
  const [oh, ow] = outputSize(geometry);
  return (x) => {
    const out = new Float64Array(batch * oh * ow * channels).fill(Number.NEGATIVE_INFINITY);
    for (const [n, oy, ox, ky, kx] of places(batch, oh, ow, ...kernel)) {
      const [y, column] = [oy * stride[0] - edges[0] + ky, ox * stride[1] - edges[2] + kx];
      if (y < 0 || y >= size[0] || column < 0 || column >= size[1]) continue;
      for (let c = 0; c < channels; c++) {
        const to = ((n * oh + oy) * ow + ox) * channels + c;
        out[to] = Math.max(out[to] ?? 0, x[((n * size[0] + y) * size[1] + column) * channels + c] ?? 0);
      }
    }
    return out;
  };
}

function* places(...ends: readonly number[]): Generator<[number, number, number, number, number]> {
  const count = ends.reduce((product, end) => product * end, 1);
  for (let i = 0; i < count; i++) {
    let rest = i;
    const place = ends.toReversed().map((end) => {
      const at = rest % end;
      rest = Math.floor(rest / end);
      return at;
    });
    yield place.toReversed() as [number, number, number, number, number];
  }
}

/** d Σ weights · f(values) / d values[at], by central difference. */
export function slope(
  f: (values: Float64Array) => Float64Array,
  values: Float64Array,
  weights: Float64Array,
  at: number,
): number {
  const step = 1e-4;
  const moved = (by: number) => {
    const out = f(values.map((value, i) => (i === at ? value + by : value)));
    return out.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0);
  };
  return (moved(step) - moved(-step)) / (2 * step);
}

/** Numbers in [-1, 1), single precision, the same for the same seed (mulberry32). */
export function random(count: number, seed: number): Float64Array {
  let state = seed | 0;
  return Float64Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.fround(((bits ^ (bits >>> 14)) >>> 0) / 2 ** 31 - 1);
  });
}
