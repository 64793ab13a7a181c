// What an operator can do to the store's folder, and what Convo says then instead of crashing.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/store/open.js";
import { NOBODY, startChild } from "./child.js";
import { newFolder, opened } from "./places.js";

const isRoot = process.getuid?.() === 0;
const notRoot = isRoot ? "" : " (skipped: only root may do this)";

/** A store with 500 records in it, closed. */
async function filledFolder(): Promise<string> {
  const folder = join(newFolder(), "store");
  const store = await openStore({ url: `lmdb:${folder}` });
  const records = store.namespace("records");
  await Promise.all(Array.from({ length: 500 }, (_, n) => records.set(`k${n}`, "x".repeat(n * 10))));
  await store.close();
  return folder;
}

function refused(folder: string, code: string) {
  const error = { name: "UserError", code, message: expect.stringContaining(folder) };
  return expect(openStore({ url: `lmdb:${folder}` })).rejects.toMatchObject(error);
}

/** A small file system in memory, gone when the test is over. */
function mounted(size: string): string {
  const folder = newFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  onTestFinished(() => void execFileSync("umount", [folder]));
  return folder;
}

describe("a folder that cannot be the store", () => {
  it("an address of no known kind", async () => {
    for (const url of ["", "lmdb:", "sqlite:x", "/data"]) {
      await expect(openStore({ url })).rejects.toMatchObject({ name: "UserError", code: "store-url" });
    }
  });

  it("a file where the folder should be", async () => {
    const folder = join(newFolder(), "file");
    writeFileSync(folder, "");
    await refused(folder, "store-folder");
    await refused(join(folder, "below"), "store-folder");
  });

  it("a data file that is a folder", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "data.mdb"));
    await refused(folder, "store-damaged");
  });

  it("a lock file that is a folder", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "lock.mdb"));
    await refused(folder, "store-locked");
  });

  it.skipIf(!isRoot)(`folders and files of another user${notRoot}`, async () => {
    const folder = await filledFolder();
    const opening = async () =>
      JSON.parse((await startChild("open", { url: `lmdb:${folder}` }, { uid: NOBODY }).ended).output);
    chmodSync(join(folder, ".."), 0o755);
    chmodSync(folder, 0o700);
    expect(await opening()).toMatchObject({ code: "store-permission", message: expect.stringContaining(folder) });
    chmodSync(folder, 0o777);
    expect(await opening()).toMatchObject({ code: "store-permission", message: expect.stringContaining("data.mdb") });
    chownSync(join(folder, "data.mdb"), NOBODY, NOBODY);
    chmodSync(join(folder, "lock.mdb"), 0o600);
    expect(await opening()).toMatchObject({ code: "store-locked", message: expect.stringContaining("lock.mdb") });
    rmSync(join(folder, "lock.mdb"));
    expect((await startChild("open", { url: `lmdb:${folder}` }, { uid: NOBODY }).ended).output).toBe("done\n");
  });

  it.skipIf(!isRoot)(`a file system mounted read-only${notRoot}`, async () => {
    const disk = mounted("8m");
    const folder = join(disk, "store");
    await (await openStore({ url: `lmdb:${folder}` })).close();
    execFileSync("mount", ["-o", "remount,ro", disk]);
    await refused(folder, "store-read-only");
    await refused(join(disk, "new"), "store-read-only");
    await refused(join(disk, "new", "below"), "store-read-only");
  });
});

