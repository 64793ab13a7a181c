// Migrations on Redis: once, under a lease that ends with its holder, each record copied before it is changed.
import { randomUUID } from "node:crypto";
import { UserError } from "../errors.js";
import type { StoreLog } from "./backend.js";
import { newer } from "./failures.js";
import { splitKey } from "./keys.js";
import { migrateRecord } from "./migrate-record.js";
import { type Migration, versionOf } from "./migrations.js";
import type { Redis, RedisPlace } from "./redis-connection.js";
import { keysUnder } from "./redis-keys.js";

/** How long a lease lasts without renewal. A holder that was stopped longer than that can write nothing: see the scripts. */
export const LEASE = 6_000;
/** Copies of old records end by themselves: "delete my data" must not leave them for ever. */
const BACKUP_KEPT = 30 * 24 * 60 * 60 * 1000;
const LOOK_AGAIN = 100;
/** How long a start waits for another process's migration. */
const PATIENCE = 10 * 60 * 1000;

const IF_HELD = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end\n";
const RENEW = `${IF_HELD}return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;
const RELEASE = `${IF_HELD}return redis.call('DEL', KEYS[1])`;
const FINISH = `${IF_HELD}redis.call('SET', KEYS[2], ARGV[2]) return 1`;
/** KEYS: lease, record, copy. ARGV: token, milliseconds that the copy is kept at most. */
const COPY = `${IF_HELD}
local value = redis.call('GET', KEYS[2])
if not value then return 0 end
local ttl = redis.call('PTTL', KEYS[2])
if ttl < 1 or ttl > tonumber(ARGV[2]) then ttl = ARGV[2] end
redis.call('SET', KEYS[3], value, 'PX', ttl)
return 1`;
/** KEYS: lease, record, its new key. ARGV: token, its bytes, "1" to write or "0" to delete, its new bytes. */
const REPLACE = `${IF_HELD}
if redis.call('GET', KEYS[2]) ~= ARGV[2] then return 0 end
local ttl = redis.call('PTTL', KEYS[2])
redis.call('DEL', KEYS[2])
if ARGV[3] == '1' then
  if ttl > 0 then redis.call('SET', KEYS[3], ARGV[4], 'PX', ttl) else redis.call('SET', KEYS[3], ARGV[4]) end
end
return 1`;

/**
 * Killed in the middle, the next start goes on: records that already carry the new version are neither copied nor changed
 * again, so the copies (`PREFIX.backup.v1:…`) are always of the old form.
 */
export async function migrateRedis(
  redis: Redis,
  place: RedisPlace,
  migrations: readonly Migration[],
  log: StoreLog,
  lease: number,
): Promise<void> {
  const ours = versionOf(migrations);
  const keys = { schema: `${place.prefix}.schema`, lease: `${place.prefix}.migrating` };
  const patience = Date.now() + PATIENCE;
  while (true) {
    await redis.run((client) => client.set(keys.schema, String(ours), { condition: "NX" }));
    const theirs = Number(await redis.run((client) => client.get(keys.schema)));
    if (theirs === ours) return;
    if (theirs > ours) throw newer(place.description, theirs, ours);
    const token = randomUUID();
    const expiration = { type: "PX", value: lease } as const;
    if (await redis.run((client) => client.set(keys.lease, token, { condition: "NX", expiration }))) {
      const held = new Lease(redis, keys.lease, token, lease, log);
      try {
        await migrate(redis, held, place, theirs, migrations, log);
        await held.eval(FINISH, [keys.schema], [String(ours)]);
        return;
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        log.warn({}, "store: this process was held up and lost its lease on the migration; looking again");
      } finally {
        await held.release();
      }
    } else if (Date.now() > patience) {
      throw new UserError(
        "store-migrating",
        `Another process has been migrating the store ${place.description} for ${PATIENCE / 60_000} minutes.`,
        "Look at that process; when it is gone, start again.",
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN * (1 + Math.random())));
  }
}

class Lost extends Error {}

/** Renews itself while the process lives and its event loop turns; every script checks that it is still held. */
class Lease {
  readonly #renewal: NodeJS.Timeout;

  constructor(
    private readonly redis: Redis,
    private readonly key: string,
    private readonly token: string,
    duration: number,
    log: StoreLog,
  ) {
    this.#renewal = setInterval(() => {
      const renewed = this.eval(RENEW, [], [String(duration)]);
      renewed.catch((err) => log.warn({ err }, "store: the lease on the migration was not renewed"));
    }, duration / 3);
  }

  /** The script's answer; throws Lost where another process may hold the lease. */
  async eval(script: string, keys: string[], parameters: string[]): Promise<unknown> {
    const answer = await this.redis.run((client) =>
      client.eval(script, { keys: [this.key, ...keys], arguments: [this.token, ...parameters] }),
    );
    if (answer === -1) throw new Lost("The lease on the store's migration was lost.");
    return answer;
  }

  async release(): Promise<void> {
    clearInterval(this.#renewal);
    const script = { keys: [this.key], arguments: [this.token] };
    await this.redis.run((client) => client.eval(RELEASE, script));
  }
}

async function migrate(
  redis: Redis,
  lease: Lease,
  place: RedisPlace,
  from: number,
  migrations: readonly Migration[],
  log: StoreLog,
): Promise<void> {
  const backup = `${place.prefix}.backup.v${from}:`;
  log.info({ from, to: versionOf(migrations), backup }, "store: migrating; the backup's keys end after 30 days");
  await eachOld(redis, place, migrations, async (key) => {
    await lease.eval(COPY, [key, backup + key], [String(BACKUP_KEPT)]);
  });
  await eachOld(redis, place, migrations, async (key, text, moved) => {
    const target = moved ? `${place.prefix}:${moved.key}` : key;
    await lease.eval(REPLACE, [key, target], [text, moved ? "1" : "0", moved?.text ?? ""]);
  });
}

/** Calls `visit` for each record of an older version, with what it is to become. */
async function eachOld(
  redis: Redis,
  place: RedisPlace,
  migrations: readonly Migration[],
  visit: (key: string, text: string, moved: { key: string; text: string } | undefined) => Promise<void>,
): Promise<void> {
  const space = `${place.prefix}:`;
  for await (const keys of keysUnder(redis, space)) {
    for (const key of keys) {
      const where = splitKey(key.slice(space.length));
      const text = await redis.run((client) => client.get(key));
      if (where === undefined || text === null) continue;
      const moved = migrateRecord(where, text, place.description, migrations);
      if (moved !== "current") await visit(key, text, moved);
    }
  }
}
