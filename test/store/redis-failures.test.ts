// What can happen to the Redis server, and what Convo says and does then.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/store/open.js";
import { newFolder, newRedisUrl, noRedis, opened, redisAnswers, withRedis } from "./places.js";

const hasServer = canRun("redis-server");
const noServer = hasServer ? "" : " (skipped: there is no redis-server to start)";

function canRun(command: string): boolean {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false; // Said in the tests' titles.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A listening socket has no port.");
  return address.port;
}

/** A Redis server of the test's own, stopped when the test is over. */
async function startRedis(port: number, ...settings: string[]): Promise<{ stop(): Promise<void> }> {
  const folder = newFolder();
  const server = spawn("redis-server", [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--dir",
    folder,
    ...settings,
  ]);
  const ended = once(server, "exit");
  const stop = async () => {
    server.kill("SIGKILL");
    await ended;
  };
  onTestFinished(stop);
  for await (const chunk of server.stdout) if (String(chunk).includes("Ready to accept connections")) break;
  server.stdout.resume();
  return { stop };
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const patience = Date.now() + 10_000;
  while (true) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > patience) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const unreachable = { name: "UserError", code: "store-unreachable" };

describe("a Redis that cannot be the store", () => {
  it("an address that is none", async () => {
    const addresses = [
      "redis://",
      "redis://:secret@",
      "redis://h/x",
      "redis://u:pa/ss@h",
      "redis://u:12/secret@h/0",
      "redis://h?prefix=a:b",
    ];
    for (const url of addresses) {
      const error = await openStore({ url }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "UserError", code: "store-url" });
      expect(String(error)).not.toContain("secret");
    }
  });

  it("nobody listens: refused, without the password", async () => {
    const port = await freePort();
    const error = await openStore({ url: `redis://user:secret@127.0.0.1:${port}/3` }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      ...unreachable,
      message: expect.stringContaining(`redis://user@127.0.0.1:${port}/3`),
    });
    expect(String(error)).not.toContain("secret");
  });

  it("a name that does not exist", async () => {
    await expect(openStore({ url: "redis://no-such-host.invalid" })).rejects.toMatchObject(unreachable);
  });

  it("somebody listens and says nothing: refused, not waited for", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket)).listen(0, "127.0.0.1");
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    await expect(openStore({ url: `redis://127.0.0.1:${port}` })).rejects.toMatchObject(unreachable);
  });

  it.skipIf(!redisAnswers)(`a database number it does not have${redisAnswers ? "" : noRedis}`, async () => {
    const url = newRedisUrl().replace("/0?", "/9999?");
    await expect(openStore({ url })).rejects.toMatchObject({ name: "UserError", code: "store-url" });
  });

  it.skipIf(!redisAnswers)(`a password where there is none${redisAnswers ? "" : noRedis}`, async () => {
    const url = newRedisUrl().replace("redis://", "redis://:secret@");
    const error = await openStore({ url }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "UserError", code: "store-auth" });
    expect(String(error)).not.toContain("secret");
  });

  it.skipIf(!hasServer)(`no password, and a wrong one, where there is one${noServer}`, async () => {
    const port = await freePort();
    await startRedis(port, "--requirepass", "right");
    for (const login of ["", ":wrong@"]) {
      const error = { name: "UserError", code: "store-auth" };
      await expect(openStore({ url: `redis://${login}127.0.0.1:${port}` })).rejects.toMatchObject(error);
    }
    const store = await opened({ url: `redis://:right@127.0.0.1:${port}` });
    await store.namespace("a").set("k", 1);
    expect(store.description).toBe(`redis://127.0.0.1:${port}`);
  });
});

