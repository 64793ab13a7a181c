// What the commands know of training, as the configuration wishes it: the queue, the models, where data sets lie. Without the worker, which is heavier.
import { resolve } from "node:path";
import type { Posters } from "../commands/live.js";
import type { TrainingContext } from "../commands/train.js";
import type { Config } from "../config.js";
import { communityFolder } from "../engine/models/community-folder.js";
import { ModelRegistry } from "../engine/models/registry.js";
import { openQueue } from "../engine/queue/queue.js";
import type { Store } from "../store/store.js";

/** Where `convo data get` puts data sets, from the working folder. */
const DATA = "data";

export function configuredTraining(given: {
  readonly config: Config;
  readonly store: Store;
  readonly posters: Posters;
}): TrainingContext {
  const { config, store, posters } = given;
  return {
    queue: openQueue({ store, quotaHours: config.trainingHours }),
    posters,
    registryFor: (community) => registryFor(config, community),
    data: resolve(DATA),
  };
}

export function registryFor({ models }: Config, community: string): ModelRegistry {
  return new ModelRegistry(communityFolder(resolve(models), community));
}
