// The gate's pictures: cut once, of every class, never of validation or test, and left out whatever becomes of the data set.
import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SPLITS } from "../../../../src/engine/training/data/data-set.js";
import { gateName, gateOf, withoutGate } from "../../../../src/engine/training/data/gate-split.js";
import { openImageFolder } from "../../../../src/engine/training/data/image-folder.js";
import { drawPicture, imageFolder, put } from "./pictures.js";

const gates = (): string => mkdtempSync(join(tmpdir(), "convo-gates-"));
const idsOf = (samples: readonly { readonly id: string }[]): string[] => samples.map(({ id }) => id).sort();

test("a fifth of the training images of each class; validation and test keep theirs; the version tells", async () => {
  const { folder, cache } = await imageFolder({ cats: 60, dogs: 30 });
  const data = await openImageFolder(folder, { seed: 1, cache });
  const place = gates();
  const gate = await gateOf(data, place);
  expect(gate.ids.length).toBeGreaterThanOrEqual(12);
  expect(gate.ids.length).toBeLessThanOrEqual(14);
  expect(new Set(gate.ids.map((id) => id.split("/")[0]))).toEqual(new Set(["cats", "dogs"]));
  const rest = await withoutGate(data, place);
  expect(idsOf([...rest.splits.train, ...gate.ids.map((id) => ({ id }))])).toEqual(idsOf(data.splits.train));
  expect(rest.splits.validation).toEqual(data.splits.validation);
  expect(rest.splits.test).toEqual(data.splits.test);
  expect(rest.version).not.toBe(data.version);
  expect((await withoutGate(data, place)).version).toBe(rest.version);
});

test("it stays as it was with new pictures, another seed and another place; near duplicates of it are left out, too", async () => {
  const { folder, cache } = await imageFolder({ cats: 40, dogs: 40 });
  const place = gates();
  const gate = await gateOf(await openImageFolder(folder, { seed: 1, cache }), place);
  const judged = gate.ids.find((id) => id.startsWith("cats/")) ?? "";
  const moved = join(mkdtempSync(join(tmpdir(), "convo-moved-")), "pictures");
  cpSync(folder, moved, { recursive: true });
  for (let at = 100; at < 120; at++) await put(moved, `dogs/${at}.jpg`, await drawPicture(`dogs/${at}`));
  // The very picture of the gate, a little larger.
  await put(moved, "cats/again.jpg", await drawPicture(judged.replace(".jpg", ""), 120, 90));
  for (const seed of [1, 2, 3]) {
    const data = await openImageFolder(moved, { seed, cache });
    expect(await gateOf(data, place)).toEqual(gate);
    const { splits } = await withoutGate(data, place);
    const trained = new Set(SPLITS.flatMap((split) => idsOf(splits[split])));
    for (const id of [...gate.ids, "cats/again.jpg"]) expect(trained.has(id)).toBe(false);
  }
});

test("a damaged file is refused, not replaced; another data set of the same name is told from it", async () => {
  const { folder, cache } = await imageFolder({ cats: 20, dogs: 20 });
  const data = await openImageFolder(folder, { seed: 1, cache });
  const place = gates();
  await gateOf(data, place);
  writeFileSync(join(place, `${gateName(data)}.json`), "{");
  await expect(withoutGate(data, place)).rejects.toMatchObject({ code: "gate-damaged" });
  const lost = { v: 1, data: "x", labels: [], cutFrom: "", created: new Date(0).toISOString(), ids: ["cats/none.jpg"] };
  writeFileSync(join(place, `${gateName(data)}.json`), JSON.stringify(lost));
  await expect(withoutGate(data, place)).rejects.toMatchObject({ code: "gate-lost" });
});