describe.skipIf(!hasServer)(`a Redis that fails later${noServer}`, () => {
  it("goes away: operations fail at once; comes back: they work again", async () => {
    const port = await freePort();
    const first = await startRedis(port);
    const said: string[] = [];
    const log = {
      info: (_: object, text: string) => said.push(text),
      warn: (_: object, text: string) => said.push(text),
    };
    const store = await opened({ url: `redis://127.0.0.1:${port}`, log });
    const records = store.namespace<number>("records");
    await records.set("k", 1);
    const pending = Promise.allSettled(Array.from({ length: 20 }, (_, n) => records.update(`n${n}`, () => 1)));
    await first.stop();
    for (const outcome of await pending) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject(unreachable);
    }
    await expect(records.get("k")).rejects.toMatchObject(unreachable);
    await expect(records.set("k", 2)).rejects.toMatchObject(unreachable);
    await expect(records.delete("k")).rejects.toMatchObject(unreachable);
    await expect(records.update("k", () => 2)).rejects.toMatchObject(unreachable);
    await expect(records.clear()).rejects.toMatchObject(unreachable);
    await expect(records.entries().next()).rejects.toMatchObject(unreachable);
    await startRedis(port);
    await eventually(() => records.set("k", 3));
    expect(await records.get("k")).toBe(3);
    expect(said).toEqual(["store: connection to Redis lost", "store: connected to Redis again"]);
  });

  it("hangs: an operation fails before it goes on", async () => {
    const port = await freePort();
    await startRedis(port);
    const store = await opened({ url: `redis://127.0.0.1:${port}` });
    await withRedis((client) => client.sendCommand(["CLIENT", "PAUSE", "6500", "ALL"]), `redis://127.0.0.1:${port}`);
    await expect(store.namespace("a").get("k")).rejects.toMatchObject(unreachable);
    await eventually(() => store.namespace("a").set("k", 1));
  });

  it("has no memory left: the write is rejected, what is there stays", async () => {
    const port = await freePort();
    await startRedis(port, "--maxmemory-policy", "noeviction");
    const store = await opened({ url: `redis://127.0.0.1:${port}` });
    const records = store.namespace<number>("records");
    await records.set("k", 1);
    const limit = (value: string) =>
      withRedis((client) => client.sendCommand(["CONFIG", "SET", "maxmemory", value]), `redis://127.0.0.1:${port}`);
    await limit("1");
    await expect(records.set("k", 2)).rejects.toMatchObject({ name: "UserError", code: "store-full" });
    await expect(records.update("k", () => 2)).rejects.toMatchObject({ name: "UserError", code: "store-full" });
    expect(await records.get("k")).toBe(1);
    await limit("0");
    await records.set("k", 3);
  });

  it("is a replica: the write is rejected", async () => {
    const port = await freePort();
    await startRedis(port);
    const store = await opened({ url: `redis://127.0.0.1:${port}` });
    await withRedis((client) => client.sendCommand(["REPLICAOF", "127.0.0.1", "1"]), `redis://127.0.0.1:${port}`);
    await expect(store.namespace("a").set("k", 1)).rejects.toMatchObject({ code: "store-read-only" });
  });
});

describe.skipIf(!redisAnswers)(`what others write into the same Redis${redisAnswers ? "" : ` (${noRedis})`}`, () => {
  it("a record that is not ours is named, and not taken for one", async () => {
    const url = newRedisUrl();
    const store = await opened({ url });
    const prefix = new URL(url).searchParams.get("prefix");
    for (const text of ["not JSON", "1", "null", '{"value":1}', '{"v":"1","value":1}']) {
      await withRedis((client) => client.set(`${prefix}:a:k`, text));
      const damaged = { name: "UserError", code: "store-damaged", message: expect.stringContaining("a/k") };
      await expect(store.namespace("a").get("k")).rejects.toMatchObject(damaged);
      await expect(store.namespace("a").update("k", () => 1)).rejects.toMatchObject(damaged);
      await expect(store.namespace("a").entries().next()).rejects.toMatchObject(damaged);
    }
  });

  it.skipIf(!canRun("redis-cli"))(
    "an update that never gets its turn ends with store-contended (needs redis-cli)",
    async () => {
      const url = newRedisUrl();
      const store = await opened({ url });
      const address = new URL(url);
      const record = `${address.searchParams.get("prefix")}:a:k`;
      let n = 0;
      // The rival writes between our reading and our writing, every time.
      const racing = store.namespace<number>("a").update("k", (before) => {
        const text = JSON.stringify({ v: 1, value: -n++ });
        execFileSync("redis-cli", ["-h", address.hostname, "-p", address.port || "6379", "SET", record, text]);
        return (before ?? 0) + 1;
      });
      await expect(racing).rejects.toMatchObject({ name: "UserError", code: "store-contended" });
      expect(n).toBe(100);
      expect(await store.namespace("a").get("k")).toBe(-99);
    },
  );
});
