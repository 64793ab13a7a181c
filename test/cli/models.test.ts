// `convo models promote|rollback` in a registry of its own, with the model that ships.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { openAudit } from "../../src/commands/audit-list.js";
import { openQueue } from "../../src/engine/queue/queue.js";
import { SHARED } from "../../src/engine/queue/run.js";
import { openStore } from "../../src/store/open.js";
import { wish } from "../engine/queue/support/wishes.js";
import { ROOT } from "../support/rubrics.js";

const folder = mkdtempSync(join(tmpdir(), "convo-models-"));
// Apart: what lies in the folder of the models is a name of a model.
const store = mkdtempSync(join(tmpdir(), "convo-store-"));
afterAll(() => {
  for (const made of [folder, store]) rmSync(made, { recursive: true, force: true });
});

function models(...words: readonly string[]): Promise<{ status: number; output: string; errors: string }> {
  return new Promise((done) => {
    const env = { ...process.env, CONVO_MODELS: folder, CONVO_STORE: `lmdb:${store}` };
    execFile(process.execPath, [join(ROOT, "dist/main.js"), "models", ...words], { env }, (error, output, errors) => {
      done({ status: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

it("a version is put into service by name, an unknown one is not, and there is no way back before the first", async () => {
  const [version = ""] = readdirSync(join(ROOT, "assets/models/digits"));
  expect(await models("promote", `digits@${version}`)).toMatchObject({
    status: 0,
    output: expect.stringContaining(`digits@${version} is in service`),
  });
  expect((await models("list")).output).toMatch(new RegExp(`digits +${version} +champion`));
  const none = await models("promote", "digits@20200101-0000-00000000");
  expect(none).toMatchObject({ status: 2, errors: expect.stringContaining("model-not-found") });
  const back = await models("rollback", "digits");
  expect(back).toMatchObject({ status: 2, errors: expect.stringContaining("model-no-previous") });
});

it("what is done at the command line is on the list of the community that it was done to, refusals too", async () => {
  const [version = ""] = readdirSync(join(ROOT, "assets/models/digits"));
  await models("promote", `digits@${version}`, "--community", "class-a");
  await models("rollback", "digits", "--community", "class-a");
  await models("follow", "digits", "--community", "class-a");
  await models("follow", "nothing");
  const opened = await openStore({ url: `lmdb:${store}` });
  const told = async (community: string) =>
    (await openAudit(opened).list(community)).map(({ by, what, result }) => `${by.kind} ${what} ${result}`);
  expect(await told("class-a")).toEqual([
    "command-line convo models follow digits --community class-a done",
    "command-line convo models rollback digits --community class-a refused",
    `command-line convo models promote digits@${version} --community class-a done`,
  ]);
  expect((await told(SHARED))[0]).toBe("command-line convo models follow nothing refused");
  const { run } = await openQueue({ store: opened }).enqueue(wish({ community: SHARED }));
  await opened.close();
  expect(await models("promote", run.id)).toMatchObject({
    status: 2,
    errors: expect.stringContaining(`The run ${run.id} is not over yet.`),
  });
});
