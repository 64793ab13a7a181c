// A checkpoint is there whole or not at all, is checked when it is read, and the one before it is kept.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  CHECKPOINT,
  type Checkpoint,
  PREVIOUS,
  readCheckpoint,
  writeCheckpoint,
} from "../../../src/engine/training/checkpoint.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convo-checkpoint-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function checkpoint(step: number, size = 7): Checkpoint {
  const values = Float32Array.from({ length: size }, (_, at) => Math.fround(Math.sin(step * 100 + at)));
  return {
    progress: {
      v: 1,
      seed: 3,
      recipe: "digits",
      settings: { epochs: 2, augmentation: true },
      dataVersion: "abc",
      phase: 0,
      epoch: 1,
      step,
      phaseStep: step,
      running: { loss: 0.1 + 0.2, correct: 5, images: 9, others: 0, seconds: 1.5 },
      waited: 0,
      metrics: [],
      notes: [{ code: "data", message: "größer als 5 µm" }],
      seconds: 1.5,
      peakMemory: 12,
      optimizerSteps: step,
    },
    tensors: {
      weights: [{ name: "conv/0", shape: [size], values }],
      optimizer: [{ name: "0", shape: [], values: Float32Array.of(Number.NaN) }],
      average: [],
      best: [{ name: "conv/0", shape: [1, size], values }],
    },
  };
}

describe("a checkpoint", () => {
  it("comes back as it was written, every bit of it", async () => {
    const written = checkpoint(1);
    await writeCheckpoint(folder, written);
    expect((await readCheckpoint(folder))?.checkpoint).toEqual(written);
  });

  it("is undefined where none was written", async () => {
    expect(await readCheckpoint(folder)).toBeUndefined();
  });

  it("keeps the one before it", async () => {
    await writeCheckpoint(folder, checkpoint(1));
    await writeCheckpoint(folder, checkpoint(2));
    rmSync(join(folder, CHECKPOINT));
    expect((await readCheckpoint(folder))?.checkpoint.progress.step).toBe(1);
  });

  it.each([
    ["cut off", (file: string) => truncateSync(file, 500)],
    ["empty", (file: string) => truncateSync(file, 0)],
    ["altered in one byte", (file: string) => flip(file, readFileSync(file).length - 40)],
    ["altered in its header", (file: string) => flip(file, 40)],
    ["with a header longer than the file", (file: string) => put(file, 8, [0xff, 0xff, 0xff, 0x7f])],
    ["another file", (file: string) => writeFileSync(file, "x".repeat(5000))],
  ])("that is %s is told from a whole one, and the one before is taken", async (_, damage) => {
    await writeCheckpoint(folder, checkpoint(1));
    await writeCheckpoint(folder, checkpoint(2));
    damage(join(folder, CHECKPOINT));
    const found = await readCheckpoint(folder);
    expect(found?.checkpoint).toEqual(checkpoint(1));
    expect(found?.damaged).toContain(CHECKPOINT);
  });

  it("is a clear error where both are damaged", async () => {
    await writeCheckpoint(folder, checkpoint(1));
    await writeCheckpoint(folder, checkpoint(2));
    for (const name of [CHECKPOINT, PREVIOUS]) truncateSync(join(folder, name), 100);
    await expect(readCheckpoint(folder)).rejects.toMatchObject({ code: "checkpoint-damaged" });
  });

  it("that cannot be put in place leaves the old one", async () => {
    await writeCheckpoint(folder, checkpoint(1));
    mkdirSync(join(folder, "checkpoint.bin.draft"));
    await expect(writeCheckpoint(folder, checkpoint(2))).rejects.toMatchObject({ code: "checkpoint-not-written" });
    expect((await readCheckpoint(folder))?.checkpoint).toEqual(checkpoint(1));
  });
});

describe("a disk that fills up in the middle", () => {
  const disk = mkdtempSync(join(tmpdir(), "convo-disk-"));
  const mounted = mount(disk);
  afterEach(() => {
    if (mounted) execFileSync("umount", [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  // Needs the right to mount a file system of 64 KiB in memory.
  it.skipIf(!mounted)("leaves the checkpoint that was there, and no half of a new one", async () => {
    await writeCheckpoint(disk, checkpoint(1));
    await expect(writeCheckpoint(disk, checkpoint(2, 50_000))).rejects.toMatchObject({
      code: "checkpoint-not-written",
      what: expect.stringContaining("ENOSPC"),
    });
    expect(existsSync(join(disk, "checkpoint.bin.draft"))).toBe(false);
    expect((await readCheckpoint(disk))?.checkpoint).toEqual(checkpoint(1));
  });
});

function mount(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function flip(file: string, at: number): void {
  put(file, at, [(readFileSync(file)[at] ?? 0) ^ 0x10]);
}

function put(file: string, at: number, bytes: readonly number[]): void {
  const content = readFileSync(file);
  content.set(bytes, at);
  writeFileSync(file, content);
}
