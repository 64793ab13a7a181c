// Pictures of what is neither a digit nor a flower, made and seeded: letters, words, shapes, faces, screens, textures, empty pages.
import sharp from "sharp";
import { seeded } from "./pages.js";

export const FOREIGN_KINDS = [
  "letter",
  "word",
  "text page",
  "shapes",
  "face",
  "screenshot",
  "texture",
  "noise",
  "empty page",
  "scribble",
] as const;
/** No gate or threshold was set with these: what they show is what a new kind of picture meets. */
export const HELD_OUT_KINDS = ["chart", "plaid", "leaves", "bricks", "sunset", "stick figure"] as const;
export type ForeignKind = (typeof FOREIGN_KINDS)[number] | (typeof HELD_OUT_KINDS)[number];

const ALL_KINDS: readonly ForeignKind[] = [...FOREIGN_KINDS, ...HELD_OUT_KINDS];

type Random = () => number;
const [WIDTH, HEIGHT] = [800, 600];
/** Without those that are a digit's shape too: b, g, q, i, l, o, s, z, B, G, I, O, Q, S, Z, D. */
const LETTERS = [..."acdefhjkmnprtuvwxyACEFHJKLMNPRTUVWXY"];
const FONTS = ["DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "Liberation Serif", "Liberation Sans"];
const WORDS =
  "the network learns small maps from many photos of garden paper every layer sees further than one before".split(" ");
const PAPERS = ["#f6f4ee", "#ffffff", "#efe6d2", "#e6ebf2"];
const COLOURS = ["#16181c", "#1b2f7a", "#7a1420", "#136038", "#e07020", "#4090d0", "#b060c0"];

/** A JPEG of 800 × 600. */
export async function foreignPicture(kind: ForeignKind, seed: number): Promise<Buffer> {
  const random = seeded(seed * 6151 + ALL_KINDS.indexOf(kind) * 97 + 11);
  const quality = 60 + Math.floor(30 * random());
  const raw = (data: Buffer) => sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  if (kind === "noise")
    return raw(noise(random))
      .blur(0.5 + 2 * random())
      .jpeg({ quality })
      .toBuffer();
  if (kind === "texture") return raw(texture(random)).jpeg({ quality }).toBuffer();
  const paper = kind === "screenshot" ? "#ffffff" : pick(PAPERS, random);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><defs><linearGradient id="light" x2="${random().toFixed(2)}" y2="1"><stop offset="0" stop-opacity="0"/><stop offset="1" stop-opacity="${(0.5 * random()).toFixed(2)}"/></linearGradient></defs><rect width="100%" height="100%" fill="${paper}"/>${DRAWN[kind](random)}<rect width="100%" height="100%" fill="url(#light)"/></svg>`;
  return sharp(Buffer.from(svg))
    .removeAlpha()
    .blur(0.4 + random())
    .jpeg({ quality })
    .toBuffer();
}

const DRAWN: Readonly<Record<Exclude<ForeignKind, "noise" | "texture">, (random: Random) => string>> = {
  letter: (random) => text(pick(LETTERS, random), 400, 420, 200 + 250 * random(), random),
  word: (random) => text(pick(WORDS, random), 400, 340, 60 + 110 * random(), random),
  "text page": (random) => {
    const size = 16 + 20 * random();
    return repeated(Math.floor(540 / (size * 1.5)), (line) => {
      const words = repeated(Math.floor(1100 / (size * 6)), () => `${pick(WORDS, random)} `);
      return `<text x="40" y="${40 + line * size * 1.5}" font-size="${size}" font-family="DejaVu Serif">${words}</text>`;
    });
  },
  shapes: (random) =>
    repeated(1 + Math.floor(3 * random()), () => {
      const [x, y, size] = [150 + 500 * random(), 150 + 300 * random(), 60 + 120 * random()];
      const points = repeated(3 + Math.floor(4 * random()), (at) => {
        const angle = at * 1.25 + random();
        return `${x + size * Math.cos(angle)},${y + size * Math.sin(angle)} `;
      });
      const fill = random() < 0.5 ? "none" : pick(COLOURS, random);
      return `<polygon points="${points}" fill="${fill}" stroke="${pick(COLOURS, random)}" stroke-width="${3 + 12 * random()}"/>`;
    }),
  face: (random) => {
    const [x, y, size] = [400 + 80 * random(), 300, 120 + 120 * random()];
    const eye = (side: number) => `<circle cx="${x + side * size * 0.38}" cy="${y - size * 0.25}" r="${size * 0.1}"/>`;
    const bend = (random() - 0.3) * size;
    return `<g fill="none" stroke="${pick(COLOURS, random)}" stroke-width="${4 + 10 * random()}"><circle cx="${x}" cy="${y}" r="${size}"/>${eye(-1)}${eye(1)}<path d="M${x} ${y - size * 0.1}v${size * 0.25}M${x - size * 0.45} ${y + size * 0.4}q${size * 0.45} ${bend} ${size * 0.9} 0"/></g>`;
  },
  screenshot: (random) =>
    `<rect width="100%" height="46" fill="${pick(COLOURS, random)}"/>${repeated(3 + Math.floor(5 * random()), (at) => {
      const y = 70 + at * 70;
      return `<rect x="${20 + 200 * random()}" y="${y}" width="${200 + 350 * random()}" height="56" rx="10" fill="#e8ecf2"/><text x="250" y="${y + 35}" font-size="20" font-family="DejaVu Sans">${pick(WORDS, random)} ${pick(WORDS, random)}</text>`;
    })}`,
  "empty page": (random) => {
    if (random() < 0.4) return "";
    const gap = 22 + 30 * random();
    return repeated(30, (at) => `<path d="M0 ${at * gap}H800" stroke="#9db7d8" stroke-width="1.5"/>`);
  },
  chart: (random) => {
    const bars = repeated(4 + Math.floor(5 * random()), (at) => {
      const high = 60 + 380 * random();
      return `<rect x="${90 + at * 75}" y="${520 - high}" width="50" height="${high}" fill="${pick(COLOURS, random)}"/>`;
    });
    return `${bars}<path d="M70 60V520H760" fill="none" stroke="#333" stroke-width="3"/>`;
  },
  plaid: (random) => {
    const stripe = (at: number, isDown: boolean) => {
      const [place, size] = [at * 90 + 30 * random(), 15 + 45 * random()];
      const box = isDown ? `x="${place}" width="${size}" height="600"` : `y="${place}" height="${size}" width="800"`;
      return `<rect ${box} fill="${pick(COLOURS, random)}" opacity="0.55"/>`;
    };
    return repeated(9, (at) => stripe(at, true)) + repeated(7, (at) => stripe(at, false));
  },
  leaves: (random) =>
    repeated(160, () => {
      const [x, y, size] = [800 * random(), 600 * random(), 25 + 60 * random()];
      const fill = `hsl(${75 + 60 * random()} ${30 + 40 * random()}% ${15 + 40 * random()}%)`;
      return `<ellipse cx="${x}" cy="${y}" rx="${size}" ry="${size * 0.35}" fill="${fill}" transform="rotate(${360 * random()} ${x} ${y})"/>`;
    }),
  bricks: (random) =>
    repeated(160, (at) => {
      const row = Math.floor(at / 10);
      const fill = `hsl(${8 + 18 * random()} ${35 + 25 * random()}% ${30 + 25 * random()}%)`;
      return `<rect x="${(at % 10) * 90 - (row % 2) * 45}" y="${row * 40}" width="84" height="34" fill="${fill}"/>`;
    }),
  sunset: (random) => {
    const sky = `<linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="hsl(${210 + 50 * random()} 60% 35%)"/><stop offset="1" stop-color="hsl(${15 + 35 * random()} 90% 60%)"/></linearGradient>`;
    const hills = `<path d="M0 600V${400 + 80 * random()}Q200 ${280 + 120 * random()} 420 ${420 + 60 * random()}T800 ${380 + 90 * random()}V600Z" fill="#1c2a24"/>`;
    return `${sky}<rect width="800" height="600" fill="url(#sky)"/><circle cx="${800 * random()}" cy="${250 + 150 * random()}" r="${25 + 30 * random()}" fill="#ffe9a0"/>${hills}`;
  },
  "stick figure": (random) => {
    const [x, size] = [300 + 200 * random(), 60 + 40 * random()];
    const limb = (dx: number, dy: number) => `l${dx * size * (0.7 + 0.6 * random())} ${dy * size}`;
    return `<g fill="none" stroke="${pick(COLOURS, random)}" stroke-width="${4 + 8 * random()}"><circle cx="${x}" cy="${130 + size * 0.5}" r="${size * 0.5}"/><path d="M${x} ${130 + size}v${size * 1.6}${limb(-0.7, 1.4)}M${x} ${130 + size * 2.6}${limb(0.7, 1.4)}M${x} ${130 + size * 1.4}${limb(-1, 0.6)}M${x} ${130 + size * 1.4}${limb(1, 0.6)}"/></g>`;
  },
  scribble: (random) => {
    const points = repeated(6 + Math.floor(20 * random()), () => `${150 + 500 * random()},${100 + 400 * random()} `);
    return `<polyline points="${points}" fill="none" stroke="${pick(COLOURS, random)}" stroke-width="${3 + 10 * random()}" stroke-linejoin="round"/>`;
  },
};

function text(content: string, x: number, y: number, size: number, random: Random): string {
  const turn = (random() - 0.5) * 16;
  return `<text x="${x}" y="${y}" text-anchor="middle" font-size="${size}" font-family="${pick(FONTS, random)}" font-style="${random() < 0.4 ? "italic" : "normal"}" transform="rotate(${turn} 400 300)" fill="${pick(COLOURS, random)}">${content}</text>`;
}

function repeated(times: number, part: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => part(index)).join("");
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}

function noise(random: Random): Buffer {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  const [level, spread] = [60 + 130 * random(), 20 + 90 * random()];
  for (let at = 0; at < data.length; at++) data[at] = Math.min(255, Math.max(0, level + spread * (random() - 0.5)));
  return data;
}

/** Sums of waves: cloth, water, leaves out of focus. */
function texture(random: Random): Buffer {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  const waves = Array.from(
    { length: 5 },
    () => [random() * 0.12, random() * 0.12, random() * 6, 12 + 30 * random()] as const,
  );
  const tint = [0.5 + random(), 0.5 + random(), 0.5 + random()];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const value = waves.reduce((sum, [a, b, phase, height]) => sum + height * Math.sin(a * x + b * y + phase), 110);
      for (let channel = 0; channel < 3; channel++) {
        data[(y * WIDTH + x) * 3 + channel] = Math.min(255, Math.max(0, value * (tint[channel] ?? 1)));
      }
    }
  }
  return data;
}
