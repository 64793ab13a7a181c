// What people draw that is no digit, as rules with chance in them: outlines, faces, signs, branches, waves, spirals, bars, scribbles.
// A shape that some hand writes as a digit is left out: a bare ellipse, a single steep bar, a 7's corner, three bends down.
import type { Random } from "../../random.js";
import { byHand, type Drawing, inked, type Point, type Stroke, smooth } from "./ink.js";

type Shape = (random: Random) => Drawing;

/** 28 × 28 bytes, ink 255 on 0. */
export function drawShape(random: Random): Uint8Array {
  const shape = SHAPES[random.below(SHAPES.length)] as Shape;
  return inked(byHand(shape(random), random), random.between(0.03, 0.16));
}

/** 0.6 to 1 from the middle at uneven turns; 3 to 8 corners. */
function polygon(random: Random): Stroke {
  const corners = 3 + random.below(6);
  const [first, uneven] = [random.between(0, 2 * Math.PI), random.between(0, 0.5)];
  const points = Array.from({ length: corners }, (_, index): Point => {
    const turn = first + ((index + uneven * random.between(-0.5, 0.5)) * 2 * Math.PI) / corners;
    const far = 1 - uneven * random.between(0, 0.8);
    return [far * Math.cos(turn), far * Math.sin(turn)];
  });
  return closed(points);
}

function rectangle(random: Random): Stroke {
  const [x, y, narrow] = [random.between(0.5, 1), random.between(0.5, 1), random.between(-0.25, 0.25)];
  return closed([
    [-x + narrow, -y],
    [x - narrow, -y],
    [x + narrow, y],
    [-x - narrow, y],
  ]);
}

function star(random: Random): Stroke {
  const [points, inner, first] = [4 + random.below(5), random.between(0.3, 0.65), random.between(0, 1.5)];
  return closed(
    Array.from({ length: 2 * points }, (_, index) =>
      polar(index % 2 === 0 ? 1 : inner, first + (index * Math.PI) / points),
    ),
  );
}

