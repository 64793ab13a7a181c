// What the chat sees pictures with: one classifier for each set of models in service, opened when it is first needed.
import { UserError } from "../../errors.js";
import { openManifest } from "../models/open.js";
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
  /** What a model knows, by its manifest alone; `model` as the registry reads it. Throws what the registry throws. */
  known(community: string, model: string): Promise<KnownModel>;
  /** Of every name that has a model in service; a damaged one is left out. */
  allKnown(community: string): Promise<readonly KnownModel[]>;
  close(): Promise<void>;
}

export interface KnownModel {
  readonly model: string;
  readonly version: string;
  readonly labels: readonly string[];
  /** Reads the digits of a number one by one; the others look at the picture as a whole. */
  readonly readsNumbers: boolean;
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
    known: (community, model) => knownModel(registryFor(community), model),
    async allKnown(community) {
      const registry = registryFor(community);
      const found = await Promise.allSettled((await registry.names()).map((name) => knownModel(registry, name)));
      return found.flatMap((one) => {
        if (one.status === "fulfilled") return [one.value];
        if (one.reason instanceof UserError) return [];
        throw one.reason;
      });
    },
    async close() {
      await pages.close();
      await Promise.all([...opened.values()].map(({ serving }) => serving.close()));
    },
  };
}

async function knownModel(registry: ModelRegistry, reference: string): Promise<KnownModel> {
  const { name, version, folder } = await registry.find(reference);
  const { labels, preprocessing } = await openManifest(folder);
  return { model: name, version, labels, readsNumbers: preprocessing.fit === "digit" };
}
