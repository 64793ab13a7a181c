// What the chat sees pictures with: one classifier for each set of models in service, opened when it is first needed.
import type { ModelRegistry } from "../models/registry.js";
import { type Classification, Classifier, type ModelChoice } from "./classify.js";
import { PageThreads } from "./page/page-threads.js";
import { Serving } from "./serve.js";

export interface Vision {
  /** By the models of a community. Throws what `Classifier.classify` throws. */
  classify(community: string, bytes: Uint8Array, choice: ModelChoice): Promise<Classification>;
  /** Labels of the model in service. Throws what the registry throws. */
  labels(community: string, model: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Served {
  readonly serving: Serving;
  readonly classifier: Classifier;
}

/** Communities that share a registry share its loaded models. */
export function openVision(registryFor: (community: string) => ModelRegistry): Vision {
  const pages = new PageThreads();
  const opened = new Map<string, Served>();
  const servedFor = (community: string): Served => {
    const registry = registryFor(community);
    const known = opened.get(registry.folder);
    if (known !== undefined) return known;
    const serving = new Serving(registry);
    const served = { serving, classifier: new Classifier(serving, pages) };
    opened.set(registry.folder, served);
    return served;
  };
  return {
    classify: (community, bytes, choice) => servedFor(community).classifier.classify(bytes, choice),
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
