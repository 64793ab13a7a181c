// What people draw on paper that is no number: faces, sketches, letters, signs, signatures; as strokes of a pen on a page of `pages.ts`.
// Only what is learned or set with other pictures may be measured with these.
import { type Difficulty, drawnPage } from "./pages.js";
import { smooth } from "./strokes.js";

type Random = () => number;
type Point = readonly [x: number, y: number];
type Strokes = readonly (readonly Point[])[];

export const DOODLE_KINDS = ["smiley", "sketch", "hand letter", "sign", "signature", "tangle"] as const;
export type DoodleKind = (typeof DOODLE_KINDS)[number];
const PENS = ["easy", "medium", "ballpoint", "pencil"] as const satisfies readonly Difficulty[];

/** A JPEG of 1024 × 768, as a phone would take it. */
export function doodlePage(kind: DoodleKind, seed: number): Promise<Buffer> {
  const place = DOODLE_KINDS.indexOf(kind) * 1000 + seed;
  return drawnPage(400_000 + place, PENS[seed % PENS.length] ?? "easy", (random, { width, height }) => {
    const size = height * (0.2 + 0.4 * random());
    const [left, top] = [(width - size) * (0.2 + 0.6 * random()), (height - size) * (0.2 + 0.6 * random())];
    const slant = (random() - 0.5) * 0.2;
    const shaken = ([x, y]: Point): Point => {
      const [atX, atY] = [x + (random() - 0.5) * 0.05, y + (random() - 0.5) * 0.05];
      return [left + (atX + slant * (0.5 - atY)) * size, top + atY * size];
    };
    return FORMS[kind](random)
      .map((stroke) => smooth(stroke.map(shaken)))
      .join(" ");
  });
}

