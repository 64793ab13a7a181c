// `convo train`: what the options mean, what is refused, and what a person sees.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeRun } from "../../src/cli/train-description.js";
import { enqueueRun } from "../../src/cli/train-enqueue.js";
import { barOf, linesOf } from "../../src/cli/train-view.js";
import { openAudit } from "../../src/commands/audit-list.js";
import { SHARED } from "../../src/engine/queue/run.js";
import type { RunDescription } from "../../src/engine/training/run.js";
import { openStore } from "../../src/store/open.js";
import { convo } from "../support/convo.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convo-train-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run: RunDescription = {
  v: 1,
  id: "digits-1",
  recipe: "digits",
  model: "digits",
  data: "/data",
  folder: "/runs/digits-1",
  models: "/models",
  seed: 1,
  settings: {},
};

describe("the options of convo train", () => {
  it("become a description with absolute folders and typed settings", async () => {
    const described = await describeRun("digits", {
      data: "somewhere",
      out: "run",
      models: "registry",
      seed: "7",
      epochs: "3",
      batch: "32",
      threads: "2",
      backend: "wasm",
      set: ["dropout=0.4", "augmentation=false", "note=a=b"],
    });
    expect(described).toMatchObject({
      recipe: "digits",
      model: "digits",
      data: resolve("somewhere"),
      folder: resolve("run"),
      models: resolve("registry"),
      seed: 7,
      threads: 2,
      backend: "wasm",
      settings: { dropout: 0.4, augmentation: false, note: "a=b", epochs: 3, batch: 32 },
    });
    expect(described.resume).toBeUndefined();
  });

  it("have defaults: the data where convo data get puts them, a folder of its own for every run", async () => {
    const [one, other] = [await describeRun("flowers", {}), await describeRun("flowers", {})];
    expect(one.data).toBe(resolve("data/flowers"));
    expect(one.folder.startsWith(resolve("data/runs/flowers-"))).toBe(true);
    expect(one.folder).not.toBe(other.folder);
    expect(one.models).toBe(resolve("data/models"));
  });

  it.each([
    ["digit", {}, "recipe-unknown", "Did you mean digits?"],
    ["images", {}, "data-missing", "--data"],
    ["digits", { backend: "wsam" }, "backend-unknown", "wasm"],
    ["digits", { seed: "-1" }, "option-wrong", "--seed"],
    ["digits", { epochs: "2.5" }, "option-wrong", "--epochs"],
    ["digits", { batch: "" }, "option-wrong", "--batch"],
    ["digits", { set: ["dropout"] }, "setting-wrong", "key=value"],
    ["digits", { name: "My model" }, "model-name-wrong", "hyphens"],
    ["digits", { name: "../up" }, "model-name-wrong", "hyphens"],
    ["digits", { resume: "nowhere-at-all" }, "run-missing", "folder"],
    ["digits", { resume: "last", out: "nowhere-at-all" }, "run-missing", "--resume"],
  ])("%s %j is refused with a fix", async (recipe, options, code, word) => {
    await expect(describeRun(recipe, options)).rejects.toMatchObject({ code, fix: expect.stringContaining(word) });
  });

  it("with --resume are what the run was started with; only where the data and models lie may differ", async () => {
    writeFileSync(join(folder, "description.json"), JSON.stringify({ ...run, seed: 9, settings: { epochs: 4 } }));
    expect(await describeRun("digits", { resume: folder, data: "moved" })).toEqual({
      ...run,
      seed: 9,
      settings: { epochs: 4 },
      data: resolve("moved"),
      folder,
      resume: true,
    });
  });

  it("with --resume last take the newest run of the recipe", async () => {
    for (const name of ["digits-20261126-0900-00-aa", "digits-20261126-1000-00-aa", "flowers-20261126-1100-00-aa"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "description.json"), JSON.stringify(run));
    }
    const { folder: found } = await describeRun("digits", { resume: "last", out: folder });
    expect(found).toBe(join(folder, "digits-20261126-1000-00-aa"));
  });

  it("with --resume are refused for a run of another recipe, and for a damaged description", async () => {
    writeFileSync(join(folder, "description.json"), JSON.stringify(run));
    await expect(describeRun("flowers", { resume: folder })).rejects.toMatchObject({ code: "resume-differs" });
    for (const damage of ["", "{", "[]", '{"v":2}']) {
      writeFileSync(join(folder, "description.json"), damage);
      await expect(describeRun("digits", { resume: folder })).rejects.toMatchObject({ code: "description-wrong" });
    }
  });
});

