// A namespace of the store: single records through Keyv, updates and prefixes through the backend.
import type { Keyv } from "keyv";
import type { Backend } from "./backend.js";
import { checkKey, checkPrefix, namespacePrefix } from "./keys.js";
import type { Migration } from "./migrations.js";
import { checkedEnvelope, type Envelope, notOurs, sealed, toEnvelope, toText, valueIn } from "./record.js";
import type { Namespace } from "./store.js";

export class KeyvNamespace<T> implements Namespace<T> {
  readonly #prefix: string;

  constructor(
    private readonly name: string,
    private readonly keyv: Keyv,
    private readonly backend: Backend,
    private readonly migrations: readonly Migration[],
    private readonly assertOpen: () => void,
  ) {
    this.#prefix = namespacePrefix(name);
  }

  async get(key: string): Promise<T | undefined> {
    const stored = this.#stored(key);
    try {
      const envelope = await this.backend.run(() => this.keyv.get<Envelope>(stored));
      return envelope === undefined ? undefined : this.#value(key, checkedEnvelope(envelope, this.#where(key)));
    } catch (error) {
      if (error instanceof SyntaxError) throw notOurs(this.#where(key), error);
      throw error;
    }
  }

  async set(key: string, value: T, ttl?: number): Promise<void> {
    const stored = this.#stored(key);
    const wholeTtl = checkedTtl(ttl);
    await this.backend.run(() => this.keyv.set(stored, sealed(value, this.migrations), wholeTtl));
  }

  async delete(key: string): Promise<boolean> {
    const stored = this.#stored(key);
    return this.backend.run(() => this.keyv.delete(stored));
  }

  async update(key: string, change: (current: T | undefined) => T | undefined, ttl?: number): Promise<T | undefined> {
    const stored = this.#stored(key);
    const wholeTtl = checkedTtl(ttl);
    let after: T | undefined;
    await this.backend.update(stored, (text) => {
      const before = text === undefined ? undefined : this.#value(key, toEnvelope(text, this.#where(key)));
      after = change(before);
      const written = after === undefined ? undefined : toText(sealed(after, this.migrations));
      return { stored: written, ttl: wholeTtl };
    });
    return after;
  }

  async *entries(prefix = ""): AsyncGenerator<[key: string, value: T], undefined> {
    this.assertOpen();
    checkPrefix(prefix);
    for await (const [stored, text] of this.backend.scan(this.#prefix + prefix)) {
      const key = stored.slice(this.#prefix.length);
      const value = this.#value(key, toEnvelope(text, this.#where(key)));
      if (value !== undefined) yield [key, value];
      this.assertOpen();
    }
  }

  async clear(prefix = ""): Promise<number> {
    this.assertOpen();
    checkPrefix(prefix);
    return this.backend.clear(this.#prefix + prefix);
  }

  /** The caller's `T` is what it stored under this name; the store itself cannot check it. */
  #value(key: string, envelope: Envelope): T | undefined {
    const record = { namespace: this.name, key };
    return valueIn(envelope, record, this.backend.description, this.migrations) as T | undefined;
  }

  #stored(key: string): string {
    this.assertOpen();
    checkKey(key);
    return this.#prefix + key;
  }

  #where(key: string): string {
    return `${this.name}/${key}`;
  }
}

/** Whole milliseconds, as Redis wants them; RangeError (a bug of the caller) where `ttl` is no time that could pass. */
function checkedTtl(ttl: number | undefined): number | undefined {
  if (ttl === undefined) return undefined;
  if (Number.isFinite(ttl) && ttl > 0) return Math.ceil(ttl);
  throw new RangeError(`A record's time to live is ${ttl}; it is a number of milliseconds above 0.`);
}
