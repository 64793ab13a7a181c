// Corrections on a real store: kept without EXIF, upright, once a person and picture, until their time is over or they are forgotten.
import { rmSync } from "node:fs";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Corrections } from "../../../src/engine/corrections/correction.js";
import { openCorrections } from "../../../src/engine/corrections/corrections.js";
import { openStore } from "../../../src/store/open.js";
import type { Store } from "../../../src/store/store.js";
import { temporaryFolder } from "../../support/world.js";

const SAID = {
  community: "guild/1",
  person: "ada",
  model: "flowers",
  version: "20261126-1200-abcdef01",
  answer: { label: "roses", probability: 0.6 },
  label: "tulips",
  isRight: false,
};

let folder: string;
let store: Store;
let corrections: Corrections;
const at = Date.parse("2026-03-02T12:00:00Z");
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ url: `lmdb:${folder}/store` });
  corrections = openCorrections(store, () => at);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A phone's JPEG: its left half red, held sideways (EXIF orientation 6), with a place and a camera in its EXIF. */
async function phonePhoto(shade = 255): Promise<Buffer> {
  return sharp({ create: { width: 80, height: 40, channels: 3, background: { r: 0, g: 0, b: 40 } } })
    .composite([
      {
        input: { create: { width: 40, height: 40, channels: 3, background: { r: shade, g: 0, b: 0 } } },
        left: 0,
        top: 0,
      },
    ])
    .withExif({
      IFD0: { Make: "PhoneMaker" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "52/1 31/1 0/1" },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

test("a picture is kept upright, without EXIF, and says who said what of which model", async () => {
  const photo = await phonePhoto();
  expect(photo.includes("PhoneMaker")).toBe(true);
  const { id } = await corrections.add(SAID, photo, 180);
  expect(await corrections.get("guild/1", id)).toMatchObject({ ...SAID, state: "pending", at });
  const kept = await corrections.picture("guild/1", id);
  const { width, height, exif, orientation } = await sharp(kept?.bytes).metadata();
  expect([width, height, exif, orientation]).toEqual([40, 80, undefined, undefined]);
  expect(Buffer.from(kept?.bytes ?? []).includes("PhoneMaker")).toBe(false);
  const [red = 0, , blue = 255] = await sharp(kept?.bytes)
    .extract({ left: 20, top: 10, width: 1, height: 1 })
    .raw()
    .toBuffer();
  expect(red - blue).toBeGreaterThan(180);
});

test("the same picture by the same person is one, and what was said last counts; by another it is another", async () => {
  const photo = await phonePhoto();
  const first = await corrections.add(SAID, photo, 180);
  const second = await corrections.add({ ...SAID, label: "daisy" }, photo, 180);
  const third = await corrections.add({ ...SAID, person: "bob" }, photo, 180);
  expect(second.id).toBe(first.id);
  expect((await corrections.list("guild/1")).map(({ person, label }) => `${person} ${label}`).toSorted()).toEqual([
    "ada daisy",
    "bob tulips",
  ]);
  expect(third.picture).toBe(first.picture);
});

test("a review changes the label and the state, and another community sees nothing of it", async () => {
  const { id } = await corrections.add(SAID, await phonePhoto(), 180);
  const reviewed = await corrections.review("guild/1", id, { by: "eve", state: "accepted", label: "roses" });
  expect(reviewed).toMatchObject({ state: "accepted", review: { by: "eve", label: "roses" } });
  expect(await corrections.list("guild/1", "accepted")).toHaveLength(1);
  expect(await corrections.list("guild")).toHaveLength(0);
  await expect(corrections.review("guild", id, { by: "eve", state: "rejected", label: "roses" })).rejects.toMatchObject(
    { code: "correction-not-found" },
  );
});

test("forgetting a person takes pictures and records, and nobody else's", async () => {
  for (const shade of [250, 200, 150]) await corrections.add(SAID, await phonePhoto(shade), 180);
  const other = await corrections.add({ ...SAID, person: "bob" }, await phonePhoto(), 180);
  expect(await corrections.forget("guild/1", "ada")).toBe(3);
  expect((await corrections.list("guild/1")).map(({ id }) => id)).toEqual([other.id]);
  const left = [];
  for await (const [key] of store.namespace("correction-pictures").entries()) left.push(key);
  expect(left).toHaveLength(1);
});

test("record and picture are gone when their time is over", async () => {
  const { id } = await corrections.add(SAID, await phonePhoto(), 0.2 / 86_400);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await corrections.get("guild/1", id)).toBeUndefined();
  expect(await corrections.picture("guild/1", id)).toBeUndefined();
});

test("what is said anew of an answer replaces what was said before, whichever model learns from it, and nobody else's", async () => {
  const photo = await phonePhoto();
  const first = await corrections.add(SAID, photo, 180);
  const digits = { ...SAID, model: "digits", version: "", label: "7", answeredBy: "flowers@v1" };
  const second = await corrections.add(digits, photo, 180, first.id);
  expect(second.id).toBe(first.id);
  expect(await corrections.list("guild/1")).toEqual([second]);
  // Another answer to the same picture, of the same model: one is left.
  const third = await corrections.add(SAID, photo, 180);
  const fourth = await corrections.add({ ...SAID, label: "daisy" }, photo, 180, second.id);
  expect(await corrections.list("guild/1")).toEqual([fourth]);
  expect(await corrections.picture("guild/1", third.id)).toBeUndefined();
  const bob = await corrections.add({ ...SAID, person: "bob" }, photo, 180, fourth.id);
  expect(bob.id).not.toBe(fourth.id);
  expect(await corrections.list("guild/1")).toHaveLength(2);
});
