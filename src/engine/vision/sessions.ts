// Models that are loaded: each version once, however many communities are served by it, until the last of them lets go.
import type { ModelManifest } from "../models/model.js";
import { openModel } from "../models/open.js";
import { type CellGrid, withCells } from "../onnx/cells.js";
import { type OnnxSession, openSession } from "../onnx/session-thread.js";
import { Batches } from "./batches.js";

export interface ServedModel {
  readonly manifest: ModelManifest;
  /** Names of the graph's outputs; the first are the logits, the last the cells' where there are some. */
  readonly outputs: readonly string[];
  /** Which of the outputs is what the head is given, [images, width]. */
  readonly featuresAt?: number;
  /** What the head is given on average of each class, labels × width, where the model was calibrated with it. */
  readonly centres?: Float32Array;
  /** Of the last maps: what the head says of each of their cells is the last output, [images × rows × columns, labels]. */
  readonly cells?: CellGrid;
  /** Preprocessed inputs, NHWC, `images` of them → a value list for every output. Throws UserError `busy`. */
  ask(inputs: Float32Array, images: number): Promise<readonly Float32Array[]>;
}

/** A model that stays loaded until `done` is called. */
export interface Lease extends ServedModel {
  done(): Promise<void>;
  /** A further lease of the same model; undefined where this one was the last and is over. */
  again(): Lease | undefined;
}

interface Loaded extends ServedModel {
  readonly session: OnnxSession;
}

interface Entry {
  readonly loading: Promise<Loaded>;
  holders: number;
}

export interface SessionOptions {
  /** Threads of one run; a run of small networks gains nothing from more. */
  readonly threads?: number;
}

export class Sessions {
  /** By the folder of the version, which is never changed. */
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly options: SessionOptions = {}) {}

  /** Throws what `openModel` throws; a later call tries again. */
  async take(folder: string): Promise<Lease> {
    const entry = this.entries.get(folder) ?? this.begin(folder);
    entry.holders++;
    try {
      return this.leaseOf(folder, entry, await entry.loading);
    } catch (error) {
      entry.holders--;
      this.forget(folder, entry);
      throw error;
    }
  }

  private begin(folder: string): Entry {
    const entry: Entry = { loading: load(folder, this.options.threads ?? 0), holders: 0 };
    this.entries.set(folder, entry);
    return entry;
  }

  /** `entry` has a holder more already. */
  private leaseOf(folder: string, entry: Entry, { session, ...model }: Loaded): Lease {
    let isHeld = true;
    return {
      ...model,
      done: async () => {
        if (!isHeld) return;
        isHeld = false;
        entry.holders--;
        if (entry.holders > 0) return;
        this.forget(folder, entry);
        await session.release();
      },
      again: () => {
        if (entry.holders === 0) return undefined;
        entry.holders++;
        return this.leaseOf(folder, entry, { session, ...model });
      },
    };
  }

  private forget(folder: string, entry: Entry): void {
    if (this.entries.get(folder) === entry) this.entries.delete(folder);
  }
}

async function load(folder: string, threads: number): Promise<Loaded> {
  const { onnx, manifest, centres } = await openModel(folder);
  const graph = await openGraph(onnx, threads);
  const { height, width, channels } = manifest.preprocessing;
  const batches = new Batches((inputs, images) => graph.session.run(inputs, [images, height, width, channels]));
  const known = centres === undefined ? {} : { centres };
  return { manifest, ...graph, ...known, ask: (inputs, images) => batches.ask({ inputs, images }) };
}

/** A graph as it is served: with its cells and features as outputs, where its head is of a form that has them. */
export async function openGraph(
  onnx: Uint8Array,
  threads: number,
): Promise<Pick<ServedModel, "outputs" | "cells" | "featuresAt"> & { readonly session: OnnxSession }> {
  const graph = withCells(onnx);
  const session = await openSession(graph?.onnx ?? onnx, { threads });
  const outputs = session.outputNames;
  const cells = graph === undefined ? {} : { cells: graph.cells };
  const features = graph?.features === undefined ? {} : { featuresAt: outputs.indexOf(graph.features) };
  return { outputs, ...cells, ...features, session };
}
