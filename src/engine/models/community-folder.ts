// Whose models lie where: the shared ones in the models' folder itself, each community's below it.
import { join } from "node:path";
import { SHARED } from "../queue/run.js";

/** No name of a model begins so: the shared registry never takes the folder for one. */
const COMMUNITIES = ".communities";

/** The registry of a community. `models`: CONVO_MODELS. */
export function communityFolder(models: string, community: string): string {
  return community === SHARED
    ? models
    : join(models, COMMUNITIES, encodeURIComponent(community).replaceAll(".", "%2E"));
}
