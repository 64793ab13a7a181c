// Whose models lie where: the shared ones in the models' folder itself, each community's below it; and the registry of each.
import { join } from "node:path";
import { SHARED } from "../queue/run.js";
import { ModelRegistry, SHIPPED_MODELS } from "./registry.js";

/** No name of a model begins so: the shared registry never takes the folder for one. */
const COMMUNITIES = ".communities";

/** The registry of a community. `models`: CONVO_MODELS. */
export function communityFolder(models: string, community: string): string {
  return community === SHARED
    ? models
    : join(models, COMMUNITIES, encodeURIComponent(community).replaceAll(".", "%2E"));
}

/** The registry that a community sees: its own models, below them the shared ones, below these what ships. */
export function communityRegistries(models: string, shipped = SHIPPED_MODELS): (community: string) => ModelRegistry {
  return (community) => {
    const folder = communityFolder(models, community);
    return folder === models ? new ModelRegistry(models, shipped) : new ModelRegistry(folder, shipped, models);
  };
}
