// Digits drawn by hand-like strokes that are not MNIST's: several ways of writing each, every point shaken, as an SVG path.

type Point = readonly [x: number, y: number];
/** Strokes of smooth curves through points, in a box of 1 × 1.5. */
type Form = readonly (readonly Point[])[];

const circle = (x: number, y: number, rx: number, ry: number, from = -90, to = 275): Point[] =>
  Array.from({ length: 13 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / 12) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });

const FORMS: readonly (readonly Form[])[] = [
  [[circle(0.5, 0.75, 0.4, 0.7, -80, 285)], [circle(0.5, 0.75, 0.32, 0.7, -110, -470)]],
  [
    [
      [
        [0.5, 0.05],
        [0.48, 0.75],
        [0.47, 1.45],
      ],
    ],
    [
      [
        [0.25, 0.4],
        [0.55, 0.05],
      ],
      [
        [0.55, 0.05],
        [0.53, 0.8],
        [0.52, 1.45],
      ],
    ],
    [
      [
        [0.25, 0.35],
        [0.52, 0.05],
      ],
      [
        [0.52, 0.05],
        [0.5, 1.42],
      ],
      [
        [0.22, 1.45],
        [0.8, 1.44],
      ],
    ],
  ],
  [
    [
      [
        [0.12, 0.4],
        [0.3, 0.08],
        [0.65, 0.06],
        [0.85, 0.35],
        [0.65, 0.8],
        [0.1, 1.43],
      ],
      [
        [0.1, 1.43],
        [0.5, 1.4],
        [0.92, 1.42],
      ],
    ],
    [
      [
        [0.15, 0.35],
        [0.45, 0.05],
        [0.8, 0.3],
        [0.62, 0.85],
        [0.2, 1.35],
        [0.12, 1.2],
        [0.4, 1.2],
        [0.92, 1.42],
      ],
    ],
  ],
  [
    [
      [
        [0.12, 0.2],
        [0.5, 0.04],
        [0.82, 0.3],
        [0.62, 0.66],
        [0.38, 0.7],
      ],
      [
        [0.38, 0.7],
        [0.75, 0.8],
        [0.88, 1.1],
        [0.6, 1.43],
        [0.1, 1.3],
      ],
    ],
    [
      [
        [0.12, 0.08],
        [0.85, 0.06],
      ],
      [
        [0.85, 0.06],
        [0.42, 0.62],
      ],
      [
        [0.42, 0.62],
        [0.85, 0.8],
        [0.82, 1.2],
        [0.5, 1.45],
        [0.1, 1.3],
      ],
    ],
  ],
  [
    [
      [
        [0.3, 0.05],
        [0.2, 0.5],
        [0.1, 0.9],
      ],
      [
        [0.1, 0.9],
        [0.92, 0.86],
      ],
      [
        [0.7, 0.35],
        [0.66, 0.9],
        [0.64, 1.45],
      ],
    ],
    [
      [
        [0.68, 1.45],
        [0.68, 0.06],
      ],
      [
        [0.68, 0.06],
        [0.08, 1.0],
      ],
      [
        [0.08, 1.0],
        [0.95, 1.0],
      ],
    ],
  ],
  [
    [
      [
        [0.25, 0.08],
        [0.2, 0.62],
      ],
      [
        [0.2, 0.62],
        [0.6, 0.56],
        [0.85, 0.9],
        [0.65, 1.38],
        [0.1, 1.36],
      ],
      [
        [0.25, 0.08],
        [0.85, 0.06],
      ],
    ],
    [
      [
        [0.85, 0.06],
        [0.28, 0.09],
      ],
      [
        [0.28, 0.09],
        [0.2, 0.65],
      ],
      [
        [0.2, 0.65],
        [0.65, 0.6],
        [0.84, 1.0],
        [0.55, 1.43],
        [0.12, 1.3],
      ],
    ],
  ],
  [
    [
      [
        [0.7, 0.05],
        [0.32, 0.45],
        [0.14, 1.0],
        [0.35, 1.42],
        [0.75, 1.3],
        [0.8, 0.95],
        [0.5, 0.78],
        [0.2, 1.0],
      ],
    ],
    [
      [
        [0.55, 0.04],
        [0.2, 0.6],
        [0.15, 1.15],
        [0.5, 1.45],
        [0.84, 1.15],
        [0.6, 0.85],
        [0.22, 1.05],
      ],
    ],
  ],
  [
    [
      [
        [0.1, 0.1],
        [0.88, 0.08],
      ],
      [
        [0.88, 0.08],
        [0.55, 0.75],
        [0.4, 1.45],
      ],
    ],
    [
      [
        [0.1, 0.12],
        [0.88, 0.08],
      ],
      [
        [0.88, 0.08],
        [0.55, 0.75],
        [0.42, 1.45],
      ],
      [
        [0.3, 0.76],
        [0.8, 0.72],
      ],
    ],
  ],
  [
    [
      [
        [0.75, 0.22],
        [0.45, 0.04],
        [0.2, 0.3],
        [0.5, 0.68],
        [0.82, 1.1],
        [0.5, 1.46],
        [0.18, 1.12],
        [0.5, 0.7],
        [0.8, 0.3],
        [0.68, 0.12],
      ],
    ],
    [circle(0.5, 0.37, 0.28, 0.32), circle(0.5, 1.07, 0.36, 0.38)],
  ],
  [
    [
      [
        [0.8, 0.3],
        [0.5, 0.05],
        [0.18, 0.35],
        [0.42, 0.68],
        [0.78, 0.4],
        [0.8, 0.25],
      ],
      [
        [0.8, 0.25],
        [0.78, 0.8],
        [0.72, 1.45],
      ],
    ],
    [
      [
        [0.82, 0.25],
        [0.45, 0.06],
        [0.16, 0.4],
        [0.45, 0.7],
        [0.8, 0.35],
      ],
      [
        [0.8, 0.35],
        [0.8, 1.1],
        [0.5, 1.46],
        [0.2, 1.32],
      ],
    ],
  ],
];

/** Path data of one drawn digit: `size` is its height, its upper left corner at 0, 0. */
export function strokePath(digit: number, size: number, random: () => number): string {
  const forms = FORMS[digit] ?? [];
  const form = forms[Math.floor(random() * forms.length)] ?? [];
  const wide = size * (0.55 + 0.2 * random());
  const slant = (random() - 0.4) * 0.25;
  const place = ([x, y]: Point): Point => {
    const [shakenX, shakenY] = [x + (random() - 0.5) * 0.07, y + (random() - 0.5) * 0.07];
    return [shakenX * wide + slant * (1.5 - shakenY) * wide, (shakenY / 1.5) * size];
  };
  return form.map((stroke) => smooth(stroke.map(place))).join(" ");
}

/** Catmull–Rom through the points, as cubic Béziers. */
export function smooth(points: readonly Point[]): string {
  const at = (index: number): Point => points[Math.min(Math.max(index, 0), points.length - 1)] ?? [0, 0];
  const text = ([x, y]: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const parts = [`M${text(at(0))}`];
  for (let index = 0; index < points.length - 1; index++) {
    const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    const first: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6];
    const second: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6];
    parts.push(`C${text(first)},${text(second)},${text(to)}`);
  }
  return parts.join("");
}
