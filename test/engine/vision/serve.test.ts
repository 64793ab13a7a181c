// Whose models answer, and how they change: communities over the shared registry, swaps under load, damage.
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writtenPage } from "../../../bench/vision/pages.js";
import { communityRegistries } from "../../../src/engine/models/community-folder.js";
import { openVision, type Vision } from "../../../src/engine/vision/open.js";
import { Serving } from "../../../src/engine/vision/serve.js";
import { Sessions } from "../../../src/engine/vision/sessions.js";
import { copyShipped } from "../../support/model-copies.js";

let models: string;
let registryFor: ReturnType<typeof communityRegistries>;
let vision: Vision;
let failures: unknown[];
beforeEach(() => {
  models = mkdtempSync(join(tmpdir(), "convo-serve-"));
  registryFor = communityRegistries(models);
  failures = [];
  vision = openVision(registryFor, { onFailure: (_, error) => failures.push(error) });
});
afterEach(async () => {
  await vision.close();
  rmSync(models, { recursive: true, force: true });
});

const versionIn = async (community: string, jpeg: Uint8Array) =>
  (await vision.classify(community, jpeg, "digits")).version;

test("a champion changes under requests: none fails, those that come later get the new one, other communities keep theirs", async () => {
  const { jpeg, number } = await writtenPage(300, "easy");
  const shipped = await versionIn("a", jpeg);
  copyShipped(registryFor("a").folder, "digits", "v2");
  const running = Array.from({ length: 6 }, () => vision.classify("a", jpeg, "digits"));
  await registryFor("a").setChampion("digits", "v2");
  const later = await Promise.all([versionIn("a", jpeg), versionIn("a", jpeg), versionIn("b", jpeg)]);
  expect(later).toEqual(["v2", "v2", shipped]);
  expect((await Promise.all(running)).map(({ top }) => top[0]?.label)).toEqual(Array(6).fill(number));
  await registryFor("a").rollback("digits");
  expect(await versionIn("a", jpeg)).toBe(shipped);
});

test("the shared champion serves every community without its own", async () => {
  const { jpeg } = await writtenPage(300, "easy");
  await Promise.all([versionIn("a", jpeg), versionIn("b", jpeg)]);
  copyShipped(models, "digits", "v2");
  copyShipped(registryFor("b").folder, "digits", "v3");
  await registryFor("b").setChampion("digits", "v3");
  await registryFor("shared").setChampion("digits", "v2");
  expect([await versionIn("a", jpeg), await versionIn("b", jpeg)]).toEqual(["v2", "v3"]);
});

test("a champion that was damaged after it was promoted is told of, and the old one serves on", async () => {
  const { jpeg } = await writtenPage(300, "easy");
  const shipped = await versionIn("a", jpeg);
  const folder = copyShipped(registryFor("a").folder, "digits", "v2");
  await registryFor("a").setChampion("digits", "v2");
  truncateSync(join(folder, "model.onnx"), 1000);
  expect(await versionIn("a", jpeg)).toBe(shipped);
  expect(failures).toEqual([expect.objectContaining({ code: "model-damaged" })]);
});

test("a version is loaded once for all, and unloaded when the last lets go", async () => {
  const sessions = new Sessions();
  const [a, b] = ["a", "b"].map((community) => new Serving(registryFor(community), { sessions }));
  if (a === undefined || b === undefined) throw new Error("two servings");
  const [one, other] = [await a.lease("digits"), await b.lease("digits")];
  expect(one.ask).toBe(other.ask);
  await Promise.all([a.close(), b.close(), other.done()]);
  expect((await one.ask(new Float32Array(28 * 28), 1))[0]).toHaveLength(10);
  await one.done();
  expect(one.again()).toBeUndefined();
  await expect(one.ask(new Float32Array(28 * 28), 1)).rejects.toThrow();
  const anew = await sessions.take((await registryFor("a").find("digits")).folder);
  expect(anew.ask).not.toBe(one.ask);
  await anew.done();
});
