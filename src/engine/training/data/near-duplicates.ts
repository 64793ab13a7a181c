// Which pictures are the same, or nearly: by perceptual hash, confirmed on pixels, joined by union-find.

export interface Fingerprint {
  /** SHA-256, hex, of the file. */
  readonly content: string;
  /** 64-bit difference hash, as two 32-bit words. */
  readonly hash: readonly [number, number];
  /** THUMBNAIL × THUMBNAIL grey bytes. */
  readonly thumbnail: Uint8Array;
}

export const THUMBNAIL = 32;
/** dHash: 8 rows of 9 samples. */
export const HASH_SIZE = { width: 9, height: 8 } as const;
/** Differing bits up to which two pictures are compared by pixels; Krawetz, "Kind of Like That" (2013), names 10 of 64. */
const NEAR_BITS = 10;
/** Correlation of the thumbnails from which two pictures are one: resized, recompressed, brightened or a little cropped. */
export const NEAR_CORRELATION = 0.96;
/** Pictures up to which all pairs are compared: 40,000² / 2 pairs take a few seconds. */
export const MOST_COMPARED = 40_000;

/** `samples`: 9 × 8 grey bytes. Bit 1 where a sample is brighter than its right neighbour (Krawetz 2013). */
export function differenceHash(samples: Uint8Array): [number, number] {
  const words: [number, number] = [0, 0];
  for (let row = 0; row < 8; row++) {
    for (let column = 0; column < 8; column++) {
      const at = row * HASH_SIZE.width + column;
      const bit = (samples[at] ?? 0) > (samples[at + 1] ?? 0) ? 1 : 0;
      const word = row < 4 ? 0 : 1;
      words[word] = ((words[word] << 1) | bit) >>> 0;
    }
  }
  return words;
}

/** Group of each picture: the least index that it is joined with, its own where it is alone. */
export function nearDuplicates(pictures: readonly Fingerprint[]): Int32Array {
  const parent = Int32Array.from(pictures.keys());
  const root = (at: number): number => {
    let here = at;
    while (parent[here] !== here) {
      parent[here] = parent[parent[here] ?? here] ?? here;
      here = parent[here] ?? here;
    }
    return here;
  };
  const join = (a: number, b: number): void => {
    const [first, second] = [root(a), root(b)];
    parent[Math.max(first, second)] = Math.min(first, second);
  };
  const byContent = new Map<string, number>();
  for (const [at, { content }] of pictures.entries()) {
    const same = byContent.get(content);
    if (same === undefined) byContent.set(content, at);
    else join(same, at);
  }
  if (pictures.length <= MOST_COMPARED) comparePairs(pictures, root, join);
  return parent.map((_, at) => root(at));
}

function comparePairs(
  pictures: readonly Fingerprint[],
  root: (at: number) => number,
  join: (a: number, b: number) => void,
): void {
  const high = Uint32Array.from(pictures, ({ hash }) => hash[0]);
  const low = Uint32Array.from(pictures, ({ hash }) => hash[1]);
  for (let a = 0; a < pictures.length; a++) {
    const [upper, lower] = [high[a] ?? 0, low[a] ?? 0];
    for (let b = a + 1; b < pictures.length; b++) {
      if (bits(upper ^ (high[b] ?? 0)) + bits(lower ^ (low[b] ?? 0)) > NEAR_BITS) continue;
      const [one, other] = [pictures[a], pictures[b]];
      if (one === undefined || other === undefined || root(a) === root(b)) continue;
      if (correlation(one.thumbnail, other.thumbnail) >= NEAR_CORRELATION) join(a, b);
    }
  }
}

function bits(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Pearson's; two even surfaces are alike when their brightness is (a few levels), else not. */
export function correlation(a: Uint8Array, b: Uint8Array): number {
  const count = a.length;
  let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
  for (let at = 0; at < count; at++) {
    const [x, y] = [a[at] ?? 0, b[at] ?? 0];
    sumA += x;
    sumB += y;
    squareA += x * x;
    squareB += y * y;
    product += x * y;
  }
  const [spreadA, spreadB] = [squareA - sumA ** 2 / count, squareB - sumB ** 2 / count];
  const even = count * EVEN_VARIANCE;
  if (spreadA < even || spreadB < even) {
    return spreadA < even && spreadB < even && Math.abs(sumA - sumB) / count < 4 ? 1 : 0;
  }
  return (product - (sumA * sumB) / count) / Math.sqrt(spreadA * spreadB);
}

/** Grey levels squared; below it a thumbnail shows nothing but noise. */
const EVEN_VARIANCE = 4;
