// What a worker starts for a run, and what it asks when one has succeeded: both may be another's.
import type { RunDescription } from "../training/run.js";
import type { RunningRun } from "../training/start-run.js";
import type { GateReport, QueuedRun, RunResult } from "./run.js";

/**
 * Starts a run in a process of its own: `cancel()` asks it to end within a batch, a second `cancel()` kills it, and the last event is
 * `finished` or `stopped`. `startRun` of the trainer is one; the arena has another, by `startProcess`. With
 * the folder `description.device` locked while it computes (lock.ts), no two ever compute on one device.
 */
export type Runner = (description: RunDescription, run: QueuedRun) => RunningRun;

/** Called once more about the same run where a worker died in between. What it throws leaves the run to be judged again. */
export type Decided = (run: QueuedRun, gate: GateReport) => Promise<void>;

/**
 * Measures a candidate against the model in service and carries its verdict out: only here a queued run changes what is in service.
 * Called again for the same result where a worker died in between. `signal`: the run is being cancelled, or the worker ends;
 * reject then, and nothing may be promoted afterwards.
 */
export type Judge = (run: QueuedRun, result: RunResult, signal: AbortSignal) => Promise<GateReport>;
