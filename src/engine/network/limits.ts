// What is refused because of its size: every bound that the reader and the counter keep, so that any text ends soon.

/** Characters of one network in the notation. */
export const LONGEST_TEXT = 50_000;

/** Characters of pasted code, of which every one costs more than in the notation. */
export const LONGEST_CODE = 20_000;

/** Brackets within brackets. */
export const DEEPEST_NESTING = 50;

/** Written layers of one network after its repeats are unrolled: ResNet-1202 has some 1,800 in the notation. */
export const MOST_LAYERS = 2_500;

/** Results that the joins of one network read, all together. */
export const MOST_JOINED = 40_000;

/** The largest number that may stand in a network (filters, sizes, units, kernels). */
export const LARGEST_NUMBER = 10_000_000;

/** Counts above this are no longer exact in a double: refused, never rounded. */
export const LARGEST_COUNT = Number.MAX_SAFE_INTEGER;
