// A daisy in a meadow, drawn and seeded: like a photo in colours and depth, so that the flowers' model has something to find whose place is known.
import sharp from "sharp";
import { seeded } from "./pages.js";

export interface DrawnFlower {
  readonly jpeg: Buffer;
  /** x, y, width, height of the flower head in pixels. */
  readonly head: readonly [number, number, number, number];
}

export interface FlowerPlace {
  readonly width: number;
  readonly height: number;
  /** Centre and radius of the head. */
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

const SQUARE: FlowerPlace = { width: 800, height: 800, x: 400, y: 360, radius: 210 };

export async function drawnDaisy(seed: number, place: FlowerPlace = SQUARE): Promise<DrawnFlower> {
  const { width, height, x, y, radius } = place;
  const random = seeded(seed * 7907 + 13);
  const petals = 19 + Math.floor(5 * random());
  const petal = (at: number, shade: string) => {
    const angle = (360 * at) / petals + 8 * random();
    const [long, wide] = [radius * (0.88 + 0.12 * random()), radius * (0.13 + 0.03 * random())];
    return `<path transform="translate(${x} ${y}) rotate(${angle})" fill="${shade}" d="M0 ${radius * 0.2}C${wide * 1.5} ${long * 0.4} ${wide} ${long * 0.9} ${wide * 0.25} ${long}Q0 ${long * 0.95} ${-wide * 0.25} ${long}C${-wide} ${long * 0.9} ${-wide * 1.5} ${long * 0.4} 0 ${radius * 0.2}Z"/>`;
  };
  const ring = (shade: string) => Array.from({ length: petals }, (_, at) => petal(at, shade)).join("");
  const florets = Array.from({ length: 340 }, (_, at) => {
    // A sunflower's spiral: the golden angle.
    const [turn, far] = [at * 2.39996, radius * 0.27 * Math.sqrt(at / 340)];
    const tone = ["#f6c414", "#eaa90a", "#ffdb3a", "#d48f06"][Math.floor(4 * random())];
    return `<circle cx="${x + far * Math.cos(turn)}" cy="${y + far * Math.sin(turn)}" r="${radius * 0.016}" fill="${tone}"/>`;
  }).join("");
  const blades = Array.from({ length: 130 }, () => {
    const [from, tall, lean] = [width * random(), height * (0.3 + 0.7 * random()), 160 * (random() - 0.5)];
    const green = `hsl(${80 + 45 * random()} ${40 + 30 * random()}% ${14 + 26 * random()}%)`;
    return `<path d="M${from} ${height}q${lean / 3} ${-tall / 2} ${lean} ${-tall}" stroke="${green}" stroke-width="${4 + 12 * random()}" fill="none"/>`;
  }).join("");
  const svg = (inner: string) =>
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><radialGradient id="disc"><stop offset="0" stop-color="#e8b010"/><stop offset="1" stop-color="#b87a04"/></radialGradient><linearGradient id="shade" x2="0.6" y2="1"><stop offset="0" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#123" stop-opacity="0.3"/></linearGradient></defs>${inner}</svg>`,
    );
  const meadow = await sharp(svg(`<rect width="100%" height="100%" fill="#31521f"/>${blades}`))
    .blur(9)
    .removeAlpha()
    .toBuffer();
  const flower = svg(
    `<path d="M${x} ${y}q20 ${height * 0.3} -15 ${height}" stroke="#5c7f34" stroke-width="${radius * 0.07}" fill="none"/>${ring("#c9ccd6")}${ring("#f4f4f2")}<circle cx="${x}" cy="${y}" r="${radius * 0.28}" fill="url(#disc)"/>${florets}<circle cx="${x}" cy="${y}" r="${radius}" fill="url(#shade)" opacity="0.5"/>`,
  );
  const grain = await sharp({
    create: { width, height, channels: 3, background: "#808080", noise: { type: "gaussian", mean: 128, sigma: 14 } },
  })
    .png()
    .toBuffer();
  const jpeg = await sharp(meadow)
    .composite([{ input: await sharp(flower).blur(0.8).toBuffer() }, { input: grain, blend: "soft-light" }])
    .jpeg({ quality: 88 })
    .toBuffer();
  return { jpeg, head: [x - radius, y - radius, 2 * radius, 2 * radius] };
}
