// A JPEG of 1024 × 768 that costs what a photo costs: petals in soft light over leaves, with a camera's grain. Drawn and seeded.
import sharp from "sharp";
import { seeded } from "./pages.js";

const [WIDTH, HEIGHT] = [1024, 768];

export async function photoLike(seed: number): Promise<Buffer> {
  const random = seeded(seed);
  const leaves = Array.from({ length: 60 }, () => {
    const [x, y, size] = [WIDTH * random(), HEIGHT * random(), 40 + 120 * random()];
    return `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * 0.35}" fill="hsl(${90 + 50 * random()} 45% ${15 + 30 * random()}%)" transform="rotate(${360 * random()} ${x} ${y})"/>`;
  });
  const petals = Array.from({ length: 18 }, (_, at) => {
    const turn = at * 20 + 8 * random();
    return `<ellipse cx="512" cy="190" rx="52" ry="170" fill="hsl(${44 + 8 * random()} 90% ${48 + 14 * random()}%)" transform="rotate(${turn} 512 384)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#2c4a22"/>${leaves.join("")}${petals.join("")}<circle cx="512" cy="384" r="95" fill="#4a2a12"/></svg>`;
  const pixels = await sharp(Buffer.from(svg)).removeAlpha().blur(1.2).raw().toBuffer();
  for (let at = 0; at < pixels.length; at++) {
    pixels[at] = Math.min(255, Math.max(0, (pixels[at] ?? 0) + 24 * (random() - 0.5)));
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 85 })
    .toBuffer();
}
