// Learning-rate schedules: the rate of a step, a pure function of the step's number, so that a resumed run has the same one.

/** Learning rate of a step, counted from 0. */
export type Schedule = (step: number) => number;

/** The same rate at every step. */
export function constant(rate: number): Schedule {
  return () => rate;
}

/**
 * Linear warm-up from 0 over the first `warmUp` steps, then half a cosine from `peak` down to `end`
 * (Loshchilov & Hutter 2017, one period). Steps past the last keep the last one's rate.
 */
export function cosineWithWarmUp(options: { peak: number; steps: number; warmUp?: number; end?: number }): Schedule {
  const { peak, steps, warmUp = 0, end = 0 } = options;
  return (step) => {
    if (step < warmUp) return (peak * (step + 1)) / warmUp;
    const done = Math.min(1, (step - warmUp) / Math.max(1, steps - 1 - warmUp));
    return end + (peak - end) * cosineFall(done);
  };
}

/**
 * One cycle (Smith & Topin 2018, with the cosine flanks of fast.ai): from peak/25 up to `peak` over the first `rise` (0.3) of
 * the steps, then down to peak/10,000.
 */
export function oneCycle(options: { peak: number; steps: number; rise?: number }): Schedule {
  const { peak, steps, rise = 0.3 } = options;
  const top = Math.max(1, Math.round(steps * rise));
  const start = peak / 25;
  const end = peak / 10_000;
  return (step) => {
    if (step < top) return peak - (peak - start) * cosineFall(step / top);
    return end + (peak - end) * cosineFall(Math.min(1, (step - top) / Math.max(1, steps - 1 - top)));
  };
}

/** Falls from 1 to 0 while `done` goes from 0 to 1. */
function cosineFall(done: number): number {
  return (1 + Math.cos(Math.PI * done)) / 2;
}
