// The compiled loops as files: what they bring with them. What they compute is tested through tfjs, in the files beside this one.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const ASSETS = join(import.meta.dirname, "../../../../assets/kernels");
const [DATA, START] = [11, 8];

it.each(["single", "shared"])("%s.wasm writes nothing into the backend's memory when it is loaded", async (name) => {
  const sections = sectionsOf(await readFile(join(ASSETS, `${name}.wasm`)));
  expect(sections).toContain(10);
  expect(sections).not.toContain(DATA);
  expect(sections).not.toContain(START);
});

/** The numbers of a module's sections (WebAssembly specification, 5.5). */
function sectionsOf(bytes: Uint8Array): number[] {
  const sections: number[] = [];
  for (let at = 8; at < bytes.length; ) {
    sections.push(bytes[at] as number);
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[++at] ?? 0;
      size |= (byte & 127) << shift;
      more = (byte & 128) !== 0;
    }
    at += 1 + size;
  }
  return sections;
}
