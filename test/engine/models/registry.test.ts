// Saving, opening, choosing and deleting models, with real folders; and what damage of every kind is answered with.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { layers as kinds, type LayersModel, sequential } from "@tensorflow/tfjs-layers";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../../src/engine/hash.js";
import { communityFolder, communityRegistries } from "../../../src/engine/models/community-folder.js";
import { wilson } from "../../../src/engine/models/interval.js";
import { readManifest } from "../../../src/engine/models/manifest.js";
import { openModel } from "../../../src/engine/models/open.js";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { type ModelToSave, type SavedModel, saveModel } from "../../../src/engine/models/save.js";
import { loadLayersModel } from "../../../src/engine/models/weights.js";
import { SHARED } from "../../../src/engine/queue/run.js";
import { convo } from "../../support/convo.js";
import { refusal } from "../../support/errors.js";
import { randomInput, randomWeights } from "../onnx/support/compare.js";

let root: string;
let folder: string;
/** Three versions, saved once; each test works on a copy. */
let saved: string;
let versions: string[];
let last: SavedModel;

function tiny(seed: number, units = 3): LayersModel {
  const model = sequential({
    name: "tiny",
    layers: [
      kinds.conv2d({ name: "conv", inputShape: [8, 8, 1], filters: 4, kernelSize: 3 }),
      kinds.batchNormalization({ name: "bn" }),
      kinds.flatten({ name: "flat" }),
      kinds.dense({ name: "logits", units }),
    ],
  });
  randomWeights(model, seed);
  return model;
}