/** Hearts, leaves, clouds, clovers: a circle with three and more bumps, or a tip. */
function bumpy(random: Random): Stroke {
  const waves = [3, 4, 5, 6].map((n) => [n, random.normal() * (0.5 / n), random.between(0, 6.3)] as const);
  const [tip, side] = [random.between(0.3, 0.9), random.between(0, 2 * Math.PI)];
  return Array.from({ length: 49 }, (_, step) => {
    const turn = (step * 2 * Math.PI) / 48;
    const apart = Math.abs(((turn - side + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
    const far = waves.reduce((sum, [n, high, phase]) => sum + high * Math.sin(n * turn + phase), 1);
    return polar(Math.max(0.2, far + tip * Math.max(0, 0.8 - apart)), turn);
  });
}

function ellipse(random: Random, x = 0, y = 0, size = 1): Stroke {
  const [wide, high] = [size * random.between(0.6, 1), size * random.between(0.6, 1)];
  return arc([x, y], [wide, high], 0, 2 * Math.PI);
}

const OUTLINES = [polygon, rectangle, star, bumpy];
const outline = (random: Random): Stroke =>
  (OUTLINES[random.below(OUTLINES.length)] as (random: Random) => Stroke)(random);

/** Dots, dashes, arcs and rings in the middle half. */
function details(random: Random, least: number): Stroke[] {
  return many(random, least, least + 4, () => {
    const [x, y] = [random.between(-0.5, 0.5), random.between(-0.5, 0.5)];
    const kind = random.below(4);
    if (kind === 0) return [[x, y]];
    if (kind === 1) return ellipse(random, x, y, random.between(0.08, 0.3));
    const end: Point = [x + random.between(-0.4, 0.4), y + random.between(-0.4, 0.4)];
    return kind === 2 ? [[x, y], end] : smooth([[x, y], [random.between(-0.4, 0.4), random.between(-0.4, 0.4)], end]);
  });
}

/** From the rim outwards: handles, legs, ears, stems. */
function limbs(random: Random, least: number): Stroke[] {
  return many(random, least, least + 3, () => {
    const turn = random.between(0, 2 * Math.PI);
    const from = polar(random.between(0.6, 0.9), turn);
    const to = polar(random.between(1.1, 1.8), turn + random.between(-0.4, 0.4));
    if (random.next() < 0.4) return [from, to];
    return smooth([
      from,
      polar(random.between(1.2, 1.7), turn + random.between(0.1, 0.5)),
      polar(0.85, turn + random.between(0.4, 0.9)),
    ]);
  });
}

const SHAPES: readonly Shape[] = [
  (random) => ({ strokes: [outline(random)] }),
  (random) => ({ strokes: [outline(random), ...details(random, 1)] }),
  (random) => ({ strokes: [outline(random), ...limbs(random, 1)] }),
  (random) => ({ strokes: [outline(random), ...limbs(random, 1), ...details(random, 1)] }),
  // Faces, wheels, buttons.
  (random) => ({ strokes: [ellipse(random), ...details(random, 2)] }),
  (random) => ({ strokes: [ellipse(random), ...limbs(random, 2), ...details(random, 0)] }),
  // Plates, frames, targets.
  (random) => {
    const [outer, inner] = [random.next() < 0.5 ? ellipse(random) : outline(random), random.between(0.35, 0.8)];
    return { strokes: [outer, outer.map(([x, y]): Point => [x * inner, y * inner])] };
  },
  // Filled, some with holes.
  (random) => ({ strokes: [], areas: [random.next() < 0.4 ? ellipse(random) : outline(random)] }),
  (random) => {
    const rim = random.next() < 0.4 ? ellipse(random) : outline(random);
    const holes = many(random, 1, 3, () =>
      ellipse(random, random.between(-0.4, 0.4), random.between(-0.4, 0.4), random.between(0.1, 0.35)),
    );
    return { strokes: [], areas: [rim, ...holes] };
  },
  // Several areas apart or touching: leaves, stones, a crowd.
  (random) => ({
    strokes: [],
    areas: many(random, 2, 7, () =>
      ellipse(random, random.between(-1, 1), random.between(-1, 1), random.between(0.15, 0.5)),
    ),
  }),
  // Hashes, stars, crosses of three and more.
  (random) => ({
    strokes: many(random, 3, 7, () => [
      [random.normal(), random.normal()],
      [random.normal(), random.normal()],
    ]),
  }),
  // Plus, times, equals, not equal.
  (random) => {
    const [turn, size] = [random.below(2) * (Math.PI / 4), random.between(0.6, 1)];
    return {
      strokes: [
        [polar(1, turn), polar(-1, turn)],
        [polar(size, turn + Math.PI / 2), polar(-size, turn + Math.PI / 2)],
      ],
    };
  },
  (random) => {
    const bars = many(
      random,
      2,
      4,
      (index): Stroke => [
        [-1, index * 0.5],
        [random.between(0.7, 1.1), index * 0.5 + 0.1 * random.normal()],
      ],
    );
    return {
      strokes:
        random.next() < 0.3
          ? [
              ...bars,
              [
                [0.5, -0.6],
                [-0.5, 1.6],
              ],
            ]
          : bars,
    };
  },
  // Arrows, ticks, angles: all but a 7's.
  (random) => {
    const turn = random.between(0, 2 * Math.PI);
    const head = random.between(0.3, 0.7);
    return {
      strokes: [
        [polar(-1, turn), polar(1, turn)],
        [polar(0.5, turn + head), polar(1, turn), polar(0.5, turn - head)],
      ],
    };
  },
  (random) => ({
    strokes: [
      [
        [-random.between(0.4, 0.8), random.between(-0.2, 0.2)],
        [0, 1],
        [random.between(0.8, 1.6), -random.between(0.8, 1.4)],
      ],
    ],
  }),
  (random) => {
    const opening = random.between(0.35, 1.1);
    const middle = ANGLES[random.below(ANGLES.length)] as number;
    return { strokes: [[polar(1, middle - opening), [0, 0], polar(random.between(0.6, 1), middle + opening)]] };
  },
  // Bows open to any side, flat enough to be no 0.
  (random) => {
    const [first, length] = [random.between(0, 2 * Math.PI), random.between(2.4, 4.2)];
    return { strokes: [arc([0, 0], [1, random.between(0.7, 1)], first, first + length)] };
  },
  // A minus, a tilde, a wave.
  (random) => ({
    strokes: [
      [
        [-1, random.between(-0.25, 0.25)],
        [1, random.between(-0.25, 0.25)],
      ],
    ],
  }),
  (random) => ({ strokes: [zigzag(random, 3 + random.below(6), random.between(0.3, 1.2), false)] }),
  (random) => ({ strokes: [zigzag(random, 5 + random.below(5), random.between(0.2, 0.6), true)] }),
  // Spirals.
  (random) => {
    const [turns, way] = [random.between(1.8, 4), random.below(2) * 2 - 1];
    return {
      strokes: [
        Array.from({ length: 60 }, (_, step) => polar(0.05 + step / 60, (way * step * turns * 2 * Math.PI) / 60)),
      ],
    };
  },
  // Bars, combs, grids, ladders.
  (random) => {
    const isLadder = random.next() < 0.5;
    const bars = many(
      random,
      3,
      8,
      (index): Stroke => [
        [index * 0.4, random.between(0, 0.2)],
        [index * 0.4 + 0.05 * random.normal(), 2],
      ],
    );
    const across = isLadder
      ? many(
          random,
          1,
          5,
          (index): Stroke => [
            [-0.1, 0.2 + index * 0.4],
            [bars.length * 0.4 - 0.3, 0.2 + index * 0.4],
          ],
        )
      : [];
    const strokes = [...bars, ...across];
    return { strokes: random.next() < 0.4 ? strokes.map((stroke) => stroke.map(([x, y]): Point => [y, x])) : strokes };
  },
  // Bars of uneven width, checks.
  (random) => ({
    strokes: [],
    areas: many(random, 3, 9, (index) => box(index * 0.3, 0, random.between(0.05, 0.25), random.between(1, 2.2))),
  }),
  (random) => {
    const [side, isRegular] = [3 + random.below(3), random.next() < 0.5];
    const isInk = (at: number) => (isRegular ? (at + Math.floor(at / side)) % 2 === 0 : random.next() < 0.5);
    const fields = [...new Array(side * side).keys()].filter((at) => at === 0 || isInk(at));
    return { strokes: [], areas: fields.map((at) => box(at % side, Math.floor(at / side), 1, 1)) };
  },
  // Trees, forks, stick figures.
  (random) => {
    const branches = many(random, 2, 6, (): Stroke => {
      const at = random.between(-0.8, 0.8);
      return [
        [0, at],
        [random.between(0.3, 0.9) * (random.below(2) * 2 - 1), at + random.between(-0.8, 0.8)],
      ];
    });
    const crown = random.next() < 0.4 ? [ellipse(random, 0, -1.3, random.between(0.25, 0.5))] : [];
    return {
      strokes: [
        [
          [0, -1],
          [0.1 * random.normal(), 1],
        ],
        ...branches,
        ...crown,
      ],
    };
  },
  // Loops in a row: signatures, curls.
  (random) => {
    const [loops, high] = [3 + random.below(5), random.between(0.3, 0.9)];
    return {
      strokes: [
        Array.from(
          { length: loops * 10 },
          (_, step): Point => [
            step * 0.09 + 0.35 * Math.cos(step * 0.63),
            high * (0.4 + 0.6 * Math.abs(Math.sin(step * 0.21))) * Math.sin(step * 0.63),
          ],
        ),
      ],
    };
  },
  // Scribbles, angular and round.
  (random) => ({ strokes: [cloud(random, 7, 18)] }),
  (random) => ({ strokes: [smooth(cloud(random, 7, 14))] }),
  (random) => ({
    strokes: many(random, 3, 6, () =>
      smooth(cloud(random, 3, 5).map(([x, y]): Point => [x * 0.6 + random.between(-0.5, 0.5), y * 0.6])),
    ),
  }),
  // Dots.
  (random) => ({ strokes: many(random, 2, 8, () => [[random.normal(), random.normal()]]) }),
];

/** Right, left, up, down and three corners: a 7 opens to the left and below. */
const ANGLES = [0, 0.5, 1, 1.5, 0.25, 1.25, 1.75].map((half) => half * Math.PI);

function zigzag(random: Random, bends: number, wide: number, isDown: boolean): Stroke {
  const points = Array.from({ length: bends + 2 }, (_, index): Point => {
    const [along, side] = [(2 * index) / (bends + 1) - 1, (index % 2 === 0 ? wide : -wide) * random.between(0.7, 1.1)];
    return isDown ? [side, along] : [along, side];
  });
  return random.next() < 0.5 ? points : smooth(points);
}

function cloud(random: Random, least: number, most: number): Stroke {
  return many(random, least, most, (): Point => [random.between(-1, 1), random.between(-1, 1)]);
}

function box(x: number, y: number, width: number, height: number): Stroke {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

function many<T>(random: Random, least: number, most: number, one: (index: number) => T): T[] {
  return Array.from({ length: least + random.below(most - least + 1) }, (_, index) => one(index));
}

function arc([x, y]: Point, [wide, high]: Point, from: number, to: number): Stroke {
  return Array.from({ length: 25 }, (_, step) => {
    const turn = from + ((to - from) * step) / 24;
    return [x + wide * Math.cos(turn), y + high * Math.sin(turn)];
  });
}

function polar(far: number, turn: number): Point {
  return [far * Math.cos(turn), far * Math.sin(turn)];
}

function closed(points: Stroke): Stroke {
  return [...points, ...points.slice(0, 1)];
}
