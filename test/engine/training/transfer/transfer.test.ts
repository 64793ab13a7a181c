// Transfer learning on drawn pictures with a miniature backbone: what learns, what stays, what is computed only once.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startWasm } from "../../../../src/engine/backend/wasm/start.js";
import { evaluate } from "../../../../src/engine/training/evaluation.js";
import type { Plan } from "../../../../src/engine/training/recipe.js";
import type { RunEvent } from "../../../../src/engine/training/run.js";
import { train } from "../../../../src/engine/training/trainer.js";
import { transferPlan } from "../../../../src/engine/training/transfer/plan.js";
import { transferSettings } from "../../../../src/engine/training/transfer/settings.js";
import { type Drawn, drawnDataSet, miniature } from "./drawn.js";

let drawn: Drawn;
const open: Plan[] = [];

beforeAll(async () => {
  await startWasm({ threads: 1 });
  drawn = await drawnDataSet();
});
afterEach(async () => {
  for (const plan of open.splice(0)) await plan.close?.();
});
afterAll(() => rm(drawn.folder, { recursive: true, force: true }));

interface Made {
  readonly plan: Plan;
  readonly notes: string[];
}

async function make(settings: Record<string, unknown>, { normalized = false, cache = "features" } = {}): Promise<Made> {
  const notes: string[] = [];
  const plan = await transferPlan(
    {
      data: drawn.data,
      settings: transferSettings.parse({
        side: 32,
        batch: 16,
        headBatch: 16,
        headEpochs: 30,
        headRate: 0.02,
        ...settings,
      }),
      seed: 3,
      folder: drawn.folder,
      note: (_code, message) => notes.push(message),
    },
    { card: CARD, pretrained: miniature(normalized), cache: join(drawn.folder, cache) },
  );
  open.push(plan);
  return { plan, notes };
}

const CARD = { title: "", purpose: "", notFor: "", dataLicence: "", training: "", limitations: [] };

async function trained(plan: Plan): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  await train({
    plan,
    classes: drawn.data.labels.length,
    identity: { seed: 3, recipe: "images", settings: {}, dataVersion: drawn.data.version },
    emit: (event) => events.push(event),
    save: async () => "",
    signal: new AbortController().signal,
  });
  return events;
}

/** Every layer's values, by its name. */
function valuesOf(model: LayersModel): Map<string, number[][]> {
  return new Map(model.layers.map((layer) => [layer.name, layer.getWeights().map((one) => [...one.dataSync()])]));
}

/** Names of the layers whose values differ in any way. */
function changed(before: Map<string, number[][]>, after: Map<string, number[][]>): string[] {
  return [...before.keys()].filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)));
}

describe("transfer learning", () => {
  it("learns to tell drawn shapes apart on features of a frozen backbone, which stays as it was to the last bit", async () => {
    const { plan } = await make({});
    const before = valuesOf(plan.model);
    await trained(plan);
    expect(changed(before, valuesOf(plan.model))).toEqual(["standardise", "logits"]);
    const { accuracy } = await evaluate(plan.model, plan.evaluation("test"), 3);
    expect(accuracy).toBeGreaterThan(0.85);
  });

  it("validates the head on features as the whole model does on images", async () => {
    const { plan } = await make({ headEpochs: 3 });
    const events = await trained(plan);
    const epochs = events.filter((event) => event.type === "epoch");
    const best = Math.max(...epochs.map((epoch) => epoch.validationAccuracy));
    expect((await evaluate(plan.model, plan.evaluation("validation"), 3)).accuracy).toBe(best);
  });

  it("computes features once; other settings of the head take them from the cache", async () => {
    const first = await make({ headEpochs: 1 }, { cache: "once" });
    await trained(first.plan);
    expect(first.notes.filter((note) => note.includes("computed once"))).toHaveLength(2);
    const second = await make({ headEpochs: 1, headRate: 0.02, dropout: 0.5 }, { cache: "once" });
    await trained(second.plan);
    expect(second.notes).toEqual([]);
    const otherSide = await make({ headEpochs: 1, side: 64 }, { cache: "once" });
    await trained(otherSide.plan);
    expect(otherSide.notes).toHaveLength(2);
  });

  it("fine-tunes from a block on: everything below stays to the last bit, everything above learns", async () => {
    const { plan } = await make({ headEpochs: 1, from: "block_1", stages: "32:2", views: 2, warmUp: 0 });
    const before = valuesOf(plan.model);
    await trained(plan);
    const moved = changed(before, valuesOf(plan.model));
    expect(moved.every((name) => /^(block_1|Conv_1|standardise|logits)/.test(name))).toBe(true);
    for (const name of ["block_1_expand", "block_1_depthwise", "block_1_project", "Conv_1", "logits"]) {
      expect(moved).toContain(name);
    }
  });

  it("computes the frozen part's maps once for each augmented view, and once for validation", async () => {
    const { plan, notes } = await make(
      { headEpochs: 1, from: "block_1", stages: "32:3", views: 2 },
      { cache: "views" },
    );
    const tail = plan.phases[1];
    for (const epoch of [1, 2, 3]) {
      for await (const batch of tail?.train(epoch, 0) ?? []) expect(batch.shape.slice(1)).toEqual([16, 16, 8]);
      for await (const batch of tail?.validation() ?? []) expect(batch.shape.slice(1)).toEqual([16, 16, 8]);
    }
    expect(notes.filter((note) => note.includes("at block_1, augmented view"))).toHaveLength(2);
    expect(notes.filter((note) => note.includes("validation, at block_1"))).toHaveLength(1);
  });

  it("fine-tunes every layer", async () => {
    const { plan } = await make({ headEpochs: 1, from: "all", stages: "32:1", warmUp: 0 });
    const before = valuesOf(plan.model);
    await trained(plan);
    const after = valuesOf(plan.model);
    const moved = changed(before, after);
    const withWeights = plan.model.layers.filter((layer) => layer.weights.length > 0).map(({ name }) => name);
    expect(moved).toEqual(withWeights);
    // No kernel keeps a single layer's worth of its old values.
    for (const name of withWeights.filter((one) => one !== "standardise")) {
      const [old = [], now = []] = [before.get(name)?.[0], after.get(name)?.[0]];
      expect(old.filter((value, at) => value === now[at]).length / old.length, name).toBeLessThan(0.05);
    }
  });

  it("shows smaller images first and larger ones later", async () => {
    const { plan } = await make({ from: "all", stages: "32:1,64:1" });
    const all = plan.phases[1];
    const sizes: number[] = [];
    for (const epoch of [1, 2]) {
      for await (const batch of all?.train(epoch, 0) ?? []) {
        sizes.push(batch.shape[1] ?? 0);
        break;
      }
    }
    expect(sizes).toEqual([32, 64]);
  });

  it("keeps batch normalization frozen while everything else learns", async () => {
    const { plan } = await make({ headEpochs: 1, from: "all", stages: "32:1", warmUp: 0 }, { normalized: true });
    const before = valuesOf(plan.model);
    await trained(plan);
    const moved = changed(before, valuesOf(plan.model));
    expect(moved.filter((name) => /bn|BN/.test(name))).toEqual([]);
    expect(moved).toContain("Conv1");
    expect(moved).toContain("block_1_depthwise");
  });

  it("names the blocks that there are when it is to train from one that there is not", async () => {
    await expect(make({ from: "block_99" })).rejects.toMatchObject({
      code: "block-unknown",
      fix: expect.stringContaining("block_1"),
    });
  });
});
