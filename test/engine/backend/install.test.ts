// What is added is kept only where it computes on what it claims; a program that hangs is ended with its children.
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runBounded } from "../../../src/engine/backend/install/bounded.js";
import { check } from "../../../src/engine/backend/install/install.js";
import { placeBackend, removeBackend } from "../../../src/engine/backend/install/place.js";
import { ROOT } from "../../support/rubrics.js";

let added = "";
beforeEach(async () => {
  added = await mkdtemp(join(ROOT, "node_modules/.convo-test-"));
  await mkdir(join(added, "webgpu"));
  await writeFile(join(added, "webgpu/earlier"), "the one that was there");
});
afterEach(() => rm(added, { recursive: true, force: true }));

async function stillAsItWas(): Promise<void> {
  expect(await readFile(join(added, "webgpu/earlier"), "utf8")).toBe("the one that was there");
  for (const left of [".new", ".old-webgpu", "backends.lock"]) expect(existsSync(join(added, left))).toBe(false);
}

/** A WebGPU whose only adapter has this name. */
async function pretend(folder: string, name: string): Promise<void> {
  const pack = join(folder, "node_modules/webgpu");
  await mkdir(pack, { recursive: true });
  await writeFile(join(pack, "package.json"), '{"name":"webgpu","version":"0.0.0","main":"index.js"}');
  await writeFile(
    join(pack, "index.js"),
    `const info = { vendor: "mesa", device: ${JSON.stringify(name)}, description: "" };
     exports.globals = {};
     exports.create = () => ({ requestAdapter: async () => ({ info }) });`,
  );
}

describe("a backend that was fetched", () => {
  test("and computes on the CPU is taken away again; the one before it stays", async () => {
    await expect(
      placeBackend("webgpu", (folder) => pretend(folder, "llvmpipe (LLVM 19.1.7, 256 bits)"), { added }),
    ).rejects.toMatchObject({
      code: "backend-fails",
      what: expect.stringContaining("The only adapter computes on the CPU (llvmpipe (LLVM 19.1.7, 256 bits))."),
    });
    await stillAsItWas();
  });

  test("with an error of its making in between leaves the one before it", async () => {
    await expect(placeBackend("webgpu", () => Promise.reject(new Error("cut off")), { added })).rejects.toThrow(
      "cut off",
    );
    await stillAsItWas();
  });

  test("is removed, and only once", async () => {
    expect(await removeBackend("webgpu", added)).toBe(true);
    expect(existsSync(join(added, "webgpu"))).toBe(false);
    expect(await removeBackend("webgpu", added)).toBe(false);
  });

  test("while another one is being put in place, has to wait", async () => {
    await expect(
      placeBackend("webgpu", () => placeBackend("webgpu", () => Promise.resolve(), { added }).then(), { added }),
    ).rejects.toMatchObject({ code: "backend-busy", what: expect.stringContaining(String(process.pid)) });
    await stillAsItWas();
  });
});

describe.skipIf(process.platform === "win32")("a program that is run", () => {
  const bounds = () => ({ cwd: added, watch: added, stall: 60_000, limit: 60_000 });

  test("and falls silent is ended with its children", async () => {
    const { end, output } = await runBounded("sh", ["-c", "sleep 1000 & echo $!; wait"], { ...bounds(), stall: 700 });
    expect(end).toBe("stalled");
    const grandchild = Number(output);
    expect(grandchild).toBeGreaterThan(1);
    // Killed, it may wait for its new parent to look at it.
    const state = await readFile(`/proc/${grandchild}/stat`, "utf8").catch(() => ") Z");
    if (process.platform === "linux") expect(state).toMatch(/\) [ZX]/);
  });

  test("lives as long as what it fetches grows", async () => {
    const grows = "for i in 1 2 3 4 5 6 7 8; do echo $i >> growth; sleep 0.25; done";
    const seen: number[] = [];
    const { end } = await runBounded("sh", ["-c", grows], {
      ...bounds(),
      stall: 1900,
      onGrowth: (bytes) => seen.push(bytes),
    });
    expect(end).toBe("done");
    expect(seen.at(-1)).toBeGreaterThan(2);
  });

  test("ends when the person gives up", async () => {
    const controller = new AbortController();
    const running = runBounded("sleep", ["1000"], { ...bounds(), signal: controller.signal });
    controller.abort();
    expect(await running).toEqual({ end: "cancelled", output: "" });
  });
});

describe("how a step ended", () => {
  test.each([
    [{ end: "stalled", output: "" }, "backend-unreachable", "Nothing came any more from a host."],
    [
      { end: "failed", output: "npm error code ENOTFOUND\n" },
      "backend-unreachable",
      "could not be reached (ENOTFOUND)",
    ],
    [{ end: "failed", output: "npm error code ENOSPC\n" }, "disk-full", "The disk is full."],
    [{ end: "failed", output: "npm error no such version: error\n" }, "backend-install-failed", "no such version"],
    [{ end: "cancelled", output: "" }, "backend-cancelled", "Given up."],
  ] as const)("%o is %s", (outcome, code, what) => {
    expect(() => check(outcome, "a host", "the fix")).toThrow(
      expect.objectContaining({ code, what: expect.stringContaining(what) }),
    );
  });
});
