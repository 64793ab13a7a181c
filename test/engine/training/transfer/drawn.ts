// A data set that is drawn, three shapes in three colours on noise, and a miniature of MobileNetV2 with random weights.
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { mobileNetV2 } from "../../../../src/engine/training/backbones/mobilenet-v2.js";
import type { DataSet } from "../../../../src/engine/training/data/data-set.js";
import { openImageFolder } from "../../../../src/engine/training/data/image-folder.js";
import { type Random, seededRandom } from "../../../../src/engine/training/random.js";
import type { PretrainedBackbone } from "../../../../src/engine/training/weights/pretrained.js";

const SIDE = 48;
const SHAPES: Readonly<Record<string, (x: number, y: number, r: number) => string>> = {
  circles: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}" fill="#d33"/>`,
  squares: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}" fill="#3b3"/>`,
  triangles: (x, y, r) => `<path d="M${x} ${y - r}L${x + r} ${y + r}L${x - r} ${y + r}Z" fill="#44d"/>`,
};

export interface Drawn {
  readonly folder: string;
  readonly data: DataSet;
}

/** In a folder of its own, which the caller removes. */
export async function drawnDataSet(images = 20): Promise<Drawn> {
  const folder = await mkdtemp(join(tmpdir(), "drawn-"));
  const random = seededRandom("drawn");
  for (const [name, shape] of Object.entries(SHAPES)) {
    await mkdir(join(folder, "shapes", name), { recursive: true });
    for (let number = 0; number < images; number++) {
      await writeFile(join(folder, "shapes", name, `${number}.png`), await picture(shape, random));
    }
  }
  return { folder, data: await openImageFolder(join(folder, "shapes"), { cache: join(folder, "cache") }) };
}

async function picture(shape: (x: number, y: number, r: number) => string, random: Random): Promise<Buffer> {
  const spots = Array.from({ length: 12 }, () => {
    const grey = random.below(256);
    const size = 4 + random.below(12);
    return `<rect x="${random.below(SIDE)}" y="${random.below(SIDE)}" width="${size}" height="${size}" fill="rgb(${grey},${grey},${grey})"/>`;
  });
  const [x, y, r] = [random.between(18, 30), random.between(18, 30), random.between(10, 16)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">${spots.join("")}${shape(x, y, r)}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

/** Four blocks of a quarter of the width; its weights come from a seed, as if they had been learned. */
export function miniature(normalized = false): PretrainedBackbone {
  const backbone = mobileNetV2({ normalized, alpha: 0.25, depth: 2, features: 64, seed: 5 });
  return { backbone, hash: `miniature/${normalized}`, origin: "Random weights.", place: () => undefined };
}
