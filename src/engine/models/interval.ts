// How sure a share is that was measured on a sample.
import type { Interval } from "./model.js";

/** Of the normal distribution, for 95 %. */
const Z = 1.959964;

/**
 * Wilson's score interval, 95 %, of `successes` out of `n`: honest near 0 and 1, where the usual ± reaches beyond them.
 * Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927). Of nothing (`n` 0) it is 0 to 1.
 */
export function wilson(successes: number, n: number): Interval {
  if (!Number.isInteger(successes) || !Number.isInteger(n) || successes < 0 || successes > n) {
    throw new RangeError(`${successes} out of ${n} is no share.`);
  }
  if (n === 0) return { value: 0, low: 0, high: 1 };
  const share = successes / n;
  const weight = 1 + Z ** 2 / n;
  const centre = (share + Z ** 2 / (2 * n)) / weight;
  const half = (Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2))) / weight;
  // At the ends the bounds are exactly 0 and 1; rounding must not say otherwise.
  return { value: share, low: successes === 0 ? 0 : centre - half, high: successes === n ? 1 : centre + half };
}
