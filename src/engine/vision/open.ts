// What the chat sees pictures with: one classifier for each set of models in service, opened when it is first needed.
import type { ModelRegistry } from "../models/registry.js";
import { type Classification, Classifier } from "./classify.js";
import { PageThreads } from "./page/page-threads.js";
import { Serving, type ServingOptions } from "./serve.js";
import { Sessions } from "./sessions.js";

export interface Vision {
  /**
   * By the models of a community; `model` is `auto` or named as the registry reads it. `isExplained` as for `Classifier.classify`,
   * which throws what this throws.
   */
  classify(community: string, bytes: Uint8Array, model: string, isExplained?: boolean): Promise<Classification>;
  /** Labels of the model in service. Throws what the registry throws. */
  labels(community: string, model: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Served {
  readonly serving: Serving;
  readonly classifier: Classifier;
}

/** A version is loaded once, however many communities it serves. */
export function openVision(
  registryFor: (community: string) => ModelRegistry,
  { onFailure }: Pick<ServingOptions, "onFailure"> = {},
): Vision {
  const pages = new PageThreads();
  const sessions = new Sessions();
  const opened = new Map<string, Served>();
  const servedFor = (community: string): Served => {
    const registry = registryFor(community);
    const known = opened.get(registry.folder);
    if (known !== undefined) return known;
    const serving = new Serving(registry, { sessions, ...(onFailure === undefined ? {} : { onFailure }) });
    const served = { serving, classifier: new Classifier(serving, pages) };
    opened.set(registry.folder, served);
    return served;
  };
  return {
    classify: (community, bytes, model, isExplained) =>
      servedFor(community).classifier.classify(bytes, model, isExplained),
    async labels(community, model) {
      const lease = await servedFor(community).serving.lease(model);
      await lease.done();
      return lease.manifest.labels;
    },
    async close() {
      await pages.close();
      await Promise.all([...opened.values()].map(({ serving }) => serving.close()));
    },
  };
}
