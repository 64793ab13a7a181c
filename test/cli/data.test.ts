// `convo data`: what it prints, where, and its exit status.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answers, fileServer } from "../engine/training/data/file-server.js";
import { imageFolder, temporaryFolder } from "../engine/training/data/pictures.js";
import { convo } from "../support/convo.js";

const MNIST = join(import.meta.dirname, "../../../shared/data/mnist");

test("show prints classes, splits and the version", async () => {
  const { folder, cache } = await imageFolder({ cat: 20, dog: 20 });
  const env = { XDG_CACHE_HOME: cache };
  const { code, stdout, stderr } = await convo(["data", "show", folder], { env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /class +train +validation +test +images\ncat +14 +3 +3 +20\ndog +14 +3 +3 +20\nall +28 +6 +6 +40\n/,
  );
  const json = JSON.parse((await convo(["data", "show", folder, "--json"], { env })).stdout);
  expect(json).toMatchObject({ images: { train: 28 }, classes: [{ label: "cat", test: 3 }, {}], notes: [] });
  expect(stdout).toContain(`version ${json.version}`);
});

test.skipIf(!existsSync(MNIST))("show knows MNIST by its files", async () => {
  const { stdout } = await convo(["data", "show", MNIST, "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    name: "mnist",
    images: { train: 55_000, validation: 5_000, test: 10_000 },
  });
});

test("a data set that is unknown, a folder of one class and a mirror without the files exit with 2 and the fix", async () => {
  const { folder, cache } = await imageFolder({ cat: 12 });
  const server = await fileServer(answers(404));
  const to = await temporaryFolder();
  try {
    const cases = [
      [["data", "get", "cifar"], "data-unknown"],
      [["data", "show", folder], "classes-too-few"],
      [["data", "show", folder, "--seed", "x"], "seed-invalid"],
      [["data", "get", "mnist", "--to", to, "--mirror", server.url], "download-failed"],
    ] as const;
    for (const [args, error] of cases) {
      const { code, stdout, stderr } = await convo(args, { env: { XDG_CACHE_HOME: cache } });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toContain(`(${error})`);
    }
  } finally {
    await server.close();
  }
});
