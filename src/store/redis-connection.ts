// One connection to Redis that fails in bounded time, comes back by itself, and never throws where nobody listens.
import { createClient } from "@keyv/redis";
import { UserError } from "../errors.js";
import type { StoreLog } from "./backend.js";
import { explainRedis } from "./failures.js";

/** At the start, for everything: name, socket, greeting. Milliseconds. */
const CONNECT_WITHIN = 5_000;
/** For one command, when the server hangs without closing the connection. */
const ANSWER_WITHIN = 5_000;
const LONGEST_RECONNECT_PAUSE = 2_000;
const DEFAULT_PREFIX = "convo";

export interface RedisPlace {
  /** With the password, without our own `prefix` parameter. */
  readonly url: string;
  /** Without the password. */
  readonly description: string;
  /** What all our keys begin with, before a colon; no colon in it. */
  readonly prefix: string;
}

type Client = ReturnType<typeof connection>;

export interface Redis {
  readonly client: Client;
  /** `work`, or UserError `store-unreachable` and its like. A write that got no answer in time may yet have happened. */
  run<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * `redis://[user:password@]host[:port][/database][?prefix=name]`, `rediss:` for TLS. Several Convos may share a database
 * when each has a prefix (letters, digits, dots, hyphens, underscores) of its own.
 */
export function redisPlace(text: string): RedisPlace {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const prefix = url?.searchParams.get("prefix") ?? DEFAULT_PREFIX;
  if (!url?.hostname || !/^\/?\d*$/.test(url.pathname) || !/^[\w.-]{1,64}$/.test(prefix)) {
    throw new UserError(
      "store-url",
      // The URL itself is not shown: part of a password with a slash in it may look like the path.
      "The store's Redis URL is not understood.",
      "It looks like redis://HOST:6379/0, with rediss: for TLS, USER:PASSWORD@ before the host and ?prefix=NAME at the end.",
    );
  }
  const description = withoutPassword(url);
  url.searchParams.delete("prefix");
  return { url: url.href, description, prefix };
}

function withoutPassword(url: URL): string {
  const shown = new URL(url);
  shown.password = "";
  return shown.href;
}

function connection(url: string, reconnect: (tries: number, cause: Error) => number | Error) {
  return createClient({
    url,
    // A command given while the connection is down fails at once: the caller knows, and nothing piles up.
    disableOfflineQueue: true,
    socket: { connectTimeout: CONNECT_WITHIN, reconnectStrategy: reconnect },
  });
}

export async function connectRedis(place: RedisPlace, log: StoreLog): Promise<Redis> {
  let ready = false;
  let down = false;
  // Until the first success a failure ends the start; afterwards we come back for ever.
  const client = connection(place.url, (tries, cause) =>
    ready ? Math.min(LONGEST_RECONNECT_PAUSE, 50 * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2) : cause,
  );
  // @keyv/redis adds listeners of its own; without one, an 'error' event would end the process.
  client.on("error", (error: unknown) => {
    if (ready && !down) log.warn({ err: error, store: place.description }, "store: connection to Redis lost");
    down = true;
  });
  client.on("ready", () => {
    if (ready && down) log.info({ store: place.description }, "store: connected to Redis again");
    down = false;
  });
  try {
    await within(CONNECT_WITHIN, place, client.connect());
    // Without a password Redis lets a connection open and refuses the first command.
    await within(CONNECT_WITHIN, place, client.ping());
    ready = true;
  } catch (error) {
    if (client.isOpen) client.destroy();
    throw explainRedis(error, place.description);
  }
  return {
    client,
    async run(work) {
      try {
        return await within(ANSWER_WITHIN, place, work(client));
      } catch (error) {
        throw explainRedis(error, place.description);
      }
    },
    async close() {
      if (!client.isOpen) return;
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
}

async function within<T>(limit: number, place: RedisPlace, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new UserError(
          "store-unreachable",
          `Redis at ${place.description} did not answer within ${limit / 1000} s.`,
          "Check that it runs and is not overloaded; what was being written may or may not have been.",
        ),
      );
    }, limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
