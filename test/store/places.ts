// Where the tests of the store keep their data: folders and Redis prefixes of their own, gone afterwards.
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@keyv/redis";
import { onTestFinished } from "vitest";
import { openStore, type StoreOptions } from "../../src/store/open.js";
import type { Store } from "../../src/store/store.js";

const REDIS = process.env.CONVO_TEST_REDIS ?? "redis://127.0.0.1:6379";

export const redisAnswers = await answers(REDIS);
export const noRedis = `skipped: no Redis answers at ${REDIS}`;

/** A new folder, deleted when the test is over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "convo-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function newLmdbUrl(): string {
  return `lmdb:${join(newFolder(), "store")}`;
}

/** A Redis URL with a prefix nobody else has; its keys are deleted when the test is over. */
export function newRedisUrl(): string {
  const prefix = `convo-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
  onTestFinished(async () => {
    await withRedis(async (client) => {
      for await (const keys of client.scanIterator({ MATCH: `${prefix}*` }))
        if (keys.length > 0) await client.del(keys);
    });
  });
  return `${REDIS}/0?prefix=${prefix}`;
}

export const backends = [
  { name: "LMDB", newUrl: newLmdbUrl, skipped: false, why: "" },
  { name: "Redis", newUrl: newRedisUrl, skipped: !redisAnswers, why: redisAnswers ? "" : ` (${noRedis})` },
];

/** Opened, and closed when the test is over. */
export async function opened(options: StoreOptions): Promise<Store> {
  const store = await openStore(options);
  onTestFinished(() => store.close());
  return store;
}

export async function withRedis<T>(
  work: (client: ReturnType<typeof connection>) => Promise<T>,
  url = REDIS,
): Promise<T> {
  const client = connection(url);
  client.on("error", (error) => console.error("the test's own connection to Redis:", error));
  await client.connect();
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}

function connection(url: string) {
  return createClient({ url });
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = createConnection({ host: hostname, port: Number(port || 6379), timeout: 1000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}
