// A data set in memory with more training pictures behind its own.
import type { DataSet, Sample, SharedPixels } from "./data-set.js";

export type InMemory = SharedPixels & { readonly offsets: ReadonlyMap<string, number> };

export interface Fresh {
  readonly sample: Sample;
  /** As large as the data set's own. */
  readonly pixels: Uint8Array;
}

/** The same name, labels and version; the memory is a new one that begins with the old. */
export function withFresh(data: DataSet, source: InMemory, fresh: readonly Fresh[]): DataSet {
  const { height, width, channels } = source;
  const area = height * width * channels;
  const bytes = new Uint8Array(source.memory);
  const memory = new SharedArrayBuffer(bytes.length + fresh.length * area);
  const all = new Uint8Array(memory);
  all.set(bytes);
  const offsets = new Map(source.offsets);
  for (const [at, { sample, pixels }] of fresh.entries()) {
    all.set(pixels, bytes.length + at * area);
    offsets.set(sample.id, bytes.length + at * area);
  }
  return {
    ...data,
    splits: { ...data.splits, train: [...data.splits.train, ...fresh.map(({ sample }) => sample)] },
    source: { ...source, memory, offsets },
    async read({ id }) {
      const at = offsets.get(id);
      if (at === undefined) throw new RangeError(`no sample ${id} in ${data.name}`);
      return { data: all.subarray(at, at + area), height, width, channels };
    },
  };
}