function toSave(registry: string, seed: number): ModelToSave {
  return {
    registry,
    model: tiny(seed),
    checkImages: randomInput([5, 8, 8, 1], seed),
    now: new Date(Date.UTC(2026, 10, 26, 10, seed)),
    pictures: { "curves.png": Uint8Array.of(1, 2, 3) },
    fields: {
      name: "shapes",
      recipe: "images",
      labels: ["circle", "square | \u001b[31mred", "star"],
      preprocessing: {
        height: 8,
        width: 8,
        channels: 1,
        fit: "cover",
        resize: 9,
        scale: [1 / 255],
        offset: [0],
        order: "grey",
      },
      temperature: 1,
      metrics: {
        test: { accuracy: wilson(27, 30), loss: 0.3, images: 30 },
        confusion: [
          [9, 1, 0],
          [0, 9, 1],
          [1, 0, 9],
        ],
      },
      data: { name: "drawn shapes", version: "abc123" },
      run: { id: "run-1", seed: 7, backend: "wasm", device: "a CPU" },
    },
    card: {
      title: "Shapes",
      purpose: "Telling drawn shapes apart.",
      notFor: "Photographs.",
      dataLicence: "Drawn for this test, CC0.",
      command: "convo train images --data shapes --seed 7",
      epochs: 3,
      training: "Cosine schedule.",
      limitations: ["Three classes only."],
    },
  };
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "convo-models-"));
  saved = join(root, "saved");
  versions = [];
  for (const seed of [1, 2, 3]) {
    last = await saveModel(toSave(saved, seed));
    versions.push(last.manifest.version);
  }
});
beforeEach(() => {
  folder = mkdtempSync(join(root, "copy-"));
  cpSync(saved, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const registry = () => new ModelRegistry(folder, join(root, "nothing-ships"));
const version = (at: number) => versions[at] ?? "";
const place = (at: number) => join(folder, "shapes", version(at));

describe("saving", () => {
  test("writes a folder that opens, with hashes, parameters, the difference and a card", async () => {
    const { manifest } = await openModel(last.folder);
    expect(manifest).toEqual(last.manifest);
    expect(Object.keys(manifest.files).sort()).toEqual([
      "card.md",
      "curves.png",
      "model.onnx",
      "weights.bin",
      "weights.json",
    ]);
    expect(manifest).toMatchObject({ parameters: 4 * 9 + 4 + 16 + 144 * 3 + 3, precision: "float32" });
    expect(manifest.exportDifference).toBeLessThan(1e-4);
    const card = readFileSync(join(last.folder, "card.md"), "utf8");
    expect(card).toContain("| test, looked at once | 30 | 90.00 % (74.38 to 96.54) | 0.3000 |");
    expect(card).toContain("| star | 10 | 90.00 % (59.58 to 98.21) |");
    expect(card).not.toContain("\u001b");
    expect(readdirSync(join(saved, "shapes")).sort()).toEqual([...versions].sort());
  });

  test("the weights come back, so that training can go on", async () => {
    const again = await loadLayersModel(last.folder);
    const expected = tiny(3).getWeights();
    for (const [at, tensor] of again.getWeights().entries()) {
      expect([...tensor.dataSync()]).toEqual([...(expected[at]?.dataSync() ?? [])]);
    }
    rmSync(join(place(0), "weights.bin"));
    expect((await refusal(() => loadLayersModel(place(0)))).code).toBe("model-without-weights");
  });

  test("two runs that end with the same weights in one minute are two versions, each as readable as ever", async () => {
    const again = toSave(folder, 1);
    const twin = { ...again, fields: { ...again.fields, run: { ...again.fields.run, id: "run-2" } } };
    const { manifest } = await saveModel(twin);
    expect(manifest.version).toMatch(/^20261126-1001-[0-9a-f]{8}$/);
    expect(versions).not.toContain(manifest.version);
    expect(manifest.files["model.onnx"]).toBe((await openModel(place(0))).manifest.files["model.onnx"]);
  });

  test("a version is never overwritten, and labels that do not fit the outputs are not saved", async () => {
    expect((await refusal(() => saveModel(toSave(folder, 1)))).code).toBe("model-exists");
    const wrong = toSave(folder, 9);
    const error = await refusal(() => saveModel({ ...wrong, model: tiny(9, 4) }));
    expect(error).toMatchObject({
      code: "model-invalid",
      what: "The model was not saved: there are 3 labels for 4 outputs.",
    });
    expect(readdirSync(join(folder, "shapes")).sort()).toEqual([...versions].sort());
  });

  test("float16 storage without the tfjs weights: the card says what it costs", async () => {
    const { folder: at } = await saveModel({ ...toSave(folder, 8), precision: "float16", keepWeights: false });
    const { manifest } = await openModel(at);
    expect(Object.keys(manifest.files).sort()).toEqual(["card.md", "curves.png", "model.onnx"]);
    expect(manifest.storageDifference).toBeGreaterThan(manifest.exportDifference);
    expect(readFileSync(join(at, "card.md"), "utf8")).toContain(
      "Storing the weights as float16 changes logits by at most",
    );
    expect((await refusal(() => loadLayersModel(at))).code).toBe("model-without-weights");
  });

  test("a registry that cannot be written leaves nothing behind", async () => {
    writeFileSync(join(folder, "file"), "");
    const error = await refusal(() => saveModel(toSave(join(folder, "file"), 4)));
    expect(error.code).toBe("not-writable");
  });
});

describe("damage is named, and the model in service is not touched", () => {
  const rewrite = (change: (manifest: Record<string, unknown>) => void) => {
    const path = join(place(1), "model.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
  };
  const cases: Readonly<Record<string, readonly [() => void, RegExp]>> = {
    "a truncated graph": [
      () => truncateSync(join(place(1), "model.onnx"), 100),
      /model.onnx is not the file that was saved/,
    ],
    "an altered card": [() => appendFileSync(join(place(1), "card.md"), "!"), /card.md is not the file/],
    "a missing file": [() => rmSync(join(place(1), "weights.bin")), /weights.bin is missing/],
    "a folder for a file": [
      () => {
        rmSync(join(place(1), "curves.png"));
        mkdirSync(join(place(1), "curves.png"));
      },
      /curves.png is no file/,
    ],
    "another version's graph": [
      () => cpSync(join(place(0), "model.onnx"), join(place(1), "model.onnx")),
      /not the file that was saved/,
    ],
    "no manifest": [() => rmSync(join(place(1), "model.json")), /model.json is missing/],
    "half a manifest": [() => truncateSync(join(place(1), "model.json"), 50), /model.json is no JSON/],
    "an unknown form": [() => rewrite((manifest) => Object.assign(manifest, { v: 2 })), /form v 2, known is 1/],
    "no labels": [() => rewrite((manifest) => delete manifest.labels), /labels/],
    "too few labels": [
      () => rewrite((manifest) => Object.assign(manifest, { labels: ["a", "b"], metrics: {} })),
      /there are 2 labels for 3 outputs/,
    ],
    "the same label twice": [
      () => rewrite((manifest) => Object.assign(manifest, { labels: ["a", "b", "a"] })),
      /stands twice/,
    ],
    "another input size": [
      () => rewrite((manifest) => Object.assign(manifest.preprocessing ?? {}, { height: 9 })),
      /takes \[8, 8, 1\], the preprocessing gives 9 × 8 × 1/,
    ],
    "a file outside the folder": [
      () => rewrite((manifest) => Object.assign(manifest, { files: { "../x.onnx": "0".repeat(64) } })),
      /files/,
    ],
    "another model's manifest": [
      () => cpSync(join(place(0), "model.json"), join(place(1), "model.json")),
      /is that of shapes@/,
    ],
  };

  test.each(Object.entries(cases))("%s", async (_, [harm, message]) => {
    await registry().setChampion("shapes", version(0));
    harm();
    const error = await refusal(() => registry().setChampion("shapes", version(1)));
    expect(error.code).toBe("model-damaged");
    expect(error.what).toMatch(message);
    expect((await registry().open("shapes")).manifest.version).toBe(version(0));
    expect(await registry().aliases("shapes")).toEqual({ champion: version(0) });
    expect(await registry().list()).toHaveLength(3);
  });

  test("whatever stands in model.json, it is read or refused in words", () => {
    const text = readFileSync(join(last.folder, "model.json"), "utf8");
    const changes = fc.array(
      fc.tuple(fc.nat(text.length - 1), fc.constantFrom("{", "[", '"', "0", "-", "null", ",", "e9")),
      {
        maxLength: 4,
      },
    );
    const altered = changes.map((all) =>
      all.reduce((changed, [at, piece]) => changed.slice(0, at) + piece + changed.slice(at + 1), text),
    );
    const deep = `{"v":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    fc.assert(
      fc.property(fc.oneof(altered, fc.json(), fc.string()), (json) => {
        const read = readManifest(json);
        expect("wrong" in read ? read.wrong.length : read.labels.length).toBeGreaterThan(0);
      }),
      { numRuns: 500, examples: [[deep]] },
    );
  });

  test("a rule by likeness without its centres, or with some that do not fit the labels, is damage", async () => {
    const shapes = join(folder, "shapes", version(0));
    const path = join(shapes, "model.json");
    const manifest = JSON.parse(readFileSync(path, "utf8"));
    const decision = { method: "test", sureProbability: 0.9, sureEnergy: 0, sureLikeness: 0.5, neitherEnergy: 0 };
    writeFileSync(path, JSON.stringify({ ...manifest, decision }));
    expect((await refusal(() => openModel(shapes))).message).toContain("its rule needs centres.bin");
    const withCentres = (bytes: Uint8Array) => {
      writeFileSync(join(shapes, "centres.bin"), bytes);
      const files = { ...manifest.files, "centres.bin": sha256(bytes) };
      writeFileSync(path, JSON.stringify({ ...manifest, decision, files }));
      return openModel(shapes);
    };
    const bytes = new Uint8Array(Float32Array.from({ length: 6 }, (_, at) => at).buffer);
    expect((await withCentres(bytes)).centres).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
    expect((await refusal(() => withCentres(bytes.subarray(1)))).code).toBe("model-damaged");
  });

  test("damaged aliases are said, and a version is still found by its name", async () => {
    writeFileSync(join(folder, "shapes/aliases.json"), '{"v":1,"champion":"../..","x"');
    expect((await refusal(() => registry().open("shapes"))).code).toBe("aliases-damaged");
    expect((await registry().open(`shapes@${version(2)}`)).manifest.version).toBe(version(2));
  });
});

describe("aliases", () => {
  test("a new champion makes the old one previous; a rollback swaps them", async () => {
    expect((await refusal(() => registry().open("shapes"))).code).toBe("model-no-champion");
    expect((await refusal(() => registry().rollback("shapes"))).code).toBe("model-no-previous");
    await registry().setChampion("shapes", version(0));
    await registry().setChampion("shapes", version(1));
    await registry().setChampion("shapes", version(1));
    expect(await registry().aliases("shapes")).toEqual({ champion: version(1), previous: version(0) });
    expect((await registry().find("shapes@previous")).version).toBe(version(0));
    await registry().rollback("shapes");
    expect(await registry().aliases("shapes")).toEqual({ champion: version(0), previous: version(1) });
  });

  test("many changes at once lose none: the last two stand", async () => {
    const order = [0, 1, 2, 0, 1, 2, 0, 1];
    await Promise.all(order.map((at) => registry().setChampion("shapes", version(at))));
    const { champion, previous } = await registry().aliases("shapes");
    expect(champion).not.toBe(previous);
    expect(versions).toEqual(expect.arrayContaining([champion, previous]));
    expect(readdirSync(join(folder, "shapes")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("what is in service cannot be deleted, the others can", async () => {
    await registry().setChampion("shapes", version(0));
    await registry().setChampion("shapes", version(1));
    for (const at of [0, 1]) {
      expect((await refusal(() => registry().remove("shapes", version(at)))).code).toBe("model-in-service");
    }
    await registry().remove("shapes", version(2));
    expect(existsSync(place(2))).toBe(false);
    expect((await refusal(() => registry().remove("shapes", version(2)))).code).toBe("model-not-found");
  });

  test.each(["../shapes", "shapes@../../etc", "Shapes", "", "shape", "shapes@nothing"])(
    "%j is no model",
    async (reference) => {
      expect((await refusal(() => registry().open(reference))).code).toBe("model-not-found");
    },
  );
});

describe("what ships", () => {
  test("serves where there is no champion, can be rolled back to, and is never deleted", async () => {
    const shipped = join(folder, "shipped");
    cpSync(join(saved, "shapes", version(2)), join(shipped, "shapes", version(2)), { recursive: true });
    const own = join(folder, "own");
    cpSync(join(saved, "shapes", version(0)), join(own, "shapes", version(0)), { recursive: true });
    const both = new ModelRegistry(own, shipped);
    expect((await both.open("shapes")).folder).toBe(join(shipped, "shapes", version(2)));
    await both.setChampion("shapes", version(0));
    expect((await both.open("shapes")).folder).toBe(join(own, "shapes", version(0)));
    await both.rollback("shapes");
    expect((await both.open("shapes")).folder).toBe(join(shipped, "shapes", version(2)));
    expect((await refusal(() => both.remove("shapes", version(2)))).code).toBe("model-shipped");
  });
});

describe("a community's models", () => {
  test("lie above the shared ones, which lie above what ships; only its own folder is written", async () => {
    const shipped = join(folder, "shipped");
    const models = join(folder, "models");
    const registryFor = communityRegistries(models, shipped);
    const [mine, theirs, shared] = [registryFor("../guild 1"), registryFor("guild 2"), registryFor(SHARED)];
    cpSync(join(saved, "shapes", version(0)), join(shipped, "shapes", version(0)), { recursive: true });
    cpSync(join(saved, "shapes", version(1)), join(models, "shapes", version(1)), { recursive: true });
    cpSync(join(saved, "shapes", version(2)), join(mine.folder, "shapes", version(2)), { recursive: true });
    expect(dirname(mine.folder)).toBe(join(models, ".communities"));
    const seen = (registry: ModelRegistry) =>
      registry.list().then((entries) => entries.map(({ version: found, source }) => `${found} ${source}`));
    expect(await seen(mine)).toEqual([`${version(2)} own`, `${version(1)} shared`, `${version(0)} shipped`]);
    expect(await seen(theirs)).toEqual([`${version(1)} shared`, `${version(0)} shipped`]);
    expect(await seen(shared)).toEqual([`${version(1)} own`, `${version(0)} shipped`]);
    const serving = () => Promise.all([mine, theirs, shared].map(async (each) => (await each.find("shapes")).version));
    expect(await serving()).toEqual([version(0), version(0), version(0)]);

    const before = await Promise.all([mine, theirs].map((each) => each.stamp("shapes")));
    await shared.setChampion("shapes", version(1));
    expect(await serving()).toEqual([version(1), version(1), version(1)]);
    const after = await Promise.all([mine, theirs].map((each) => each.stamp("shapes")));
    expect(after.filter((stamp, at) => stamp === before[at])).toEqual([]);

    expect(await mine.follows("shapes")).toBe(true);
    await mine.setChampion("shapes", version(2));
    expect(await serving()).toEqual([version(2), version(1), version(1)]);
    expect([await mine.follows("shapes"), await theirs.follows("shapes")]).toEqual([false, true]);
    expect(await mine.rollback("shapes")).toEqual({ champion: version(1), previous: version(2) });
    expect(await theirs.rollback("shapes")).toEqual({ champion: version(0), previous: version(1) });
    expect(await serving()).toEqual([version(1), version(0), version(1)]);
    expect((await refusal(() => theirs.setChampion("shapes", version(2)))).code).toBe("model-not-found");
    expect((await refusal(() => mine.remove("shapes", version(1)))).code).toMatch(/^model-(shared|in-service)$/);
  });

  test("are given up for the shared ones, and for what comes after them; one step leads back", async () => {
    const shipped = join(folder, "shipped");
    const models = join(folder, "models");
    const registryFor = communityRegistries(models, shipped);
    const [mine, shared] = [registryFor("guild"), registryFor(SHARED)];
    cpSync(join(saved, "shapes", version(0)), join(shipped, "shapes", version(0)), { recursive: true });
    cpSync(join(saved, "shapes", version(1)), join(models, "shapes", version(1)), { recursive: true });
    cpSync(join(saved, "shapes", version(2)), join(mine.folder, "shapes", version(2)), { recursive: true });
    expect((await refusal(() => mine.follow("shapes"))).code).toBe("model-follows");
    await mine.setChampion("shapes", version(2));
    const before = await mine.stamp("shapes");
    expect(await mine.follow("shapes")).toEqual({ champion: version(0), previous: version(2) });
    expect(await mine.follows("shapes")).toBe(true);
    expect(await mine.stamp("shapes")).not.toBe(before);
    expect((await refusal(() => mine.remove("shapes", version(2)))).code).toBe("model-in-service");
    // Whatever all share from now on is what answers here.
    await shared.setChampion("shapes", version(1));
    expect(await mine.aliases("shapes")).toEqual({ champion: version(1), previous: version(2) });
    expect(await mine.rollback("shapes")).toEqual({ champion: version(2), previous: version(1) });
    expect(await mine.follows("shapes")).toBe(false);
    // The shared one gives its choice up for what ships.
    expect(await shared.follow("shapes")).toEqual({ champion: version(0), previous: version(1) });
  });

  test("are not given up where nothing would answer then, nor for a damaged model", async () => {
    const mine = communityRegistries(join(folder, "models"), join(folder, "nothing"))("guild");
    cpSync(join(saved, "shapes", version(2)), join(mine.folder, "shapes", version(2)), { recursive: true });
    await mine.setChampion("shapes", version(2));
    expect((await refusal(() => mine.follow("shapes"))).code).toBe("model-nothing-shared");
    cpSync(join(saved, "shapes", version(1)), join(folder, "nothing/shapes", version(1)), { recursive: true });
    truncateSync(join(folder, "nothing/shapes", version(1), "model.onnx"), 10);
    expect((await refusal(() => mine.follow("shapes"))).code).toBe("model-damaged");
    expect(await mine.aliases("shapes")).toEqual({ champion: version(2) });
    expect((await refusal(() => mine.follow("nothing"))).code).toBe("model-not-found");
    expect(existsSync(join(mine.folder, "nothing"))).toBe(false);
  });

  test("are chosen on the command line by --community", async () => {
    cpSync(join(saved, "shapes", version(2)), join(communityFolder(folder, "guild"), "shapes", version(2)), {
      recursive: true,
    });
    const args = ["--community", "guild"];
    const env = { CONVO_MODELS: folder, CONVO_STORE: `lmdb:${join(folder, ".store")}` };
    const run = await convo(["models", "promote", `shapes@${version(2)}`, ...args], { env });
    expect(run.stderr).toBe("");
    expect(await communityRegistries(folder)("guild").aliases("shapes")).toEqual({ champion: version(2) });
    const back = await convo(["models", "follow", "shapes", ...args], { env });
    expect([back.code, back.stderr]).toEqual([2, expect.stringContaining("No shapes is shared or ships")]);
    expect((await refusal(() => registry().find("shapes"))).code).toBe("model-no-champion");
  });

  test("of a name that there is not are not rolled back, and leave no folder behind", async () => {
    expect((await refusal(() => registry().rollback("nothing"))).code).toBe("model-not-found");
    expect(existsSync(join(folder, "nothing"))).toBe(false);
  });
});

test("Wilson's interval agrees with published values", () => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  const { low, high } = wilson(81, 263);
  expect([low, high]).toEqual([expect.closeTo(0.2553, 4), expect.closeTo(0.3662, 4)]);
  expect(wilson(0, 10)).toEqual({ value: 0, low: 0, high: expect.closeTo(0.2775, 4) });
  expect(wilson(10, 10)).toEqual({ value: 1, low: expect.closeTo(0.7225, 4), high: 1 });
  expect(wilson(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  expect(() => wilson(3, 2)).toThrow(RangeError);
});

describe("convo models", () => {
  const env = () => ({ CONVO_MODELS: folder });

  test("list shows versions, aliases, accuracy, and damage; --json the same for machines", async () => {
    await registry().setChampion("shapes", version(1));
    truncateSync(join(place(0), "model.json"), 10);
    const { code, stdout } = await convo(["models", "list"], { env: env() });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`shapes +${version(1)} +champion +90.00 % \\(74.38 to 96.54\\) +3 +491 +trained here`),
    );
    expect(stdout).toMatch(new RegExp(`shapes +${version(0)} +damaged`));
    const list = JSON.parse((await convo(["models", "list", "--json"], { env: env() })).stdout);
    const own = list.filter(({ shipped }: { shipped: boolean }) => !shipped);
    expect(
      own.map((entry: { version: string; error?: { code: string } }) => [entry.version, entry.error?.code]),
    ).toEqual([
      [version(2), undefined],
      [version(1), undefined],
      [version(0), "model-damaged"],
    ]);
  });

  test("show prints the card, without anything that steers a terminal", async () => {
    const { code, stdout } = await convo(["models", "show", `shapes@${version(2)}`], { env: env() });
    expect(code).toBe(0);
    expect(stdout).toContain("# Shapes");
    expect(stdout).not.toContain("\u001b");
    const { stdout: json } = await convo(["models", "show", "--json", `shapes@${version(2)}`], { env: env() });
    expect(JSON.parse(json)).toMatchObject({ name: "shapes", version: basename(place(2)) });
    const unknown = await convo(["models", "show", "shapse"], { env: env() });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("Did you mean shapes?") });
  });
});
