// `convo models promote|rollback` in a registry of its own, with the model that ships.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { ROOT } from "../support/rubrics.js";

const folder = mkdtempSync(join(tmpdir(), "convo-models-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function models(...words: readonly string[]): Promise<{ status: number; output: string; errors: string }> {
  return new Promise((done) => {
    const env = { ...process.env, CONVO_MODELS: folder };
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