describe("--enqueue", () => {
  it.each([{ out: "x" }, { models: "x" }, { threads: "2" }, { resume: "last" }])(
    "refuses %j, which its worker decides",
    async (options) => {
      const refused = enqueueRun("digits", options);
      await expect(refused).rejects.toMatchObject({
        code: "enqueue-option",
        what: expect.stringContaining(`--${Object.keys(options)[0]}`),
      });
    },
  );
});

describe("a queued run", () => {
  const queued = (args: readonly string[]) =>
    convo([...args], { env: { CONVO_STORE: `lmdb:${join(folder, "store")}` } });

  it("is a candidate for the gate unless it is said otherwise, and can be watched to its end", async () => {
    const args = ["train", "digits", "--data", folder, "--enqueue", "--json"];
    const kept = await queued(args);
    expect(JSON.parse(kept.stdout).wish.policy).toBe("keep");
    const promoted = JSON.parse((await queued([...args, "--seed", "2", "--after", "promote"])).stdout);
    expect(promoted.wish.policy).toBe("promote");
    await queued(["runs", "cancel", promoted.id]);
    const watched = await queued(["runs", "watch", promoted.id]);
    expect(watched).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^r-\S+ cancelled cancelled at the command line\n$/),
    });
    const store = await openStore({ url: `lmdb:${join(folder, "store")}` });
    const audited = (await openAudit(store).list(SHARED)).map(({ what, words }) => `${what}: ${words}`);
    await store.close();
    expect(audited).toEqual([
      `convo runs cancel ${promoted.id}: Cancelled.`,
      `convo train digits --enqueue --seed 2 --after promote: ${promoted.id} queued`,
      `convo train digits --enqueue --seed 1 --after keep: ${JSON.parse(kept.stdout).id} queued`,
    ]);
    expect(await queued(["runs", "watch", "r-none"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("(run-not-found)"),
    });
  });
});

describe("what a person sees", () => {
  it("is a bar with loss, rate and time left", () => {
    const bar = barOf({
      type: "step",
      phase: "train",
      epoch: 2,
      step: 50,
      steps: 100,
      loss: 0.25,
      imagesPerSecond: 812.4,
      secondsLeft: 125,
    });
    expect(bar).toBe(`epoch 2 ${"█".repeat(12)}${"░".repeat(12)} 50/100  loss 0.2500  812 images/s  2 min 5 s left`);
  });

  it("is at the end the accuracy with its interval, and where everything lies", () => {
    const [first, ...paths] = linesOf(
      {
        type: "finished",
        model: "digits",
        version: "20261126-1015-3f9a0c21",
        folder: "/models/digits/20261126-1015-3f9a0c21",
        testAccuracy: 0.9966,
        testInterval: { low: 0.9953, high: 0.9976 },
        seconds: 61,
      },
      run,
    );
    expect(first).toBe(
      "finished in 1 min 1 s: 99.66 % of the test images are right (95 % interval 99.53 % to 99.76 %)",
    );
    expect(paths.join()).toContain("/models/digits/20261126-1015-3f9a0c21");
    expect(paths.join()).toContain("/runs/digits-1");
  });

  it("is how to go on after Ctrl-C", () => {
    const lines = linesOf({ type: "stopped", why: "cancelled", code: "cancelled", message: "Stopped." }, run);
    expect(lines).toEqual(["Stopped.", "Go on: convo train digits --resume /runs/digits-1"]);
  });
});

describe("convo train as a program", () => {
  it("ends with status 2 and says what is wrong and what to do", async () => {
    const { code, stderr } = await convo(["train", "digits", "--data", folder, "--out", join(folder, "run")]);
    expect(code).toBe(2);
    expect(stderr).toContain("convo data get mnist");
    expect(stderr).toContain("(data-missing)");
    expect(existsSync(join(folder, "run"))).toBe(false);
  });

  it("gives one JSON object a line with --json, errors too", async () => {
    const { code, stdout } = await convo(["train", "digits", "--data", folder, "--out", join(folder, "run"), "--json"]);
    expect(code).toBe(2);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([expect.objectContaining({ type: "stopped", why: "failed", code: "data-missing" })]);
  });
});
