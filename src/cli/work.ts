// The queue and a worker as the configuration wishes them: what `convo start` embeds and `convo worker` is.
import { dirname, join, resolve } from "node:path";
import { auditedGate } from "../commands/audit-house.js";
import { openAudit } from "../commands/audit-list.js";
import type { Config } from "../config.js";
import { arenaRunner } from "../engine/arena/runner.js";
import { openCorrections } from "../engine/corrections/corrections.js";
import { openJoining } from "../engine/corrections/joining.js";
import { openGate } from "../engine/gate/judge.js";
import { communityFolder, communityRegistries } from "../engine/models/community-folder.js";
import { openQueue, type WorkQueue } from "../engine/queue/queue.js";
import { startWorker, type Worker } from "../engine/queue/worker.js";
import type { Log } from "../log.js";
import { SettingsBook } from "../quiz/settings.js";
import type { Store } from "../store/store.js";

function configuredQueue(config: Config, store: Store): WorkQueue {
  return openQueue({ store, quotaHours: config.trainingHours });
}

export function startWorking(given: {
  readonly config: Config;
  readonly store: Store;
  readonly log: Log;
  /** One of several devices of this machine. */
  readonly device?: string;
}): Worker {
  const { config, store, log, device } = given;
  const models = resolve(config.models);
  const settings = new SettingsBook(store);
  const folderOf = (community: string): string => communityFolder(models, community);
  return startWorker({
    queue: configuredQueue(config, store),
    log,
    arena: arenaRunner,
    registryFor: folderOf,
    joining: openJoining(store, openCorrections(store)),
    judge: openGate({
      store,
      registryFor: communityRegistries(models),
      policyOf: async (community) => (await settings.of(community)).gate,
    }),
    decided: auditedGate(openAudit(store)),
    // Where `convo train` keeps its own, by default data/runs.
    runsFolder: join(dirname(models), "runs"),
    ...(device === undefined ? {} : { device }),
  });
}
