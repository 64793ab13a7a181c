// The real installations, from the registry that npm is set to: what is kept computes here, what fails leaves nothing and ends in time.
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installBackend } from "../../../src/engine/backend/install/install.js";
import { OFFER } from "../../../src/engine/backend/install/offers.js";
import { probe } from "../../../src/engine/backend/probe.js";
import { codeOf } from "../../../src/errors.js";
import { ROOT } from "../../support/rubrics.js";

const allowSoftware = process.env.CONVO_TEST_SOFTWARE_GPU === "1";
let added = "";
beforeEach(async () => {
  added = await mkdtemp(join(ROOT, "node_modules/.convo-test-"));
});
afterEach(() => rm(added, { recursive: true, force: true }));

test("webgpu is fetched, and kept only where it computes on an adapter", async ({ skip }) => {
  const outcome = await installBackend(OFFER.webgpu, { added, allowSoftware }).catch((error: unknown) => error);
  if (codeOf(outcome) === "backend-unreachable") skip("npm's registry cannot be reached");
  if (outcome instanceof Error) {
    expect(outcome).toMatchObject({ code: "backend-fails", what: expect.stringContaining("no device") });
    expect(existsSync(join(added, "webgpu"))).toBe(false);
    return;
  }
  expect(outcome).toMatchObject({ name: "webgpu", status: "runs" });
  expect(await probe("webgpu", { added, allowSoftware })).toMatchObject({ status: "runs" });
  // One tfjs-core a process: the installation's.
  expect(await readdir(join(added, "webgpu/node_modules/@tensorflow"))).toEqual(["tfjs-backend-webgpu"]);
});

test("gpu, whose script asks a host that never answers, is given up in time and leaves nothing", async ({ skip }) => {
  const held: Socket[] = [];
  const silent = createServer((socket) => held.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  process.env.TFJS_NODE_CDN_STORAGE = `https://127.0.0.1:${address.port}/`;
  try {
    const error: unknown = await installBackend(OFFER.gpu, { added, stall: 20_000 }).catch((thrown: unknown) => thrown);
    if (held.length === 0) skip("npm's registry cannot be reached");
    expect(error).toMatchObject({
      code: "backend-unreachable",
      what: expect.stringContaining("Nothing came any more"),
      fix: expect.stringContaining("npm run backend:tensorflow -- --gpu"),
    });
  } finally {
    delete process.env.TFJS_NODE_CDN_STORAGE;
    for (const socket of held) socket.destroy();
    silent.close();
  }
  expect(await readdir(added)).toEqual([]);
});
