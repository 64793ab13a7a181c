// `convo backend`: what it refuses, and that a refusal leaves nothing behind; the real installations are in test/engine/backend/install.long.ts.
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { buildBackend } from "../../src/engine/backend/install/build.js";
import { installBackend } from "../../src/engine/backend/install/install.js";
import { OFFER } from "../../src/engine/backend/install/offers.js";
import { convo } from "../support/convo.js";
import { ROOT } from "../support/rubrics.js";

let added = "";
beforeAll(async () => {
  // Below the installation, so that what is added finds the installation's own packages.
  added = await mkdtemp(join(ROOT, "node_modules/.convo-test-"));
});
afterAll(() => rm(added, { recursive: true, force: true }));

test.each([
  [["backend", "install", "cuda"], "backend-unknown", "gpu or webgpu"],
  [["backend", "remove", "wasm"], "backend-unknown", "gpu, webgpu or tensorflow"],
] as const)("convo %s: %s", async (args, error, fix) => {
  const { code, stdout, stderr } = await convo(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`(${error})`);
  expect(stderr).toContain(fix);
});

test.skipIf(process.platform !== "linux" || !["x64", "arm64"].includes(process.arch))(
  "where nobody can be asked, it tells what it would take and installs nothing without --yes",
  async () => {
    const env = { npm_config_registry: "http://127.0.0.1:9/" };
    const { code, stderr } = await convo(["backend", "install", "webgpu"], { env });
    expect(code).toBe(2);
    for (const part of ["GPU ", "driver ", "free disk ", "webgpu 0.6.2", "about 63 MB to fetch", "an estimate"]) {
      expect(stderr).toContain(part);
    }
    expect(stderr).toContain("(backend-needs-consent)");
  },
);

test("without a network an installation ends soon, says so, and leaves nothing", async () => {
  const before = process.env.npm_config_registry;
  process.env.npm_config_registry = "http://127.0.0.1:9/";
  try {
    await expect(installBackend(OFFER.webgpu, { added })).rejects.toMatchObject({
      code: "backend-unreachable",
      what: expect.stringContaining("Nothing was changed."),
      fix: expect.stringContaining("npm ping"),
    });
  } finally {
    if (before === undefined) delete process.env.npm_config_registry;
    else process.env.npm_config_registry = before;
  }
  expect(existsSync(join(added, "webgpu"))).toBe(false);
  expect(existsSync(join(added, ".new"))).toBe(false);
  expect(existsSync(join(added, "backends.lock"))).toBe(false);
});

describe.skipIf(process.platform !== "linux")("what backend:tensorflow builds with", () => {
  const before = process.env.CXX;
  afterEach(() => {
    if (before === undefined) delete process.env.CXX;
    else process.env.CXX = before;
  });
  /** A program that answers as Python would. */
  async function answering(name: string, answer: object): Promise<string> {
    const path = join(added, name);
    await writeFile(path, `#!/bin/sh\necho '${JSON.stringify(answer)}'\n`);
    await chmod(path, 0o755);
    return path;
  }

  test("a compiler that is not there is named", async () => {
    process.env.CXX = "no-such-compiler";
    await expect(buildBackend({ added, python: "python3" })).rejects.toMatchObject({ code: "compiler-missing" });
  });

  test("no program, no Python, no TensorFlow and a TensorFlow without libraries are told apart", async () => {
    // A compiler is looked for first; any program that answers --version passes for one.
    process.env.CXX = process.execPath;
    const cases = [
      [join(added, "python"), "python-missing", "is not there"],
      ["true", "python-missing", "is no Python"],
      [await answering("bare", { folder: "", version: "" }), "tensorflow-missing", "pip install tensorflow-cpu"],
      [await answering("lean", { folder: added, version: "2.21.0" }), "tensorflow-unusable", "has no libtensorflow_cc"],
    ] as const;
    for (const [python, code, words] of cases) {
      await expect(buildBackend({ added, python })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    }
  });
});
