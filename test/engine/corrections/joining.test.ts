// Corrections on their way into training: exported once a run, deduplicated against the whole data set, remembered by pseudonym.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Corrections } from "../../../src/engine/corrections/correction.js";
import { openCorrections } from "../../../src/engine/corrections/corrections.js";
import { type LearnedFrom, openJoining } from "../../../src/engine/corrections/joining.js";
import type { QueuedRun, RunResult } from "../../../src/engine/queue/run.js";
import { fixedBatches } from "../../../src/engine/training/data/batches.js";
import { withCorrections } from "../../../src/engine/training/data/corrected.js";
import { type DataSet, NO_CLASS } from "../../../src/engine/training/data/data-set.js";
import { withoutGate } from "../../../src/engine/training/data/gate-split.js";
import { openImageFolder } from "../../../src/engine/training/data/image-folder.js";
import { openStore } from "../../../src/store/open.js";
import type { Store } from "../../../src/store/store.js";
import { pageOf } from "../../support/pages.js";
import { temporaryFolder } from "../../support/world.js";
import { wish } from "../queue/support/wishes.js";
import { drawPicture, imageFolder } from "../training/data/pictures.js";

let folder: string;
let store: Store;
let corrections: Corrections;
let joining: LearnedFrom;
beforeEach(async () => {
  folder = temporaryFolder();
  store = await openStore({ url: `lmdb:${folder}/store` });
  corrections = openCorrections(store);
  joining = openJoining(store, corrections);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function accepted(model: string, label: string, picture: Uint8Array, person = "ada"): Promise<string> {
  const answer = { label: "?", probability: 0.5 };
  const said = { community: "class-a", person, model, version: "1", answer, label, isRight: false };
  const { id } = await corrections.add(said, picture, 30);
  await corrections.review("class-a", id, { by: "eve", state: "accepted", label });
  return id;
}

const run = (model: string): QueuedRun => ({
  v: 1,
  id: "r-1",
  wish: wish({ model }),
  state: "running",
  created: 0,
  changes: [],
  attempts: 1,
});
const result: RunResult = {
  model: "pets",
  version: "20261126-1000-00000000",
  folder: "/",
  testAccuracy: 1,
  testInterval: { low: 1, high: 1 },
  seconds: 1,
};

test("accepted pictures of the model join training; what is in the data in any split is left out, and twice the same is once", async () => {
  const { folder: pictures, cache } = await imageFolder({ cats: 24, dogs: 24 });
  const whole = await openImageFolder(pictures, { seed: 1, cache });
  const data = await withoutGate(whole, join(folder, "gates"));
  const fresh = await accepted("pets", "dogs", await drawPicture("new", 200, 150));
  await accepted("pets", "dogs", await drawPicture("new", 160, 120), "bob");
  const gone = whole.splits.train.find(({ id }) => !data.splits.train.some((kept) => kept.id === id));
  const known = [gone, data.splits.test[0], data.splits.validation[0], data.splits.train[0]];
  for (const sample of known) {
    const seed = (sample?.id ?? "").replace(".jpg", "");
    await accepted("pets", "cats", await drawPicture(seed, 120, 90), `person ${seed}`);
  }
  await accepted("pets", "neither", await drawPicture("nothing"));
  await accepted("flowers", "dogs", await drawPicture("another model's"));
  const extra = join(folder, "extra");
  expect(await joining.prepare(run("pets"), extra)).toBe(true);
  const joined = await withCorrections(data, whole, extra);
  const added = joined.splits.train.slice(data.splits.train.length);
  expect(added).toHaveLength(1);
  expect(added[0]).toMatchObject({ label: 1 });
  expect([joined.splits.validation, joined.splits.test]).toEqual([data.splits.validation, data.splits.test]);
  expect(joined.version).not.toBe(data.version);
  expect(joined.notes.slice(-3)).toEqual([
    "From corrections: 1 training images.",
    "Corrections left out, in the data already: 5.",
    "Corrections left out, of no class or not as many digits as were said: 1.",
  ]);
  expect((await joined.read(added[0] ?? { id: "", label: 0 }, 48)).height).toBe(48);
  let images = 0;
  const geometry = { height: 32, width: 32, channels: 3, preprocess: { scale: 1, offset: 0, order: "rgb" } } as const;
  for await (const batch of fixedBatches({ dataSet: joined, split: "train", batchSize: 16, workers: 1, ...geometry })) {
    images += batch.labels.length;
  }
  expect(images).toBe(data.splits.train.length + 1);
  expect(existsSync(join(extra, `${fresh}.jpg`))).toBe(true);
});

test("none of these is never trained on, be it that a class has that name", async () => {
  const { folder: pictures, cache } = await imageFolder({ cats: 12, neither: 12 });
  const data = await openImageFolder(pictures, { seed: 1, cache });
  await accepted("pets", "neither", await drawPicture("nothing"));
  await accepted("pets", "cats", await drawPicture("a cat"));
  const extra = join(folder, "extra");
  await joining.prepare(run("pets"), extra);
  const joined = await withCorrections(data, data, extra);
  const added = joined.splits.train.slice(data.splits.train.length);
  expect(added.map(({ label }) => data.labels[label])).toEqual(["cats"]);
});

/** One black training image. */
function digitsData(): DataSet {
  return {
    name: "drawn",
    folder,
    labels: [..."0123456789"],
    version: "1",
    splits: { train: [{ id: "a", label: 0 }], validation: [], test: [] },
    notes: [],
    source: {
      kind: "memory",
      memory: new SharedArrayBuffer(784),
      height: 28,
      width: 28,
      channels: 1,
      offsets: new Map([["a", 0]]),
    },
    read: async () => ({ data: new Uint8Array(784), height: 28, width: 28, channels: 1 }),
  };
}

test("a page with a number becomes a picture a digit; a number of another length is left out", async () => {
  const page = await pageOf(300);
  await accepted("digits", page.number, page.jpeg);
  await accepted("digits", `${page.number}0`, (await pageOf(301)).jpeg, "bob");
  const extra = join(folder, "extra");
  await joining.prepare(run("digits"), extra);
  const data = digitsData();
  const joined = await withCorrections(data, data, extra);
  const added = joined.splits.train.slice(1);
  expect(added.map(({ label }) => label).join("")).toBe(page.number);
  const { data: pixels } = await joined.read(added[0] ?? { id: "", label: 0 });
  expect(Math.max(...pixels)).toBeGreaterThan(200);
  expect(pixels[0]).toBe(0);
  // The same digits once more are nothing new.
  const again = await withCorrections(joined, joined, extra);
  expect(again.splits.train).toHaveLength(joined.splits.train.length);
});

test("what was taken for digits on a picture of none of these becomes pictures of no class", async () => {
  const page = await pageOf(302);
  await accepted("digits", "neither", page.jpeg);
  const blank = sharp({ create: { width: 300, height: 200, channels: 3, background: "#f4f1e8" } });
  await accepted("digits", "neither", await blank.jpeg().toBuffer(), "bob");
  const extra = join(folder, "extra");
  await joining.prepare(run("digits"), extra);
  const joined = await withCorrections(digitsData(), digitsData(), extra);
  const added = joined.splits.train.slice(1);
  expect(added.map(({ label }) => label)).toEqual([...page.number].map(() => NO_CLASS));
  expect(joined.notes).toEqual([
    `From corrections: ${added.length} training images, ${added.length} of them of no class.`,
    "Corrections left out, of no class or not as many digits as were said: 1.",
  ]);
});

test("a run that goes on finds the data that it began with; after its end no picture is left, and its model is named to who asks", async () => {
  await accepted("pets", "dogs", await drawPicture("one"));
  const extra = join(folder, "extra");
  await joining.prepare(run("pets"), extra);
  const before = readdirSync(extra).sort();
  expect(readFileSync(join(extra, "corrections.json"), "utf8")).not.toMatch(/\bada\b/);
  await accepted("pets", "dogs", await drawPicture("two"), "bob");
  await joining.prepare(run("pets"), extra);
  expect(readdirSync(extra).sort()).toEqual(before);
  await joining.over(run("pets"), result, extra);
  expect(existsSync(extra)).toBe(false);
  // The worker died in between and is at it again.
  await joining.over(run("pets"), result, extra);
  await corrections.forget("class-a", "ada");
  expect(await joining.trainedOn("class-a", "ada")).toEqual(["pets@20261126-1000-00000000"]);
  expect(await joining.trainedOn("class-a", "bob")).toEqual([]);
  expect(await joining.trainedOn("class-b", "ada")).toEqual([]);
  for await (const [, record] of store.namespace("trained-on").entries()) {
    expect(JSON.stringify(record)).not.toMatch(/\bada\b/);
  }
  expect(await joining.prepare(run("pets"), join(folder, "next"))).toBe(true);
  expect(readdirSync(join(folder, "next"))).toHaveLength(2);
  await corrections.forget("class-a", "bob");
  expect(await joining.prepare(run("pets"), join(folder, "after"))).toBe(false);
});

test("a run is named to whoever's pictures it was given, until it is over; one that has not begun is prepared without them", async () => {
  await accepted("pets", "dogs", await drawPicture("one"));
  const extra = join(folder, "extra");
  expect(await joining.learningFrom("class-a", "ada")).toEqual([]);
  await joining.prepare(run("pets"), extra);
  await corrections.forget("class-a", "ada");
  expect(await joining.learningFrom("class-a", "ada")).toEqual(["r-1"]);
  expect(await joining.learningFrom("class-a", "bob")).toEqual([]);
  expect(await joining.learningFrom("class-b", "ada")).toEqual([]);
  // It goes on, with what it began with.
  expect(await joining.prepare(run("pets"), extra)).toBe(true);
  expect(await joining.prepare({ ...run("pets"), id: "r-2" }, join(folder, "waited"))).toBe(false);
  await joining.over(run("pets"), result, extra);
  expect(await joining.learningFrom("class-a", "ada")).toEqual([]);
  expect(await joining.trainedOn("class-a", "ada")).toEqual(["pets@20261126-1000-00000000"]);
});

test("a picture that is taken back while the run is prepared is not in it", async () => {
  await accepted("pets", "dogs", await drawPicture("one"));
  await accepted("pets", "dogs", await drawPicture("two"), "bob");
  let isAsked = false;
  const slow = openJoining(store, {
    ...corrections,
    async picture(community, id) {
      const found = await corrections.picture(community, id);
      if (!isAsked) await corrections.forget("class-a", "ada");
      isAsked = true;
      return found;
    },
  });
  await slow.prepare(run("pets"), join(folder, "extra"));
  expect(readdirSync(join(folder, "extra"))).toHaveLength(2);
  expect(await slow.learningFrom("class-a", "ada")).toEqual([]);
  expect(await slow.learningFrom("class-a", "bob")).toEqual(["r-1"]);
});
