// The store on Redis: @keyv/redis for single records, compare-and-set for updates, SCAN for keys by prefix.
import KeyvRedis from "@keyv/redis";
import { UserError } from "../errors.js";
import type { Backend, StoreLog, Written } from "./backend.js";
import type { Migration } from "./migrations.js";
import { connectRedis, type Redis, type RedisPlace } from "./redis-connection.js";
import { keysUnder } from "./redis-keys.js";
import { LEASE, migrateRedis } from "./redis-migrations.js";

/** Tries of one update before it gives up; with the pauses between them, some seconds. */
const TRIES = 100;
/** The pauses are random below a bound that doubles from 1 ms up to this. */
const LONGEST_PAUSE = 100;

/**
 * Writes only where the record still holds exactly the bytes that the change was computed from, so no update is lost.
 * ARGV: "1" and those bytes, or "0" for none; "1" and the new bytes, or "0" to delete; milliseconds to live, or "".
 */
const COMPARE_AND_SET = `
local now = redis.call('GET', KEYS[1])
if ARGV[1] == '0' then
  if now then return 0 end
elseif now ~= ARGV[2] then
  return 0
end
if ARGV[3] == '0' then
  redis.call('DEL', KEYS[1])
elseif ARGV[5] == '' then
  redis.call('SET', KEYS[1], ARGV[4], 'KEEPTTL')
else
  redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
end
return 1`;

/**
 * What is acknowledged here survives the death of this process; whether it survives the death of the Redis server is
 * the server's setting (`appendonly yes`, `appendfsync always` for every single record).
 */
export async function openRedisBackend(
  place: RedisPlace,
  migrations: readonly Migration[],
  log: StoreLog,
  lease = LEASE,
): Promise<Backend> {
  const redis = await connectRedis(place, log);
  const adapter = new KeyvRedis<string>(redis.client, {
    namespace: place.prefix,
    keyPrefixSeparator: ":",
    throwOnConnectError: true,
    throwOnErrors: true,
  });
  const space = `${place.prefix}:`;
  const queues = new Map<string, Promise<void>>();
  return {
    description: place.description,
    adapter,
    keyvNamespace: place.prefix,
    update: (key, change) => inTurn(queues, key, () => compareAndSet(redis, space + key, change, place)),
    scan: (prefix) => scan(redis, space, prefix),
    async clear(prefix) {
      let count = 0;
      for await (const keys of keysUnder(redis, space + prefix))
        count += await redis.run((client) => client.unlink(keys));
      return count;
    },
    migrate: () => migrateRedis(redis, place, migrations, log, lease),
    run: (work) => redis.run(() => work()),
    close: () => redis.close(),
  };
}

/** Updates of one key from this process wait for each other: only other processes are rivals, and those are few. */
async function inTurn(queues: Map<string, Promise<void>>, key: string, work: () => Promise<void>): Promise<void> {
  const before = queues.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  queues.set(key, mine);
  try {
    await mine;
  } finally {
    if (queues.get(key) === mine) queues.delete(key);
  }
}

async function compareAndSet(
  redis: Redis,
  key: string,
  change: (stored: string | undefined) => Written,
  place: RedisPlace,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const before = await redis.run((client) => client.get(key));
    const { stored, ttl } = change(before ?? undefined);
    const parameters = [
      before === null ? "0" : "1",
      before ?? "",
      stored === undefined ? "0" : "1",
      stored ?? "",
      ttl === undefined ? "" : String(ttl),
    ];
    const done = await redis.run((client) => client.eval(COMPARE_AND_SET, { keys: [key], arguments: parameters }));
    if (done === 1) return;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(LONGEST_PAUSE, 2 ** attempt)));
  }
  throw new UserError(
    "store-contended",
    `A record of the store ${place.description} was changed by others ${TRIES} times while it was being updated.`,
    "Try again; if it happens often, fewer processes should write that record.",
  );
}

async function* scan(redis: Redis, space: string, prefix: string): AsyncGenerator<[key: string, stored: string], void> {
  for await (const keys of keysUnder(redis, space + prefix)) {
    const values = await redis.run((client) => client.mGet(keys));
    for (const [index, key] of keys.entries()) {
      const stored = values[index];
      if (typeof stored === "string") yield [key.slice(space.length), stored];
    }
  }
}
