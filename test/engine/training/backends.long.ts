// The recipe digits on every backend that was added to this installation, beside the same run on WASM.
import { describe, expect, it } from "vitest";
import { probe } from "../../../src/engine/backend/probe.js";
import { startRun } from "../../../src/engine/training/start-run.js";
import { all, canRun, description } from "./support/run.js";

/** 30 steps, without dropout: its mask is each backend's own. */
const SETTINGS = { epochs: 3, batch: 32, limit: 320, width: 8, dropout: 0 };
/** Issue 5's figure for the first step. */
const FIRST = 1e-4;
/** Sums are taken in another order, and each step builds on the one before: of the losses' mean over the whole run. */
const WHOLE = 0.02;

async function losses(backend: string): Promise<number[]> {
  const found: number[] = [];
  const events = await all(startRun(description(`losses-${backend}`, { settings: SETTINGS, backend })), (event) => {
    if (event.type === "step") found.push(event.loss);
  });
  expect(events.at(-1)?.type).toBe("finished");
  return found;
}

const software = process.env.CONVO_TEST_SOFTWARE_GPU === "1";
const added = await Promise.all(
  (["tensorflow", "tensorflow-gpu", "webgpu"] as const).map((name) => probe(name, { allowSoftware: software })),
);

describe.skipIf(!canRun)("30 steps of the recipe digits", () => {
  let ofWasm: Promise<number[]> | undefined;

  for (const { name, status, why, backend } of added) {
    const here = status === "runs";
    it.skipIf(!here)(`on ${name} (${here ? backend?.device.name : `skipped: ${why}`}) lose as on WASM`, async () => {
      ofWasm ??= losses("wasm");
      const [wasm, other] = [await ofWasm, await losses(name)];
      const apart = other.map((loss, i) => Math.abs(loss - (wasm[i] ?? Number.NaN)));
      console.log(`${name}: first step apart ${apart[0]}, largest ${Math.max(...apart)}, last loss ${other.at(-1)}`);
      expect(other).toHaveLength(30);
      expect(apart[0]).toBeLessThan(FIRST);
      expect(apart.reduce((sum, each) => sum + each, 0) / apart.length).toBeLessThan(WHOLE);
      expect(other.at(-1)).toBeLessThan(other[0] ?? 0);
    });
  }
});
