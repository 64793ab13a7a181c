// What the rest of the house relies on, the same on both backends.
import { describe, expect, it } from "vitest";
import { backends, opened } from "./places.js";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function collected<T>(entries: AsyncIterable<[string, T]>): Promise<Record<string, T>> {
  const found: Record<string, T> = {};
  for await (const [key, value] of entries) {
    expect(found).not.toHaveProperty([key]);
    found[key] = value;
  }
  return found;
}

for (const { name, newUrl, skipped, why } of backends) {
  describe.skipIf(skipped)(`the store on ${name}${why}`, () => {
    it("gives back what was set, and nothing where nothing was", async () => {
      const records = (await opened({ url: newUrl() })).namespace("records");
      const values = [
        null,
        false,
        0,
        "",
        ":colon",
        ":base64:eA==",
        "\0\u2028😀",
        [1, [2]],
        { a: { b: null }, __proto: 1 },
        -1.5e300,
      ];
      for (const [index, value] of values.entries()) {
        await records.set(`k${index}`, value);
        expect(await records.get(`k${index}`)).toEqual(value);
      }
      expect(await records.get("nothing")).toBeUndefined();
    });

    it("takes plain JSON only, and says where it is not", async () => {
      const records = (await opened({ url: newUrl() })).namespace<unknown>("records");
      const bad = [
        undefined,
        Number.NaN,
        [undefined],
        { at: new Date() },
        new Map(),
        1n,
        { deep: [() => 1] },
        Symbol("s"),
      ];
      for (const value of bad) await expect(records.set("k", value)).rejects.toThrow(TypeError);
      expect(await records.get("k")).toBeUndefined();
      await records.set("k", { left: 1, out: undefined });
      expect(await records.get("k")).toEqual({ left: 1 });
    });

    it("keeps a large record whole", async () => {
      const records = (await opened({ url: newUrl() })).namespace<string>("records");
      const value = "é".repeat(1_500_000);
      await records.set("k", value);
      expect((await records.get("k")) === value).toBe(true);
      for await (const [, found] of records.entries()) expect(found === value).toBe(true);
    });

    it("deletes once", async () => {
      const records = (await opened({ url: newUrl() })).namespace("records");
      await records.set("k", 1);
      expect(await records.delete("k")).toBe(true);
      expect(await records.delete("k")).toBe(false);
      expect(await records.get("k")).toBeUndefined();
    });

    it("update makes, changes and deletes a record, and resolves with the new value", async () => {
      const records = (await opened({ url: newUrl() })).namespace<number>("records");
      expect(await records.update("k", (n) => (n ?? 40) + 1)).toBe(41);
      expect(await records.update("k", (n) => (n ?? 0) + 1)).toBe(42);
      expect(await records.get("k")).toBe(42);
      expect(await records.update("k", () => undefined)).toBeUndefined();
      expect(await records.get("k")).toBeUndefined();
      expect(await records.update("k", () => undefined)).toBeUndefined();
    });

    it("update sees what set wrote, and get what update wrote", async () => {
      const records = (await opened({ url: newUrl() })).namespace<{ text: string }>("records");
      await records.set("k", { text: ":é" });
      await records.update("k", (before) => ({ text: `${before?.text}!` }));
      expect(await records.get("k")).toEqual({ text: ":é!" });
    });

    it("an error in change reaches its caller only, and writes nothing", async () => {
      const records = (await opened({ url: newUrl() })).namespace<number>("records");
      await records.set("k", 1);
      const failing = records.update("k", () => {
        throw new RangeError("mine");
      });
      const others = [records.update("k", (n) => (n ?? 0) + 1), records.set("other", 5)];
      await expect(failing).rejects.toThrow(RangeError);
      await Promise.all(others);
      expect([await records.get("k"), await records.get("other")]).toEqual([2, 5]);
    });

    it("concurrent updates in one process are all counted", async () => {
      const url = newUrl();
      const [one, two] = [await opened({ url }), await opened({ url })];
      const both = [one.namespace<number>("n"), two.namespace<number>("n")];
      const updates = both.flatMap((n) =>
        Array.from({ length: 50 }, () => n.update("n", (before) => (before ?? 0) + 1)),
      );
      await Promise.all(updates);
      expect(await both[0]?.get("n")).toBe(100);
    });

    it("honours the time to live of set and update, and keeps it where an update names none", async () => {
      const records = (await opened({ url: newUrl() })).namespace<number>("records");
      await records.set("set", 1, 150);
      await records.update("update", () => 1, 150);
      await records.set("kept", 1, 150);
      await records.update("kept", (n) => (n ?? 0) + 1);
      await records.set("longer", 1, 150);
      await records.update("longer", (n) => (n ?? 0) + 1, 60_000);
      await records.set("forever", 1, 150);
      await records.set("forever", 2);
      expect(await records.get("kept")).toBe(2);
      await pause(200);
      expect(await collected(records.entries())).toEqual({ longer: 2, forever: 2 });
      expect(await records.get("set")).toBeUndefined();
      expect(await records.delete("update")).toBe(false);
      expect(await records.update("kept", (n) => (n === undefined ? 7 : -1))).toBe(7);
      await pause(200);
      expect(await records.get("kept")).toBe(7);
      await expect(records.set("k", 1, 0)).rejects.toThrow(RangeError);
      await expect(records.set("k", 1, Number.NaN)).rejects.toThrow(RangeError);
      await records.set("k", 1, 1000.5);
      expect(await records.get("k")).toBe(1);
    });

    it("namespaces never meet, whatever stands in their names and keys", async () => {
      const store = await opened({ url: newUrl() });
      const names = ["a", "a:b", "a%3Ab", "a:", "*", "a*", "[a]", "convo", "é", "a::b"];
      for (const name of names) await store.namespace(name).set("b:c", `${name} b:c`);
      await store.namespace("a").set("c", "a c");
      await store.namespace("a:b").set("c", "a:b c");
      for (const name of names) {
        const space = store.namespace(name);
        expect(await space.get("b:c")).toBe(`${name} b:c`);
        const c = name === "a" || name === "a:b" ? { c: `${name} c` } : {};
        expect(await collected(space.entries())).toEqual({ "b:c": `${name} b:c`, ...c });
      }
      expect(await store.namespace("a").clear()).toBe(2);
      expect(await store.namespace("*").clear()).toBe(1);
      expect(await collected(store.namespace("a:b").entries())).toEqual({ "b:c": "a:b b:c", c: "a:b c" });
      expect(await store.namespace("a").get("b:c")).toBeUndefined();
    });

    it("entries and clear select by prefix, which is text and not a pattern", async () => {
      const records = (await opened({ url: newUrl() })).namespace<number>("records");
      const keys = ["a", "a*", "a*b", "ab", "a?", "a[b]", "a\\", "b", "ä", "a:b"];
      for (const [index, key] of keys.entries()) await records.set(key, index);
      for (const prefix of ["", "a", "a*", "a?", "a[", "a\\", "ä", "zz", "a:"]) {
        const expected = keys.filter((key) => key.startsWith(prefix)).sort();
        expect(Object.keys(await collected(records.entries(prefix))).sort()).toEqual(expected);
      }
      expect(await records.clear("a*")).toBe(2);
      expect(await records.clear("a[")).toBe(1);
      expect(await records.clear()).toBe(7);
      expect(await collected(records.entries())).toEqual({});
    });

    it("entries goes through more records than a portion holds, each once, and may be left early", async () => {
      const records = (await opened({ url: newUrl() })).namespace<number>("many");
      await Promise.all(Array.from({ length: 1500 }, (_, index) => records.set(`k${index}`, index)));
      expect(Object.keys(await collected(records.entries()))).toHaveLength(1500);
      for await (const [key] of records.entries("k1")) {
        expect(key.startsWith("k1")).toBe(true);
        break;
      }
      for await (const [key] of records.entries("k14")) await records.delete(key);
      expect(Object.keys(await collected(records.entries()))).toHaveLength(1500 - 111);
      expect(await records.clear("k1")).toBe(611 - 111);
    });

    it("refuses a key it could not keep apart from others, or that is too long", async () => {
      const records = (await opened({ url: newUrl() })).namespace<number>("records");
      for (const key of ["", "x".repeat(513), "é".repeat(257), "\ud800", "a\udc00b"]) {
        await expect(records.set(key, 1)).rejects.toMatchObject({ name: "UserError", code: "store-key" });
        await expect(records.update(key, () => 1)).rejects.toMatchObject({ code: "store-key" });
        await expect(records.get(key)).rejects.toMatchObject({ code: "store-key" });
      }
      await records.set("é".repeat(256), 1);
      expect(await records.get("é".repeat(256))).toBe(1);
    });

    it("is the same store when it is opened again", async () => {
      const url = newUrl();
      const first = await opened({ url });
      await first.namespace("a").set("k", 1);
      await first.close();
      await first.close();
      await expect(first.namespace("a").get("k")).rejects.toThrow("is closed");
      const second = await opened({ url });
      expect(await second.namespace("a").get("k")).toBe(1);
      expect(second.description).toContain(name === "LMDB" ? "lmdb:/" : "redis://");
    });

    it("another holder of the store sees a record as soon as it is acknowledged", async () => {
      const url = newUrl();
      const [one, two] = [await opened({ url }), await opened({ url })];
      for (let n = 0; n < 50; n++) {
        await one.namespace("a").set("k", n);
        expect(await two.namespace("a").get("k")).toBe(n);
      }
    });
  });
}
