// The models in service: loaded once, run off the chat loop by onnxruntime, swapped without a dropped request.
import * as ort from "onnxruntime-node";
import type { ModelManifest } from "../models/model.js";
import type { OpenedModel } from "../models/open.js";
import type { ModelRegistry } from "../models/registry.js";
import { Batches } from "./batches.js";

export interface ServedModel {
  readonly manifest: ModelManifest;
  /** Names of the graph's outputs; the first are the logits. */
  readonly outputs: readonly string[];
  /** Preprocessed inputs, NHWC, `images` of them → a value list for every output. Throws UserError `busy`. */
  ask(inputs: Float32Array, images: number): Promise<readonly Float32Array[]>;
}

/** A model that stays loaded until `done` is called, even if another version takes its place meanwhile. */
export interface Lease extends ServedModel {
  done(): Promise<void>;
}

interface Loaded extends ServedModel {
  readonly session: ort.InferenceSession;
  /** Who holds it; the session is given back when it has been replaced and nobody is left. */
  holders: number;
  isReplaced: boolean;
}

export interface ServingOptions {
  /** Threads of one run; a run of small networks gains nothing from more. */
  readonly threads?: number;
}

/** Holds one session a name. Sessions of replaced versions are released after their last run. */
export class Serving {
  private readonly loaded = new Map<string, Promise<Loaded>>();

  constructor(
    private readonly registry: ModelRegistry,
    private readonly options: ServingOptions = {},
  ) {}

  /**
   * The champion of a name (`digits`), or a reference as the registry reads it. Loaded at the first call, then kept.
   * Throws UserError `model-not-found`, `model-damaged` and what the registry throws; a later call tries again.
   */
  async lease(reference: string): Promise<Lease> {
    const model = await this.loadedModel(reference);
    model.holders++;
    let isHeld = true;
    const done = async (): Promise<void> => {
      if (!isHeld) return;
      isHeld = false;
      model.holders--;
      if (model.isReplaced && model.holders === 0) await model.session.release();
    };
    return { manifest: model.manifest, outputs: model.outputs, ask: model.ask, done };
  }

  /** Takes the present champion. The old version serves until the new one is ready, and on if that one is damaged. */
  async reload(reference: string): Promise<ModelManifest> {
    const before = this.loaded.get(reference);
    const next = await this.load(reference);
    this.loaded.set(reference, Promise.resolve(next));
    const old = await before?.catch(() => undefined);
    if (old !== undefined) await this.retire(old);
    return next.manifest;
  }

  async close(): Promise<void> {
    const all = [...this.loaded.values()];
    this.loaded.clear();
    for (const loading of all) {
      const model = await loading.catch(() => undefined);
      if (model !== undefined) await this.retire(model);
    }
  }

  private loadedModel(reference: string): Promise<Loaded> {
    const known = this.loaded.get(reference);
    if (known !== undefined) return known;
    const loading = this.load(reference);
    this.loaded.set(reference, loading);
    loading.catch(() => {
      if (this.loaded.get(reference) === loading) this.loaded.delete(reference);
    });
    return loading;
  }

  private async load(reference: string): Promise<Loaded> {
    const { onnx, manifest } = await this.registry.open(reference);
    return startSession({ onnx, manifest }, this.options.threads ?? 0);
  }

  private async retire(model: Loaded): Promise<void> {
    model.isReplaced = true;
    if (model.holders === 0) await model.session.release();
  }
}

async function startSession(
  { onnx, manifest }: Pick<OpenedModel, "onnx" | "manifest">,
  threads: number,
): Promise<Loaded> {
  const session = await ort.InferenceSession.create(onnx, {
    intraOpNumThreads: threads,
    graphOptimizationLevel: "all",
    // Threads that spin between runs would take the chat's core.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const { height, width, channels } = manifest.preprocessing;
  const [input] = session.inputNames;
  const outputs = session.outputNames;
  const batches = new Batches(async (inputs, images) => {
    const results = await session.run({
      [input ?? "input"]: new ort.Tensor("float32", inputs, [images, height, width, channels]),
    });
    return outputs.map((name) => floats(results[name]));
  });
  return {
    manifest,
    outputs,
    session,
    holders: 0,
    isReplaced: false,
    ask: (inputs, images) => batches.ask({ inputs, images }),
  };
}

function floats(value: ort.Tensor | undefined): Float32Array {
  if (value?.data instanceof Float32Array) return value.data;
  throw new TypeError(`a served graph's outputs are float32, found ${value?.type ?? "none"}`);
}
