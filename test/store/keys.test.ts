// Keys of any characters: kept apart, found again, and never longer in the store than LMDB allows.
import { describe, expect, it } from "vitest";
import { checkKey, KEY_LIMIT, namespacePrefix, splitKey } from "../../src/store/keys.js";
import { backends, opened } from "./places.js";

const SEED = Number(process.env.CONVO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ALPHABET = [
  "a",
  "b",
  ":",
  "*",
  "?",
  "[",
  "]",
  "\\",
  "%",
  "3A",
  "\0",
  "\n",
  "/",
  ".",
  "é",
  "日",
  "😀",
  "\u0300",
  " ",
  "\uffff",
];

function randomText(next: () => number, longest: number): string {
  const length = 1 + Math.floor(next() * longest);
  return Array.from({ length }, () => ALPHABET[Math.floor(next() * ALPHABET.length)]).join("");
}

/** A linear congruential generator (Numerical Recipes); enough to vary texts. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe(`keys (seed ${SEED})`, () => {
  it("a stored key gives back its namespace and key, and no two meet", () => {
    const next = generator(SEED);
    const seen = new Map<string, string>();
    for (let round = 0; round < 5000; round++) {
      const [namespace, key] = [randomText(next, 4), randomText(next, 4)];
      const stored = namespacePrefix(namespace) + key;
      expect(splitKey(stored)).toEqual({ namespace, key });
      const pair = JSON.stringify([namespace, key]);
      expect(seen.get(stored) ?? pair).toBe(pair);
      seen.set(stored, pair);
    }
  });

  it("the limit counts bytes", () => {
    expect(() => checkKey("é".repeat(KEY_LIMIT / 2))).not.toThrow();
    expect(() => checkKey(`${"é".repeat(KEY_LIMIT / 2)}a`)).toThrow("513 bytes");
  });

  for (const { name, newUrl, skipped, why } of backends) {
    it.skipIf(skipped)(`${name} keeps 200 odd records in five odd namespaces apart${why}`, async () => {
      const next = generator(SEED + 1);
      const store = await opened({ url: newUrl() });
      const names = [...new Set(Array.from({ length: 5 }, () => randomText(next, 3)))];
      const expected = new Map(names.map((space) => [space, new Map<string, number>()]));
      for (let n = 0; n < 200; n++) {
        const space = names[n % names.length] ?? "";
        const key = randomText(next, n % 20 === 0 ? 80 : 4);
        await store.namespace(space).set(key, n);
        expected.get(space)?.set(key, n);
      }
      for (const [space, records] of expected) {
        const found = new Map<string, unknown>();
        for await (const [key, value] of store.namespace(space).entries()) found.set(key, value);
        expect(found).toEqual(records);
        const prefix = [...records.keys()][0]?.at(0) ?? "";
        const some = new Map<string, unknown>();
        // Half of a surrogate pair is no prefix.
        if (/\p{Surrogate}/u.test(prefix)) continue;
        for await (const [key, value] of store.namespace(space).entries(prefix)) some.set(key, value);
        expect(some).toEqual(new Map([...records].filter(([key]) => key.startsWith(prefix))));
        for (const [key, value] of records) expect(await store.namespace(space).get(key)).toBe(value);
      }
    });
  }
});
