// Image folders drawn for the tests: every picture differs from every other unless one asks for the same.
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { seededRandom } from "../../../../src/engine/training/random.js";

export async function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "convo-data-"));
}

/** Soft blobs of colour; `seed` decides them. */
export async function drawPicture(seed: number | string, width = 96, height = 72): Promise<Buffer> {
  const random = seededRandom(seed);
  const coarse = Uint8Array.from({ length: 6 * 5 * 3 }, () => random.below(256));
  return sharp(coarse, { raw: { width: 6, height: 5, channels: 3 } })
    .resize({ width, height, fit: "fill", kernel: "cubic" })
    .jpeg({ quality: 92 })
    .toBuffer();
}

export async function put(folder: string, id: string, content: string | Uint8Array): Promise<void> {
  const path = join(folder, id);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** `classes`: folder → number of pictures, named 0.jpg, 1.jpg … */
export async function imageFolder(
  classes: Readonly<Record<string, number>>,
): Promise<{ folder: string; cache: string }> {
  const base = await temporaryFolder();
  const folder = join(base, "pictures");
  for (const [label, count] of Object.entries(classes)) {
    await mkdir(join(folder, label), { recursive: true });
    for (let at = 0; at < count; at++) await put(folder, `${label}/${at}.jpg`, await drawPicture(`${label}/${at}`));
  }
  return { folder, cache: join(base, "cache") };
}
