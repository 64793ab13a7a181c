// The training loop: phases, epochs, steps; validation, early stopping, averages; checkpoints between, and the way back from one.
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs-core";
import type { Checkpoint, Progress } from "./checkpoint.js";
import { NO_CLASS } from "./data/data-set.js";
import { evaluate } from "./evaluation.js";
import { refuseNotFinite } from "./not-finite.js";
import { beginPhase, type PhaseWork, restorePhase, tensorsOf } from "./phase-work.js";
import { FRESH_PHASE, type Identity, isBetter, NOTHING_YET, stepsLeft } from "./progress.js";
import type { Phase, Plan } from "./recipe.js";
import type { EpochMetrics, RunEvent } from "./run.js";
import { gradientOf } from "./step.js";
import { readWeights, type Weight, type WeightValues, writeWeights } from "./weights.js";

/** A checkpoint is written at the end of an epoch, and within one when this many seconds went by without. */
const CHECKPOINT_EVERY = 300;
/** Seconds between two `step` events. */
const STEP_EVENT_EVERY = 0.25;

export interface Training {
  readonly plan: Plan;
  readonly classes: number;
  /** What identifies the run in its checkpoints. */
  readonly identity: Identity;
  /** Where to go on. */
  readonly from?: Checkpoint;
  emit(event: RunEvent): void;
  /** Writes it safely and @returns its path. */
  save(checkpoint: Checkpoint): Promise<string>;
  /** Aborted: the step that runs is finished, a checkpoint is written, and the training ends. */
  readonly signal: AbortSignal;
}

export interface Trained {
  readonly finished: boolean;
  readonly progress: Progress;
}

/** Trains all phases; at the end the model has the weights of its best epoch. Nothing of the test split is looked at. */
export async function train(training: Training): Promise<Trained> {
  const run = new Run(training);
  return run.all();
}

/** One run's mutable state, all of which goes into a checkpoint. */
class Run {
  readonly #training: Training;
  readonly #startedAt = performance.now();
  #progress: Progress;
  #best: readonly WeightValues[];
  #savedAt = performance.now();
  #toldAt = 0;
  #stepsHere = 0;

  constructor(training: Training) {
    this.#training = training;
    this.#progress = training.from?.progress ?? { ...NOTHING_YET, ...training.identity };
    this.#best = training.from?.tensors.best ?? [];
  }

