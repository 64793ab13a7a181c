// What a probe tells: a crash, a hang and a library that lies are failed probes, never the end of the process.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { failureOf } from "../../../src/engine/backend/failure.js";
import { SOFTWARE_ADAPTER } from "../../../src/engine/backend/load.js";
import { probe } from "../../../src/engine/backend/probe.js";

function script(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "convo-probe-")), "child.mjs");
  writeFileSync(path, text);
  return path;
}

describe("a probe", () => {
  test("finds that WASM runs, with the processor's name and its threads", async () => {
    const found = await probe("wasm");
    expect(found).toMatchObject({ status: "runs", backend: { name: "wasm", device: { kind: "cpu" } } });
    expect(found.backend?.device.threads).toBeGreaterThanOrEqual(1);
  });

  test("outlives a library that crashes, and names the signal", async () => {
    const found = await probe("tensorflow", { script: script('process.kill(process.pid, "SIGSEGV");') });
    expect(found).toMatchObject({ status: "failed", why: expect.stringContaining("SIGSEGV") });
  });

  test("ends a library that hangs", async () => {
    const found = await probe("webgpu", { script: script("setInterval(() => {}, 1000);"), timeout: 1000 });
    expect(found).toMatchObject({ status: "failed", why: expect.stringContaining("SIGKILL") });
  });

  test("keeps the last words of a library that ends its process", async () => {
    const found = await probe("webgpu", { script: script('console.error("no Vulkan"); process.exit(3);') });
    expect(found).toMatchObject({ status: "failed", why: "Its process ended with status 3: no Vulkan." });
  });
});

describe("a TensorFlow that lists no GPU", () => {
  const lists = (log: string): string =>
    script(
      `console.error(${JSON.stringify(log)}); console.log('\\nconvo-probe:{"status":"no device","why":"It lists no GPU."}');`,
    );

  test("lacks the libraries that it logged", async () => {
    const log = ["libcudart.so.11.0", "libcudnn.so.8", "libcudart.so.11.0"]
      .map((library) => `W dso_loader.cc:64] Could not load dynamic library '${library}'; dlerror: cannot open`)
      .join("\n");
    expect(await probe("tensorflow-gpu", { script: lists(log) })).toMatchObject({
      status: "no device",
      why: "It lists no GPU. The system lacks libcudart.so.11.0, libcudnn.so.8.",
      fix: expect.stringContaining("backend:tensorflow"),
    });
  });

  test("has no driver, where it says so", async () => {
    const log = "Could not find cuda drivers on your machine, GPU will not be used.";
    expect((await probe("tensorflow-gpu", { script: lists(log) })).why).toBe(
      "It lists no GPU. It finds no NVIDIA driver.",
    );
  });
});

describe("why a backend fails", () => {
  test("a package that is not there is no failure", () => {
    const error = new Error("Cannot find package '@tensorflow/tfjs-node' imported from /a/b.js");
    expect(failureOf(error)).toEqual({
      status: "not installed",
      why: "The package @tensorflow/tfjs-node is not installed.",
    });
  });

  test("a library that the system lacks is named", () => {
    const error = new Error("libcudart.so.11.0: cannot open shared object file: No such file or directory");
    expect(failureOf(error)).toEqual({ status: "failed", why: "The system lacks libcudart.so.11.0." });
  });

  test.each(["llvmpipe (LLVM 19.1.7, 256 bits)", "SwiftShader Device (Subzero)", "Microsoft Basic Render Driver"])(
    "%s is software",
    (name) => {
      expect(SOFTWARE_ADAPTER.test(name)).toBe(true);
    },
  );

  test("a real GPU is no software", () => {
    expect(SOFTWARE_ADAPTER.test("NVIDIA GeForce RTX 4070")).toBe(false);
  });
});
