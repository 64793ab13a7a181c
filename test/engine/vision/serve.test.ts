// Whose models answer, and how they change: communities over the shared registry, swaps under load, damage.
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { communityRegistries } from "../../../src/engine/models/community-folder.js";
import { Classifier } from "../../../src/engine/vision/classify.js";
import { Serving } from "../../../src/engine/vision/serve.js";
import { Sessions } from "../../../src/engine/vision/sessions.js";
import { copyShipped } from "../../support/model-copies.js";
import { pageOf } from "../../support/pages.js";

let models: string;
let registryFor: ReturnType<typeof communityRegistries>;
let sessions: Sessions;
let failures: unknown[];
let servings: Map<string, Serving>;
beforeEach(() => {
  models = mkdtempSync(join(tmpdir(), "convo-serve-"));
  registryFor = communityRegistries(models);
  sessions = new Sessions();
  failures = [];
  const onFailure = (_: string, error: unknown) => void failures.push(error);
  servings = new Map(["a", "b"].map((name) => [name, new Serving(registryFor(name), { sessions, onFailure })]));
});
afterEach(async () => {
  for (const serving of servings.values()) await serving.close();
  rmSync(models, { recursive: true, force: true });
});

const leaseIn = async (community: string) => {
  const lease = await servings.get(community)?.lease("digits");
  if (lease === undefined) throw new Error(community);
  return lease;
};

/** One request from its beginning to its end. @returns the version that answered */
async function asked(community: string): Promise<string> {
  const lease = await leaseIn(community);
  const [logits] = await lease.ask(new Float32Array(28 * 28), 1);
  expect(logits).toHaveLength(10);
  await lease.done();
  return lease.manifest.version;
}

test("a champion changes under requests: none fails, those that come later get the new one, other communities keep theirs", async () => {
  const shipped = await asked("a");
  copyShipped(registryFor("a").folder, "digits", "v2");
  const held = await leaseIn("a");
  const running = Array.from({ length: 40 }, () => asked("a"));
  await registryFor("a").setChampion("digits", "v2");
  const during = Array.from({ length: 40 }, () => asked("a"));
  expect(await Promise.all([asked("a"), asked("a"), asked("b")])).toEqual(["v2", "v2", shipped]);
  expect(new Set(await Promise.all(during))).toEqual(new Set(["v2"]));
  for (const version of await Promise.all(running)) expect([shipped, "v2"]).toContain(version);
  // Whoever began with the old version ends with it.
  expect((await held.ask(new Float32Array(28 * 28), 1))[0]).toHaveLength(10);
  await held.done();
  await registryFor("a").rollback("digits");
  expect(await asked("a")).toBe(shipped);
});

test("the shared champion serves every community without its own", async () => {
  await Promise.all([asked("a"), asked("b")]);
  copyShipped(models, "digits", "v2");
  copyShipped(registryFor("b").folder, "digits", "v3");
  await registryFor("b").setChampion("digits", "v3");
  await registryFor("shared").setChampion("digits", "v2");
  expect([await asked("a"), await asked("b")]).toEqual(["v2", "v3"]);
});

test("a champion that was damaged after it was promoted is told of, and the old one serves on", async () => {
  const shipped = await asked("a");
  const folder = copyShipped(registryFor("a").folder, "digits", "v2");
  await registryFor("a").setChampion("digits", "v2");
  truncateSync(join(folder, "model.onnx"), 1000);
  expect(await asked("a")).toBe(shipped);
  expect(failures).toEqual([expect.objectContaining({ code: "model-damaged" })]);
});

test("without a choice a damaged model is left out: the other answers what it knows, and is not taken for both", async () => {
  const serving = servings.get("a");
  if (serving === undefined) throw new Error("there is no such community");
  const folder = copyShipped(registryFor("a").folder, "flowers", "v2");
  await registryFor("a").setChampion("flowers", "v2");
  truncateSync(join(folder, "model.onnx"), 1000);
  const classifier = new Classifier(serving);
  const { jpeg, number } = await pageOf(300);
  // Told once, though it is met twice.
  const answers = [await classifier.classify(jpeg), await classifier.classify(jpeg)];
  expect(answers.map(({ top: [best] }) => best?.label)).toEqual([number, number]);
  expect(failures).toEqual([expect.objectContaining({ code: "model-damaged" })]);
  const grey = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#888" } })
    .png()
    .toBuffer();
  await expect(classifier.classify(grey)).rejects.toMatchObject({ code: "model-damaged" });
  rmSync(folder, { recursive: true });
  await expect(classifier.classify(grey)).rejects.toMatchObject({
    code: "model-damaged",
    what: expect.stringContaining("flowers@v2, the champion of flowers, is not there any more"),
  });
  await classifier.close();
});

test("aliases that cannot be read leave out their model alone; where both cannot, that is said", async () => {
  const serving = servings.get("a");
  if (serving === undefined) throw new Error("there is no such community");
  const { folder } = registryFor("a");
  const spoil = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "aliases.json"), "{");
  };
  spoil("flowers");
  const classifier = new Classifier(serving);
  const { jpeg, number } = await pageOf(300);
  expect((await classifier.classify(jpeg)).top[0]?.label).toBe(number);
  expect(failures).toEqual([expect.objectContaining({ code: "aliases-damaged" })]);
  spoil("digits");
  // What serves already serves on; whoever starts now has neither.
  expect((await classifier.classify(jpeg)).top[0]?.label).toBe(number);
  const started = new Classifier(new Serving(registryFor("a"), { sessions }));
  await expect(started.classify(jpeg)).rejects.toMatchObject({ code: "aliases-damaged" });
  await Promise.all([classifier.close(), started.close()]);
});

test("a version is loaded once for all, and unloaded when the last lets go", async () => {
  const [one, other] = [await leaseIn("a"), await leaseIn("b")];
  expect(one.ask).toBe(other.ask);
  await Promise.all([...[...servings.values()].map((serving) => serving.close()), other.done()]);
  expect((await one.ask(new Float32Array(28 * 28), 1))[0]).toHaveLength(10);
  await one.done();
  expect(one.again()).toBeUndefined();
  await expect(one.ask(new Float32Array(28 * 28), 1)).rejects.toThrow();
  const anew = await sessions.take((await registryFor("a").find("digits")).folder);
  expect(anew.ask).not.toBe(one.ask);
  await anew.done();
});
