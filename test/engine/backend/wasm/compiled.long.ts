// assets/kernels is what kernels/ compiles to.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("the compiled loops are those of the sources", async () => {
  const cwd = join(import.meta.dirname, "../../../../kernels");
  await promisify(execFile)("npm", ["ci", "--ignore-scripts"], { cwd });
  await expect(promisify(execFile)("npm", ["run", "build", "--", "--check"], { cwd })).resolves.toBeDefined();
});
