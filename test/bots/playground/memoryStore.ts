// A store in memory for the playground's tests: what it keeps outlives a "restart" of the server that uses it.
import type { Namespace, Store } from "../../../src/store/store.js";

export function memoryStore(): Store {
  const spaces = new Map<string, Map<string, string>>();
  return {
    description: "memory, for tests",
    namespace<T>(name: string): Namespace<T> {
      const records = spaces.get(name) ?? new Map<string, string>();
      spaces.set(name, records);
      const read = (key: string): T | undefined => {
        const text = records.get(key);
        return text === undefined ? undefined : (JSON.parse(text) as T);
      };
      return {
        get: async (key) => read(key),
        set: async (key, value) => void records.set(key, JSON.stringify(value)),
        delete: async (key) => records.delete(key),
        async update(key, change) {
          const next = change(read(key));
          if (next === undefined) records.delete(key);
          else records.set(key, JSON.stringify(next));
          return next;
        },
        async *entries(prefix = "") {
          for (const [key, text] of records) if (key.startsWith(prefix)) yield [key, JSON.parse(text) as T];
        },
        async clear(prefix = "") {
          const keys = [...records.keys()].filter((key) => key.startsWith(prefix));
          for (const key of keys) records.delete(key);
          return keys.length;
        },
      };
    },
    close: async () => {},
  };
}