  async all(): Promise<Trained> {
    const { phases } = this.#training.plan;
    for (let index = this.#progress.phase; index < phases.length; index++) {
      const phase = phases[index];
      if (phase === undefined) throw new Error(`no phase ${index}`);
      if (index !== this.#progress.phase) this.#update({ ...FRESH_PHASE, phase: index });
      if (!(await this.#phase(phase))) return { finished: false, progress: this.#progress };
    }
    return { finished: true, progress: this.#progress };
  }

  /** @returns whether it went to its end */
  async #phase(phase: Phase): Promise<boolean> {
    const { plan, from, emit } = this.#training;
    // A run that goes on behind this phase needs nothing of it but its weights.
    if (!this.#isOver(phase)) await phase.prepare?.();
    emit({ type: "phase", phase: phase.name, what: phase.what, steps: phase.epochs * phase.steps });
    const work = beginPhase(phase, plan.phases.slice(0, this.#progress.phase));
    try {
      await this.#addToBest(work.learned);
      if (from?.progress.phase === this.#progress.phase) restorePhase(work, from);
      while (!this.#isOver(phase)) {
        if (!(await this.#epoch(work))) return false;
      }
      this.#noteEarlyStop(phase);
      if (this.#best.length > 0) writeWeights(work.learned, this.#best);
      return true;
    } finally {
      work.dispose();
    }
  }

  /** The best so far was made before these layers learned: it has their initial values. */
  async #addToBest(learned: readonly Weight[]): Promise<void> {
    if (this.#best.length === 0) return;
    const known = new Set(this.#best.map(({ name }) => name));
    this.#best = [...this.#best, ...(await readWeights(learned.filter(({ name }) => !known.has(name))))];
  }

  async #epoch(work: PhaseWork): Promise<boolean> {
    const { phase, weights, optimizer, average } = work;
    const { signal } = this.#training;
    const epoch = this.#progress.epoch + 1;
    let before = performance.now();
    for await (const batch of phase.train(epoch, this.#progress.step)) {
      const { phaseStep, limit } = this.#progress;
      const rate = phase.learningRate(phaseStep);
      const result = await gradientOf({ phase, weights, step: phaseStep }, batch, limit ?? Number.POSITIVE_INFINITY);
      try {
        await refuseNotFinite(result, weights, { step: phaseStep + 1, rate, phase: phase.name });
        optimizer.step(result.gradients, rate);
      } finally {
        tf.dispose(result.gradients);
      }
      average.update(phaseStep);
      this.#noteLimit(result.limit, batch.labels.length);
      const now = performance.now();
      const { running } = this.#progress;
      this.#update({
        step: this.#progress.step + 1,
        phaseStep: phaseStep + 1,
        running: {
          loss: running.loss + result.loss * batch.labels.length,
          correct: running.correct + result.correct,
          images: running.images + batch.labels.length,
          others: running.others + batch.labels.filter((label) => label === NO_CLASS).length,
          seconds: running.seconds + (now - before) / 1000,
        },
        seconds: this.#progress.seconds + (now - before) / 1000,
        peakMemory: Math.max(this.#progress.peakMemory, process.resourceUsage().maxRSS * 1024),
      });
      before = now;
      this.#stepsHere += 1;
      this.#tellStep(phase, epoch);
      // Some backends answer without a turn of the event loop; signals, messages and batches need one.
      await setImmediate();
      if (signal.aborted) {
        await this.#save(work, epoch);
        return false;
      }
      if (this.#isLate(phase)) break;
      if ((now - this.#savedAt) / 1000 > CHECKPOINT_EVERY) await this.#save(work, epoch);
    }
    await this.#endEpoch(work);
    return !signal.aborted;
  }

  async #endEpoch(work: PhaseWork): Promise<void> {
    const { phase, learned, average } = work;
    const { running, metrics, best, waited, phaseStep } = this.#progress;
    const before = performance.now();
    const restore = average.swapIn();
    const validation = await evaluate(phase.part, phase.validation(), this.#training.classes);
    const line: EpochMetrics = {
      phase: phase.name,
      epoch: metrics.length + 1,
      learningRate: phase.learningRate(Math.max(0, phaseStep - 1)),
      loss: running.loss / running.images,
      accuracy: running.correct / Math.max(1, running.images - running.others),
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
      seconds: running.seconds + (performance.now() - before) / 1000,
      imagesPerSecond: running.images / running.seconds,
    };
    const isBest = isBetter(validation, best);
    if (isBest) this.#best = await readWeights(learned);
    restore();
    this.#update({
      epoch: this.#progress.epoch + 1,
      step: 0,
      running: NOTHING_YET.running,
      metrics: [...metrics, line],
      best: isBest ? { accuracy: validation.accuracy, loss: validation.loss, epoch: line.epoch } : best,
      waited: isBest ? 0 : waited + 1,
      seconds: this.#progress.seconds + (performance.now() - before) / 1000,
    });
    this.#training.emit({ type: "epoch", ...line });
    await this.#save(work, line.epoch);
  }

  async #save(work: PhaseWork, epoch: number): Promise<void> {
    this.#update({ optimizerSteps: work.optimizer.steps });
    const tensors = await tensorsOf(work, this.#best);
    const file = await this.#training.save({ progress: this.#progress, tensors });
    this.#savedAt = performance.now();
    this.#training.emit({ type: "checkpoint", epoch, file });
  }

  #isOver(phase: Phase): boolean {
    const { epochs, patience } = phase;
    const { epoch, waited } = this.#progress;
    return epoch >= epochs || (patience !== undefined && waited >= patience) || this.#isLate(phase);
  }

  #isLate({ seconds = Number.POSITIVE_INFINITY }: Phase): boolean {
    return this.#progress.epoch > 0 && this.#progress.seconds >= seconds;
  }

  #noteEarlyStop(phase: Phase): void {
    const { name, epochs, patience, seconds } = phase;
    const { epoch } = this.#progress;
    if (this.#isLate(phase)) {
      this.#note("time-over", `Phase ${name} ended in epoch ${epoch} of ${epochs}: its ${seconds} seconds were over.`);
      return;
    }
    if (epoch >= epochs) return;
    this.#note(
      "stopped-early",
      `Phase ${name} ended after ${epoch} of ${epochs} epochs: ${patience} without a better validation accuracy.`,
    );
  }

  #noteLimit(limit: number, images: number): void {
    if (limit === (this.#progress.limit ?? Number.POSITIVE_INFINITY)) return;
    this.#update({ limit });
    const pieces = Math.ceil(images / limit);
    this.#note(
      "batch-halved",
      `Memory did not suffice for a batch of ${images}: it is computed in ${pieces} pieces of at most ${limit} images whose ` +
        "gradients are added up, so that a step is still that of the whole batch (batch normalization sees the pieces).",
    );
  }

  #note(code: string, message: string): void {
    this.#update({ notes: [...this.#progress.notes, { code, message }] });
    this.#training.emit({ type: "note", code, message });
  }

  #tellStep(phase: Phase, epoch: number): void {
    const { step, running } = this.#progress;
    const now = performance.now();
    if ((now - this.#toldAt) / 1000 < STEP_EVENT_EVERY && step < phase.steps) return;
    this.#toldAt = now;
    const left = stepsLeft(this.#training.plan.phases, this.#progress);
    this.#training.emit({
      type: "step",
      phase: phase.name,
      epoch,
      step,
      steps: phase.steps,
      loss: running.loss / running.images,
      imagesPerSecond: running.images / running.seconds,
      secondsLeft: (left * (now - this.#startedAt)) / 1000 / this.#stepsHere,
    });
  }

  #update(change: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...change };
  }
}