const FORMS: Readonly<Record<DoodleKind, (random: Random) => Strokes>> = {
  smiley: (random) => {
    const eye = (x: number) => (random() < 0.5 ? arc(x, 0.38, 0.03, 0.05) : arc(x, 0.4, 0.07, 0.05, 180, 360));
    const mouth = random() < 0.7 ? arc(0.5, 0.55, 0.22, 0.2, 20, 160) : [at(0.33, 0.7), at(0.67, 0.7)];
    const ears = random() < 0.4 ? [arc(0.2, 0.12, 0.1, 0.1, 90, 330), arc(0.8, 0.12, 0.1, 0.1, -150, 90)] : [];
    const nose = random() < 0.5 ? [[at(0.5, 0.45), at(0.46, 0.58), at(0.53, 0.58)]] : [];
    return [arc(0.5, 0.5, 0.45, 0.48, -90, 280), eye(0.33), eye(0.67), mouth, ...ears, ...nose];
  },
  sketch: (random) => {
    const house = [
      line(0.1, 0.9, 0.1, 0.45, 0.5, 0.1, 0.9, 0.45, 0.9, 0.9, 0.1, 0.9),
      line(0.4, 0.9, 0.4, 0.6, 0.6, 0.6, 0.6, 0.9),
    ];
    const heart = [
      [
        at(0.5, 0.3),
        at(0.3, 0.08),
        at(0.07, 0.25),
        at(0.2, 0.6),
        at(0.5, 0.92),
        at(0.8, 0.6),
        at(0.93, 0.25),
        at(0.7, 0.08),
        at(0.5, 0.3),
      ],
    ];
    const star = [line(0.5, 0.05, 0.72, 0.9, 0.05, 0.36, 0.95, 0.36, 0.28, 0.9, 0.5, 0.05)];
    const spiral = [
      Array.from({ length: 30 }, (_, step) =>
        at(0.5 + 0.016 * step * Math.cos(step / 1.6), 0.5 + 0.016 * step * Math.sin(step / 1.6)),
      ),
    ];
    const tree = [line(0.5, 0.95, 0.5, 0.55), arc(0.5, 0.32, 0.28, 0.26), line(0.5, 0.75, 0.7, 0.6)];
    const cup = [
      line(0.2, 0.3, 0.27, 0.9, 0.68, 0.9, 0.75, 0.3),
      arc(0.47, 0.3, 0.28, 0.07),
      arc(0.78, 0.5, 0.14, 0.16, -80, 100),
    ];
    const flower = [
      arc(0.5, 0.3, 0.09, 0.09),
      ...[0, 72, 144, 216, 288].map((turn) => arc(0.5 + 0.19 * cosine(turn), 0.3 + 0.19 * sine(turn), 0.1, 0.1)),
      line(0.5, 0.5, 0.47, 0.95),
    ];
    const fish = [
      arc(0.42, 0.5, 0.32, 0.2),
      line(0.73, 0.5, 0.95, 0.33, 0.93, 0.67, 0.73, 0.5),
      arc(0.25, 0.45, 0.03, 0.03),
    ];
    return pick([house, heart, star, spiral, tree, cup, flower, fish], random);
  },
  "hand letter": (random) =>
    pick(
      [
        [line(0.2, 0.95, 0.5, 0.05, 0.8, 0.95), line(0.32, 0.6, 0.68, 0.6)],
        [
          line(0.25, 0.05, 0.25, 0.95),
          line(0.25, 0.05, 0.75, 0.05),
          line(0.25, 0.5, 0.65, 0.5),
          line(0.25, 0.95, 0.75, 0.95),
        ],
        [line(0.25, 0.05, 0.25, 0.95), line(0.75, 0.05, 0.75, 0.95), line(0.25, 0.5, 0.75, 0.5)],
        [line(0.25, 0.05, 0.25, 0.95), line(0.75, 0.05, 0.25, 0.55, 0.8, 0.95)],
        [line(0.15, 0.95, 0.22, 0.05, 0.5, 0.6, 0.78, 0.05, 0.85, 0.95)],
        [line(0.25, 0.95, 0.25, 0.05, 0.75, 0.95, 0.75, 0.05)],
        [line(0.25, 0.95, 0.25, 0.05), arc(0.3, 0.28, 0.35, 0.23, -90, 90), line(0.3, 0.5, 0.75, 0.95)],
        [line(0.1, 0.05, 0.3, 0.95, 0.5, 0.3, 0.7, 0.95, 0.9, 0.05)],
        [line(0.2, 0.05, 0.8, 0.95), line(0.8, 0.05, 0.2, 0.95)],
        [line(0.2, 0.05, 0.5, 0.5), line(0.8, 0.05, 0.5, 0.5, 0.5, 0.95)],
        [arc(0.4, 0.68, 0.22, 0.25), line(0.62, 0.42, 0.62, 0.88, 0.75, 0.93)],
        [line(0.3, 0.05, 0.3, 0.95), [at(0.3, 0.6), at(0.5, 0.45), at(0.68, 0.55), at(0.7, 0.95)]],
        [[at(0.5, 0.05), at(0.5, 0.8), at(0.6, 0.95), at(0.75, 0.9)], line(0.28, 0.35, 0.75, 0.35)],
        [line(0.15, 0.05, 0.85, 0.05), line(0.5, 0.05, 0.5, 0.95)],
      ],
      random,
    ),
  sign: (random) =>
    pick(
      [
        [line(0.5, 0.1, 0.5, 0.9), line(0.1, 0.5, 0.9, 0.5)],
        [line(0.1, 0.4, 0.9, 0.4), line(0.1, 0.62, 0.9, 0.62)],
        [line(0.05, 0.6, 0.2, 0.55, 0.35, 0.9, 0.5, 0.1, 0.95, 0.1)],
        [line(0.1, 0.2, 0.9, 0.2), line(0.32, 0.2, 0.25, 0.9), line(0.68, 0.2, 0.7, 0.8, 0.8, 0.9)],
        [line(0.85, 0.15, 0.15, 0.1, 0.55, 0.5, 0.15, 0.9, 0.88, 0.87)],
        [line(0.1, 0.5, 0.9, 0.5), line(0.65, 0.3, 0.92, 0.5, 0.65, 0.7)],
        [[at(0.1, 0.55), at(0.35, 0.9), at(0.9, 0.1)]],
        [
          line(0.3, 0.05, 0.2, 0.95),
          line(0.65, 0.05, 0.55, 0.95),
          line(0.05, 0.35, 0.9, 0.3),
          line(0.02, 0.68, 0.85, 0.64),
        ],
        [arc(0.5, 0.5, 0.42, 0.42), line(0.2, 0.2, 0.8, 0.8)],
        [line(0.5, 0.05, 0.5, 0.68), arc(0.5, 0.9, 0.03, 0.03)],
        [arc(0.32, 0.5, 0.2, 0.2), arc(0.7, 0.5, 0.2, 0.2)],
        [line(0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9, 0.1, 0.1), [at(0.25, 0.5), at(0.45, 0.75), at(0.98, 0.02)]],
      ],
      random,
    ),
  signature: (random) => {
    const loops = 4 + Math.floor(5 * random());
    const [tall, turn] = [0.12 + 0.25 * random(), 2 + 2.4 * random()];
    const body = Array.from({ length: loops * 7 }, (_, step) => {
      const along = step / (loops * 7);
      const high = tall * (0.4 + 0.6 * Math.abs(Math.sin(step * 0.37 + turn)));
      return at(-0.3 + 1.6 * along + 0.09 * Math.cos(step * 0.9), 0.5 + high * Math.sin(step * 0.9));
    });
    return random() < 0.5 ? [body] : [body, [at(-0.3, 0.85), at(0.5, 0.78), at(1.3, 0.88)]];
  },
  tangle: (random) => [Array.from({ length: 5 + Math.floor(11 * random()) }, () => at(random(), 0.1 + 0.8 * random()))],
};

function at(x: number, y: number): Point {
  return [x, y];
}

/** Straight strokes from corner to corner; the corner stands thrice, so that no curve rounds it off. */
function line(...numbers: readonly number[]): Point[] {
  const corners = numbers.flatMap((x, index) => (index % 2 === 0 ? [at(x, numbers[index + 1] ?? 0)] : []));
  return corners.flatMap((corner, index) =>
    index === 0 || index === corners.length - 1 ? [corner] : [corner, corner, corner],
  );
}

/** Degrees, clockwise from the right. */
function arc(x: number, y: number, rx: number, ry: number, from = 0, to = 375): Point[] {
  return Array.from({ length: 13 }, (_, step) => {
    const turn = from + ((to - from) * step) / 12;
    return at(x + rx * cosine(turn), y + ry * sine(turn));
  });
}

const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
const sine = (degrees: number) => Math.sin((degrees * Math.PI) / 180);

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T;
}