describe("a damaged data file is refused, and the process lives", () => {
  const damages: Record<string, (file: string, bytes: Buffer) => void> = {
    "nothing but noise": (file, bytes) => writeFileSync(file, noise(bytes.length)),
    "a few bytes of text": (file) => writeFileSync(file, "not a database\n"),
    "cut in the middle": (file, bytes) => truncateSync(file, Math.floor(bytes.length / 8)),
    "cut within the first page": (file) => truncateSync(file, 100),
    "noise after the first two pages": (file, bytes) => overwrite(file, 8192, noise(bytes.length - 8192)),
    "zeros after the first two pages": (file, bytes) => overwrite(file, 8192, Buffer.alloc(bytes.length - 8192)),
    "pages in another order": (file, bytes) => overwrite(file, 5 * 4096, bytes.subarray(9 * 4096, 30 * 4096)),
    "another LMDB's version": (file) => overwrite(file, 28, Buffer.from([1])),
    "an absurd page size": (file) => overwrite(file, 48, Buffer.from([7])),
  };
  for (const [title, damage] of Object.entries(damages)) {
    it(title, async () => {
      const folder = await filledFolder();
      const file = join(folder, "data.mdb");
      damage(file, readFileSync(file));
      await refused(folder, "store-damaged");
    });
  }

  it("an undamaged copy is accepted, with an old lock file or none", async () => {
    const [folder, copy] = [await filledFolder(), newFolder()];
    copyFileSync(join(folder, "data.mdb"), join(copy, "data.mdb"));
    const store = await opened({ url: `lmdb:${copy}` });
    expect(await store.namespace("records").get("k499")).toHaveLength(4990);
    expect(readdirSync(copy).sort()).toEqual(["data.mdb", "lock.mdb"]);
  });

  it("a store that others are writing to is never taken for damaged", async () => {
    const folder = await filledFolder();
    const writer = startChild("write", { url: `lmdb:${folder}`, round: 1 });
    for (let n = 0; n < 20; n++) await (await openStore({ url: `lmdb:${folder}` })).close();
    writer.process.kill("SIGKILL");
    await writer.ended;
  });
});

describe.skipIf(!isRoot)(`a full disk${notRoot}`, () => {
  it("rejects the write, loses nothing, lets records be deleted, and goes on when there is room", async () => {
    const disk = mounted("8m");
    writeFileSync(join(disk, "filler"), Buffer.alloc(3_000_000));
    const store = await opened({ url: `lmdb:${join(disk, "store")}` });
    const records = store.namespace<string>("records");
    const full = { name: "UserError", code: "store-full", message: expect.stringContaining(disk) };
    let kept = 0;
    let failure: unknown;
    while (failure === undefined && kept < 1000) {
      const wrote = await Promise.allSettled([records.set(`k${kept}`, "x".repeat(20_000))]);
      if (wrote[0].status === "rejected") failure = wrote[0].reason;
      else kept++;
    }
    expect(failure).toMatchObject(full);
    expect(kept).toBeGreaterThan(50);
    await expect(records.update("k0", () => "y".repeat(2_000_000))).rejects.toMatchObject(full);
    await expect(records.set("big", "y".repeat(2_000_000))).rejects.toMatchObject(full);
    expect(await records.get("k0")).toHaveLength(20_000);
    for (let n = 0; n < kept; n++) expect(await records.get(`k${n}`)).toHaveLength(20_000);
    for (let n = 0; n < 20; n++) expect(await records.delete(`k${n}`)).toBe(true);
    rmSync(join(disk, "filler"));
    await records.set("after", "x".repeat(1_000_000));
    expect(await records.get("after")).toHaveLength(1_000_000);
    let count = 0;
    for await (const _ of records.entries()) count++;
    expect(count).toBe(kept - 20 + 1);
  });

  it("a write that fits goes through beside one that does not", async () => {
    const disk = mounted("8m");
    const store = await opened({ url: `lmdb:${join(disk, "store")}` });
    const records = store.namespace<string>("records");
    const outcomes = await Promise.allSettled([
      records.set("small", "x"),
      records.set("big", "x".repeat(9_000_000)),
      records.update("other", () => "y"),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect([await records.get("small"), await records.get("big"), await records.get("other")]).toEqual([
      "x",
      undefined,
      "y",
    ]);
  });

  it("refuses to start a new store there, and starts an old one", async () => {
    const disk = mounted("8m");
    const folder = join(disk, "store");
    await (await openStore({ url: `lmdb:${folder}` })).close();
    const filler = openSync(join(disk, "filler"), "w");
    expect(() => {
      while (true) writeSync(filler, Buffer.alloc(100_000));
    }).toThrow("ENOSPC");
    closeSync(filler);
    await refused(join(disk, "new"), "store-full");
    const store = await opened({ url: `lmdb:${folder}` });
    await expect(store.namespace("a").set("b", "x".repeat(1_000_000))).rejects.toMatchObject({ code: "store-full" });
  });
});

function noise(length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(Math.random() * 256)));
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const opened = openSync(file, "r+");
  writeSync(opened, bytes, 0, bytes.length, at);
  closeSync(opened);
}
