// Migrations with steps made for the test: once, with a backup, whoever else starts or dies.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { MIGRATIONS, type Migration, upgrade, versionOf } from "../../src/store/migrations.js";
import { openStore } from "../../src/store/open.js";
import type { Store } from "../../src/store/store.js";
import { startChild } from "./child.js";
import { backends, newFolder, newLmdbUrl, newRedisUrl, noRedis, opened, redisAnswers, withRedis } from "./places.js";

const RECORDS = 40;
const LEASE = 1_000;

const addOne: Migration = {
  to: 2,
  title: "add one",
  record: (record) => ({ ...record, value: Number(record.value) + 1 }),
};
/** Every third record moves to another namespace, every fourth goes. */
const move: Migration = {
  to: 3,
  title: "move some",
  record(record) {
    const n = Number(record.key.slice(1));
    if (n % 4 === 0) return undefined;
    return n % 3 === 0 ? { namespace: "moved: here", key: `m${n}`, value: record.value } : record;
  },
};

async function filled(url: string): Promise<void> {
  const store = await openStore({ url });
  const numbers = store.namespace<number>("numbers");
  for (let n = 0; n < RECORDS; n++) await numbers.set(`k${n}`, n);
  await numbers.set("fleeting", 1000, 60_000);
  await store.close();
}

async function all(store: Store, namespace: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const [key, value] of store.namespace(namespace).entries()) found[key] = value;
  return found;
}

function numbers(from: number, add: number): Record<string, number> {
  const every = Array.from({ length: RECORDS }, (_, n): [string, number] => [`k${n}`, n + add]);
  return Object.fromEntries([...every.slice(from), ["fleeting", 1000 + add]]);
}

function backupsOf(url: string): string[] {
  const folder = url.slice("lmdb:".length);
  return readdirSync(dirname(folder)).filter((name) => name.startsWith(`${basename(folder)}.backup`));
}

describe("the program's own migrations", () => {
  it("count up from version 1", () => {
    expect(MIGRATIONS.map(({ to }) => to)).toEqual(MIGRATIONS.map((_, index) => index + 2));
    expect(versionOf([])).toBe(1);
    expect(versionOf([addOne, move])).toBe(3);
  });

  it("a record is carried only over the steps it has not seen", () => {
    const record = { namespace: "a", key: "k1", value: 1 };
    expect(upgrade(record, 1, [addOne, move])).toEqual({ ...record, value: 2 });
    expect(upgrade(record, 2, [addOne, move])).toEqual(record);
  });

  it("a list that does not count is a bug", async () => {
    await expect(openStore({ url: newLmdbUrl(), migrations: [move] })).rejects.toThrow("must lead to version 2");
  });
});

