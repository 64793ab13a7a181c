// Keyv's own suite for storage adapters, on ours.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import keyvTestSuite, { keyvIteratorTests } from "@keyv/test-suite";
import { Keyv } from "keyv";
import * as vitest from "vitest";
import { LmdbAdapter } from "../../src/store/lmdb-adapter.js";
import { openLmdb } from "../../src/store/lmdb-file.js";
import { newFolder } from "./places.js";

const folder = mkdtempSync(join(tmpdir(), "convo-keyv-"));
const file = openLmdb(folder);

vitest.afterAll(async () => {
  await file.close();
  rmSync(folder, { recursive: true });
});

keyvTestSuite(vitest, Keyv, () => new LmdbAdapter(file));
keyvIteratorTests(vitest, Keyv, () => new LmdbAdapter(file));

vitest.describe("what the suite leaves out", () => {
  vitest.it("setMany, getMany, hasMany and deleteMany agree, and an expired key is in none of them", async () => {
    const keyv = new Keyv({ store: new LmdbAdapter(file), namespace: "many" });
    await keyv.setMany([
      { key: "a", value: 1 },
      { key: "b", value: 2, ttl: 500 },
    ]);
    vitest.expect(await keyv.getMany(["a", "b", "c"])).toEqual([1, 2, undefined]);
    await new Promise((resolve) => setTimeout(resolve, 550));
    vitest.expect(await keyv.getMany(["a", "b", "c"])).toEqual([1, undefined, undefined]);
    vitest.expect(await keyv.hasMany(["a", "b", "c"])).toEqual([true, false, false]);
    vitest.expect(await keyv.deleteMany(["b", "c"])).toBe(false);
    vitest.expect(await keyv.deleteMany(["a", "c"])).toBe(true);
  });

  vitest.it("a sweep that comes due after another closed the shared file finds nothing to do", async () => {
    vitest.vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const own = openLmdb(newFolder());
      const problems: unknown[] = [];
      const adapter = new LmdbAdapter(own, { onSweepError: (error) => problems.push(error) });
      await new LmdbAdapter(own).disconnect();
      await vitest.vi.advanceTimersByTimeAsync(120_000);
      vitest.expect(problems).toEqual([]);
      await vitest.expect(adapter.sweep()).rejects.toThrow("is closed");
    } finally {
      vitest.vi.useRealTimers();
    }
  });

  vitest.it("a sweep deletes at most 500 expired records, and none that was given more time", async () => {
    const own = openLmdb(newFolder());
    const adapter = new LmdbAdapter(own);
    const entries = Array.from({ length: 510 }, (_, index) => ({ key: `k${index}`, value: "x", ttl: 5 }));
    await adapter.setMany(entries);
    await adapter.set("k3", "y", 60_000);
    await new Promise((resolve) => setTimeout(resolve, 20));
    vitest.expect(await adapter.sweep()).toBe(500);
    vitest.expect(await adapter.sweep()).toBe(9);
    vitest.expect(await adapter.sweep()).toBe(0);
    const left = own.range(Buffer.alloc(1), Buffer.from([0xff]), 1000);
    vitest.expect(left.map(([, entry]) => entry.payload)).toEqual(["y"]);
    await adapter.disconnect();
  });

  vitest.it("a disconnected adapter says so instead of touching the closed file", async () => {
    const adapter = new LmdbAdapter(newFolder());
    await adapter.disconnect();
    await vitest.expect(adapter.get("a")).rejects.toThrow("is closed");
    await vitest.expect(adapter.set("a", "1")).rejects.toThrow("is closed");
  });
});
