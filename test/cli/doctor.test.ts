// `convo doctor` says what runs on this machine and nothing else: each line of it is checked against the machine.
import { expect, test } from "vitest";
import { probe } from "../../src/engine/backend/probe.js";
import { convo } from "../support/convo.js";

test("it lists every backend, measures those that run, says why not and what to do for the others, and no GPU that is none", async () => {
  const { code, stdout, stderr } = await convo(["doctor", "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const report = JSON.parse(stdout);
  expect(report.probes.map(({ name }: { name: string }) => name)).toEqual([
    "tensorflow-gpu",
    "webgpu",
    "tensorflow",
    "wasm",
  ]);
  expect(report.node).toBe(process.version);
  for (const { name, status, why, fix, backend, speed } of report.probes) {
    if (status === "runs") {
      expect(backend.device.name).not.toBe("");
      expect(backend.device.name).not.toMatch(/llvmpipe|swiftshader/i);
      expect(speed.matmul).toBeGreaterThan(0);
      expect(speed.convolution).toBeGreaterThan(0);
      expect(backend.device.kind).toBe(name === "tensorflow-gpu" || name === "webgpu" ? "gpu" : "cpu");
    } else {
      expect(why).not.toBe("");
      expect(fix).toMatch(/convo backend install (gpu|webgpu)|npm run backend:tensorflow|driver/);
      expect({ backend, speed }).toEqual({});
    }
  }
  const wasm = report.probes.at(-1);
  expect(wasm).toMatchObject({ status: "runs", backend: { device: { kind: "cpu" } } });
  expect(wasm.backend.device.memory).toBeGreaterThan(2 ** 28);
  expect(report.chosen).toBe(report.probes.find(({ status }: { status: string }) => status === "runs").name);
});

test("a backend that is wished for and unknown is refused with those that there are", async () => {
  const { code, stdout, stderr } = await convo(["doctor"], { env: { CONVO_BACKEND: "cuda" } });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain("tensorflow-gpu, webgpu, tensorflow, wasm");
});

test("packages that are not there are named with the command that adds them", async () => {
  // A folder where nothing was added; the packages are optional and not in the lock file.
  const added = "/nowhere/backends";
  expect(await probe("tensorflow-gpu", { added })).toMatchObject({
    status: "not installed",
    why: "The package @tensorflow/tfjs-node-gpu is not installed.",
    fix: expect.stringContaining("convo backend install gpu"),
  });
  expect(await probe("webgpu", { added })).toMatchObject({
    status: "not installed",
    fix: expect.stringContaining("convo backend install webgpu"),
  });
});
