// What the commands know of training: the arena and the schedules over the configured queue. Without the worker, which is heavier.
import { join, resolve } from "node:path";
import { auditedSchedules } from "../commands/audit-house.js";
import type { Audit } from "../commands/audit-list.js";
import type { Config } from "../config.js";
import { type Arena, openArena } from "../engine/arena/arena.js";
import { openQueue } from "../engine/queue/queue.js";
import type { RunQueue } from "../engine/queue/run.js";
import { openSchedules, type Schedules } from "../engine/schedule/schedules.js";
import type { Log } from "../log.js";
import type { Store } from "../store/store.js";

/** Where `convo data get` puts data sets, from the working folder. */
const DATA = "data";

export interface Trained {
  readonly queue: RunQueue;
  /** Absolute folder of all data sets. */
  readonly data: string;
  readonly arena: Arena;
  readonly schedules: Schedules;
}

export function configuredTraining(config: Config, store: Store, log: Log, audit: Audit): Trained {
  const queue = openQueue({ store, quotaHours: config.trainingHours });
  const data = resolve(DATA);
  return {
    queue,
    data,
    arena: openArena({ store, queue, data: join(data, "mnist"), limits: config.arena }),
    schedules: openSchedules({ store, queue, log, data, fired: auditedSchedules(audit) }),
  };
}
