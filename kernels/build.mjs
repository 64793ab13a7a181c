// Compiles index.ts twice, for memory of one thread and for memory that threads share: `npm ci && npm run build` in this folder.
// With `--check` it only compares with what is there, and fails where that is another.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const here = import.meta.dirname;
const target = join(here, "../assets/kernels");
const memory = {
  single: [],
  // The most that any module's memory may have: it is given another's.
  shared: ["--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
};
for (const [name, flags] of Object.entries(memory)) {
  const file = join(mkdtempSync(join(tmpdir(), "kernels-")), `${name}.wasm`);
  const { error, stderr } = await asc.main([
    join(here, "index.ts"),
    "--outFile",
    file,
    "--importMemory",
    ...flags,
    "--runtime",
    "stub",
    "--enable",
    "simd,threads,bulk-memory",
    "-O3",
    "--noAssert",
    "--use",
    "abort=",
  ]);
  if (error !== null) throw new Error(stderr.toString());
  const kept = join(target, `${name}.wasm`);
  if (!process.argv.includes("--check")) writeFileSync(kept, readFileSync(file));
  else if (!readFileSync(kept).equals(readFileSync(file)))
    throw new Error(`${kept} is not what index.ts says: run \`npm run build\`.`);
}
