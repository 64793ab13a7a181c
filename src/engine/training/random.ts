// The seeded generator of everything that training draws: order, augmentation, initial weights. Its state can be saved.
// sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes PractRand and BigCrush, period at least 2^32.

/** The four words of the generator, each an unsigned 32-bit integer; as JSON it goes into a checkpoint. */
export type RandomState = readonly [a: number, b: number, c: number, counter: number];

export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Standard normal (Box–Muller; two draws a value, none kept back). */
  normal(): number;
  /** A generator of its own for `label`: depends on this one's present state and the label; this one is not advanced. */
  fork(label: string): Random;
  save(): RandomState;
}

/** The same seed gives the same numbers on every machine. */
export function seededRandom(seed: number | string): Random {
  return restoreRandom(hashWords(`seed/${seed}`));
}

/** Goes on from `save()`. */
export function restoreRandom(state: RandomState): Random {
  let [a, b, c, counter] = state;
  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  const next = (): number => word() / 2 ** 32;
  const save = (): RandomState => [a >>> 0, b >>> 0, c >>> 0, counter >>> 0];
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    between: (low, high) => low + next() * (high - low),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: (label) => restoreRandom(hashWords(`${save().join(",")}/${label}`)),
    save,
  };
}

/** A new array in random order (Fisher–Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const [here, there] = [order[last] as T, order[other] as T];
    order[last] = there;
    order[other] = here;
  }
  return order;
}

/** 128 bits of a text: four FNV-1a hashes from different offsets, each finished with murmur3's mixer. */
function hashWords(text: string): RandomState {
  const hash = (offset: number): number => {
    let value = offset;
    for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    return (value ^ (value >>> 16)) >>> 0;
  };
  return [hash(0x811c9dc5), hash(0x9e3779b9), hash(0x243f6a88), hash(0xb7e15162)];
}
