// Where a run stands at its beginning, at the beginning of a phase, and how long it has still to go.
import type { Progress } from "./checkpoint.js";
import type { Phase } from "./recipe.js";

export const FRESH_PHASE = {
  epoch: 0,
  step: 0,
  phaseStep: 0,
  waited: 0,
  optimizerSteps: 0,
  running: { loss: 0, correct: 0, images: 0, others: 0, seconds: 0 },
};

/** What identifies a run in its checkpoints. */
export type Identity = Pick<Progress, "seed" | "recipe" | "settings" | "dataVersion">;

export const NOTHING_YET: Omit<Progress, keyof Identity> = {
  v: 1,
  phase: 0,
  ...FRESH_PHASE,
  metrics: [],
  notes: [],
  seconds: 0,
  peakMemory: 0,
};

/** Steps from here to the end, if no phase ends early. */
export function stepsLeft(phases: readonly Phase[], { phase, phaseStep }: Progress): number {
  return phases.slice(phase).reduce((sum, { epochs, steps }) => sum + epochs * steps, 0) - phaseStep;
}

/** Whether an epoch is better than the best before: by accuracy, then by loss, both on validation images. */
export function isBetter(now: { accuracy: number; loss: number }, best: Progress["best"]): boolean {
  if (best === undefined || now.accuracy > best.accuracy) return true;
  return now.accuracy === best.accuracy && now.loss < best.loss;
}