for (const { name, newUrl, skipped, why } of backends) {
  describe.skipIf(skipped)(`migrations on ${name}${why}`, () => {
    it("change, move and delete records, keep their expiry, and are not run again", async () => {
      const url = newUrl();
      await filled(url);
      const logged: string[] = [];
      const log = { info: (_: object, text: string) => logged.push(text), warn: () => {} };
      const store = await opened({ url, migrations: [addOne, move], log });
      const kept = Object.entries(numbers(0, 1)).filter(([key]) => Number(key.slice(1)) % 4 !== 0);
      const moved = kept.filter(([key]) => Number(key.slice(1)) % 3 === 0);
      expect(await all(store, "numbers")).toEqual(Object.fromEntries(kept.filter((one) => !moved.includes(one))));
      const there = moved.map(([key, value]) => [key.replace("k", "m"), value]);
      expect(await all(store, "moved: here")).toEqual(Object.fromEntries(there));
      await opened({ url, migrations: [addOne, move], log });
      expect(logged).toHaveLength(1);
    });

    it("a record's time to live goes on", async () => {
      const url = newUrl();
      const before = await openStore({ url });
      await before.namespace("numbers").set("k1", 1, 600);
      await before.close();
      const store = await opened({ url, migrations: [addOne] });
      const found = await store.namespace("numbers").get("k1");
      expect(found).toBe(2);
      await new Promise((resolve) => setTimeout(resolve, 650));
      expect(await store.namespace("numbers").get("k1")).toBeUndefined();
    });

    it("an older program refuses the newer store, and one still open writes nothing it would not understand", async () => {
      const url = newUrl();
      const old = await opened({ url });
      await old.namespace("numbers").set("k1", 1);
      const store = await opened({ url, migrations: [addOne] });
      const refusal = { name: "UserError", code: "store-newer" };
      await expect(openStore({ url })).rejects.toMatchObject(refusal);
      await expect(old.namespace("numbers").get("k1")).rejects.toMatchObject(refusal);
      await expect(old.namespace<number>("numbers").update("k1", (n) => (n ?? 0) + 1)).rejects.toMatchObject(refusal);
      expect(await store.namespace("numbers").get("k1")).toBe(2);
    });

    it("two processes that start at once run them once", async () => {
      const url = newUrl();
      await filled(url);
      const notes = join(newFolder(), "notes");
      const options = { url, notes, pause: 5, migrationLease: LEASE };
      const children = [startChild("migrate", options), startChild("migrate", options)];
      for (const { ended } of children) expect(await ended).toEqual({ output: "done\n", status: 0 });
      const store = await opened({ url, migrations: [addOne] });
      expect(await all(store, "numbers")).toEqual(numbers(0, 1));
      const calls = readFileSync(notes, "utf8").trim().split("\n");
      // On Redis each record is looked at twice: for its copy and for its change.
      expect(calls).toHaveLength((RECORDS + 1) * (name === "Redis" ? 2 : 1));
      if (name === "LMDB") expect(backupsOf(url)).toHaveLength(1);
    });

    it("killed in the middle, the next start finishes it, and no record is changed twice", async () => {
      const url = newUrl();
      await filled(url);
      const notes = join(newFolder(), "notes");
      const child = startChild("migrate", { url, notes, pause: 20, migrationLease: LEASE });
      const half = (RECORDS + 1) * (name === "Redis" ? 1.5 : 0.5);
      while (!existsSync(notes) || readFileSync(notes, "utf8").split("\n").length < half) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      child.process.kill("SIGKILL");
      expect((await child.ended).status).toBe("SIGKILL");
      const store = await opened({ url, migrations: [addOne], migrationLease: LEASE });
      expect(await all(store, "numbers")).toEqual(numbers(0, 1));
    });
  });
}

describe("the backup on LMDB", () => {
  it("lies beside the store, is a store, and holds what was there", async () => {
    const url = newLmdbUrl();
    await filled(url);
    const store = await opened({ url, migrations: [addOne] });
    await store.namespace("numbers").set("k1", 999);
    const [backup] = backupsOf(url);
    expect(backup).toMatch(/^store\.backup-v1-/);
    const old = await opened({ url: `lmdb:${join(dirname(url.slice("lmdb:".length)), backup ?? "")}` });
    expect(await all(old, "numbers")).toEqual(numbers(0, 0));
  });
});

describe.skipIf(!redisAnswers)(`the backup on Redis${redisAnswers ? "" : ` (${noRedis})`}`, () => {
  it("is a copy of each changed record that ends by itself", async () => {
    const url = newRedisUrl();
    await filled(url);
    await opened({ url, migrations: [addOne] });
    const prefix = new URL(url).searchParams.get("prefix");
    await withRedis(async (client) => {
      const copy = `${prefix}.backup.v1:${prefix}:numbers:k7`;
      expect(JSON.parse((await client.get(copy)) ?? "")).toEqual({ v: 1, value: 7 });
      expect(await client.pTTL(copy)).toBeGreaterThan(29 * 24 * 3600 * 1000);
      expect(await client.pTTL(copy.replace("k7", "fleeting"))).toBeLessThan(60_001);
      expect(await client.get(`${prefix}.schema`)).toBe("2");
      expect(await client.exists(`${prefix}.migrating`)).toBe(0);
    });
  });
});
