// `convo backend`: what it refuses, and that a refusal leaves nothing behind; the real installations are in backend.long.ts.
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

describe.skipIf(process.platform !== "linux")("convo backend build", () => {
  const build = (python: string, env = {}) => convo(["backend", "build", "--python", python], { env });

  test("names a compiler that is not there", async () => {
    expect((await build("python3", { CXX: "no-such-compiler" })).stderr).toContain("(compiler-missing)");
  });

  test("tells a program that is not there from one that is no Python and a Python without TensorFlow", async () => {
    // A C++ compiler is asked for first; any program that answers --version passes for one.
    const env = { CXX: process.execPath };
    expect((await build(join(added, "python"), env)).stderr).toMatch(/is not there.*\(python-missing\)/s);
    expect((await build("true", env)).stderr).toMatch(/is no Python.*\(python-missing\)/s);
    const bare = join(added, "bare");
    await writeFile(bare, '#!/bin/sh\necho \'{"folder": "", "version": ""}\'\n');
    await chmod(bare, 0o755);
    expect((await build(bare, env)).stderr).toMatch(/pip install tensorflow-cpu.*\(tensorflow-missing\)/s);
    const headless = join(added, "headless");
    await writeFile(headless, `#!/bin/sh\necho '{"folder": "${added}", "version": "2.21.0"}'\n`);
    await chmod(headless, 0o755);
    expect((await build(headless, env)).stderr).toMatch(/has no libtensorflow_cc.*\(tensorflow-unusable\)/s);
  });
});
