// The gate with real models, a real data set, a real registry and a process of its own.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openGate, WEARS_OUT } from "../../../src/engine/gate/judge.js";
import { measure } from "../../../src/engine/gate/measure.js";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import type { SavedModel } from "../../../src/engine/models/save.js";
import type { GatePolicy, PassPolicy, QueuedRun, RunResult } from "../../../src/engine/queue/run.js";
import { openStore } from "../../../src/store/open.js";
import type { Store } from "../../../src/store/store.js";
import { temporaryFolder } from "../../support/world.js";
import { wish } from "../queue/support/wishes.js";
import { tintFolder, tintModel } from "./support/tints.js";

let base: string;
let data: string;
let store: Store;
let models: string;
let copies = 0;
const never = new AbortController().signal;

beforeAll(async () => {
  base = temporaryFolder();
  process.env.XDG_CACHE_HOME = join(base, "cache");
  data = await tintFolder(join(base, "tints"), { blue: 380, green: 380, red: 60 });
  store = await openStore({ url: `lmdb:${base}/store` });
});
beforeEach(() => {
  copies += 1;
  models = join(base, `models-${copies}`);
});
afterAll(async () => {
  await store.close();
  rmSync(base, { recursive: true, force: true });
});

/** Here in this process: the one of its own is tested once, and costs a second. */
const gate = (policy?: GatePolicy) =>
  openGate({
    store,
    registryFor: () => new ModelRegistry(models),
    measure: (job) => measure(job),
    ...(policy === undefined ? {} : { policyOf: async () => policy }),
  });

function runOf(id: string, policy?: PassPolicy): QueuedRun {
  const made = wish({ recipe: "images", model: "tints", data, seed: 1, community: `class-${copies}` });
  return {
    v: 1,
    id,
    wish: policy === undefined ? made : { ...made, policy },
    state: "running",
    created: 0,
    changes: [],
    attempts: 1,
  };
}

function resultOf({ folder, manifest }: SavedModel): RunResult {
  const { name: model, version } = manifest;
  return { model, version, folder, testAccuracy: 1, testInterval: { low: 1, high: 1 }, seconds: 1 };
}

test("the first model goes into service; the next replaces it, unless it is worse; asked again, the gate says the same", async () => {
  const judge = gate();
  const first = resultOf(await tintModel(models));
  expect(await judge(runOf("r-1"), first, never)).toMatchObject({
    verdict: "promoted",
    words: expect.stringContaining("first model of this name"),
    uses: 1,
  });
  const second = resultOf(await tintModel(models, { minute: 1, labels: ["red", "green", "blue"] }));
  const report = await judge(runOf("r-2"), second, never);
  expect(report).toMatchObject({ verdict: "promoted", champion: first.version, uses: 2 });
  expect(report.difference).toEqual({ value: 0, low: 0, high: 0 });
  expect(report.words).toContain("Not judged, fewer than 50 pictures: red.");
  expect(await judge(runOf("r-2"), second, never)).toEqual(report);
  const registry = new ModelRegistry(models);
  expect(await registry.aliases("tints")).toEqual({ champion: second.version, previous: first.version });

  const worse = resultOf(await tintModel(models, { minute: 2, blind: 60 }));
  const refused = await judge(runOf("r-3"), worse, never);
  expect(refused).toMatchObject({ verdict: "refused", champion: second.version, uses: 3 });
  expect(refused.words).toMatch(/^Not promoted: it may be worse .* overall by up to .*; in blue by up to /);
  expect((await registry.aliases("tints")).champion).toBe(second.version);
});

test("with the policy keep a person decides, also of the first", async () => {
  const judge = gate();
  const first = await tintModel(models);
  expect((await judge(runOf("r-1", "keep"), resultOf(first), never)).verdict).toBe("kept");
  const registry = new ModelRegistry(models);
  await registry.setChampion("tints", first.manifest.version);
  const better = await judge(runOf("r-2", "keep"), resultOf(await tintModel(models, { minute: 1 })), never);
  expect(better.words).toContain("Here a person decides");
  expect((await registry.aliases("tints")).champion).toBe(first.manifest.version);
});

test("the community's policy says what becomes of who passes and who fails, and a run's own wish comes first", async () => {
  const registry = new ModelRegistry(models);
  const first = await tintModel(models);
  await registry.setChampion("tints", first.manifest.version);
  const good = resultOf(await tintModel(models, { minute: 1 }));
  const bad = resultOf(await tintModel(models, { minute: 2, blind: 60 }));
  let count = 0;
  const verdict = async (policy: GatePolicy, result: RunResult, own?: PassPolicy) =>
    (await gate(policy)(runOf(`r-${count++}`, own), result, never)).verdict;
  const careful = { passes: "keep", fails: "refuse" } as const;
  expect(await verdict(careful, good)).toBe("kept");
  expect(await verdict(careful, bad)).toBe("refused");
  expect(await verdict({ passes: "promote", fails: "keep" }, bad)).toBe("kept");
  expect(await verdict(careful, bad, "keep")).toBe("kept");
  expect(await verdict(careful, bad, "promote")).toBe("refused");
  expect(await registry.aliases("tints")).toEqual({ champion: first.manifest.version });
  expect(await verdict(careful, good, "promote")).toBe("promoted");
  expect((await registry.aliases("tints")).champion).toBe(good.version);
});

test("a model in service of other classes is not compared; one that saw the gate's pictures is said to be favoured", async () => {
  const judge = gate();
  const registry = new ModelRegistry(models);
  await registry.setChampion("tints", (await tintModel(models, { labels: ["green", "rose"] })).manifest.version);
  const told = await judge(runOf("r-1"), resultOf(await tintModel(models, { minute: 1 })), never);
  expect(told).toMatchObject({ verdict: "kept", words: expect.stringContaining("(green, rose)") });
  const own = await tintModel(models, { minute: 2, run: "20261126-1015-digits" });
  await registry.setChampion("tints", own.manifest.version);
  const favoured = await judge(runOf("r-2"), resultOf(await tintModel(models, { minute: 3 })), never);
  expect(favoured.words).toContain("may have learned from these very pictures");
});

test(`after ${WEARS_OUT} uses it says that it wears out`, async () => {
  const result = resultOf(await tintModel(models));
  const measured = { kind: "alone", gate: "tints-worn", images: 100, accuracy: 0.9 } as const;
  const judge = openGate({ store, registryFor: () => new ModelRegistry(models), measure: async () => measured });
  const reports = [];
  for (let use = 0; use <= WEARS_OUT; use++) reports.push(await judge(runOf(`r-${use}`, "keep"), result, never));
  expect(reports.map(({ words }) => words.includes("wears out"))).toEqual([
    ...Array.from({ length: WEARS_OUT }, () => false),
    true,
  ]);
});

test("it measures in a process of its own, and an abort leaves what is in service", async () => {
  const judge = openGate({ store, registryFor: () => new ModelRegistry(models) });
  const first = resultOf(await tintModel(models));
  const stop = new AbortController();
  const asked = judge(runOf("r-0"), first, stop.signal);
  stop.abort(new Error("cancelled"));
  await expect(asked).rejects.toThrow("cancelled");
  expect(await new ModelRegistry(models).aliases("tints")).toEqual({});
  expect((await judge(runOf("r-1"), first, never)).verdict).toBe("promoted");
  const gone = { ...runOf("r-2"), wish: { ...runOf("r-2").wish, data: join(base, "gone") } };
  await expect(judge(gone, first, never)).rejects.toMatchObject({ code: "data-missing" });
});
