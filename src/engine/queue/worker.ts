// A worker: takes one run after the other for one device of this machine, until it is told to end.
import { hostname } from "node:os";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../../errors.js";
import type { Joining } from "../corrections/joining.js";
import { startRun } from "../training/start-run.js";
import { carry, clearExtras } from "./carry.js";
import type { WorkQueue } from "./queue.js";
import type { Decided, Judge, Runner } from "./runner.js";
import type { WorkerLog } from "./watch.js";

export interface WorkerOptions {
  readonly queue: WorkQueue;
  readonly log: WorkerLog;
  /** Absolute folder of a community's models; each machine may have its own. */
  registryFor(community: string): string;
  /** Where the runs' folders are; shared between machines, a run that moves goes on from its checkpoint. */
  readonly runsFolder: string;
  /** One of several devices of this machine, such as `gpu1`; without it the machine is one device. */
  readonly device?: string;
  /** By default the trainer. */
  readonly train?: Runner;
  /** Entries of the arena; without it they fail here. */
  readonly arena?: Runner;
  /** Without it every model stays a candidate. */
  readonly judge?: Judge;
  /** Told what the gate decided, before the run is over. */
  readonly decided?: Decided;
  /** Without it nobody's corrections are trained on. */
  readonly joining?: Joining;
}

export interface Worker {
  /** As leases and runs name it. */
  readonly device: string;
  /** Takes no more runs, has the one that runs save a checkpoint, and hands it back: within 10 s. */
  stop(): Promise<void>;
}

/** Milliseconds between two looks into an empty queue, and after a store that failed. */
const IDLE = 500;
const AFTER_ERROR = 3000;

/** @throws UserError `device-name` */
export function startWorker(options: WorkerOptions): Worker {
  const { queue, log } = options;
  const device = deviceName(options.device);
  const worker = `process ${process.pid} on ${hostname()}`;
  const stop = new AbortController();
  const carrying = {
    ...options,
    runsFolder: resolve(options.runsFolder),
    train: options.train ?? ((description) => startRun(description, { background: true })),
    stop: stop.signal,
  };
  const pause = (milliseconds: number): Promise<void> =>
    wait(milliseconds, undefined, { signal: stop.signal }).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  const turn = async (): Promise<boolean> => {
    for (const { id, state } of await queue.recover()) log.warn({ run: id, state }, "run: its worker was lost");
    await clearExtras(carrying);
    const claim = await queue.take(device, worker);
    if (claim !== undefined) await carry(claim, carrying);
    return claim !== undefined;
  };
  const loop = (async () => {
    while (!stop.signal.aborted) {
      try {
        if (!(await turn())) await pause(IDLE);
      } catch (error) {
        // What it had taken is free again when its lease is over.
        log.error({ err: error, device }, "worker: failed, and goes on");
        await pause(AFTER_ERROR);
      }
    }
  })();
  log.info({ device }, "worker: ready");
  return {
    device,
    async stop() {
      stop.abort();
      await loop;
    },
  };
}

function deviceName(name: string | undefined): string {
  if (name === undefined) return hostname();
  if (/^[\w.-]{1,40}$/.test(name)) return `${hostname()}/${name}`;
  throw new UserError(
    "device-name",
    `"${name.slice(0, 60)}" cannot be the name of a device.`,
    "Take letters, digits, dots and hyphens, such as gpu1.",
  );
}
