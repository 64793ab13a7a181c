// The page's colours, computed: WCAG AA contrast in both themes, and tones that colour-blind eyes tell apart.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const styles = new URL("../../../src/bots/playground/page/styles/", import.meta.url);
const tokens = readFileSync(new URL("tokens.css", styles), "utf8");
const controls = readFileSync(new URL("controls.css", styles), "utf8");

const themes = ["light", "dark"] as const;
type Theme = (typeof themes)[number];

/** Foreground, the grounds it stands on, and the least contrast: 4.5 for text (WCAG 1.4.3), 3 for edges (1.4.11). */
const pairs: readonly (readonly [string, readonly string[], number])[] = [
  [
    "text",
    [
      "ground",
      "soft",
      "raised",
      "private",
      "code",
      "accent-soft",
      "info-ground",
      "good-ground",
      "warning-ground",
      "error-ground",
    ],
    4.5,
  ],
  ["muted", ["ground", "soft", "raised", "private", "code", "accent-soft"], 4.5],
  ["accent", ["ground", "soft", "raised", "private", "code", "accent-soft"], 4.5],
  ["accent-hover", ["ground", "soft", "private", "info-ground", "good-ground", "warning-ground", "error-ground"], 4.5],
  ["on-accent", ["accent", "accent-hover"], 4.5],
  ["on-danger", ["danger", "danger-hover"], 4.5],
  ["private-text", ["private"], 4.5],
  ["info", ["info-ground", "ground", "private"], 4.5],
  ["good", ["good-ground", "ground", "private", "code"], 4.5],
  ["warning", ["warning-ground", "ground", "private", "raised"], 4.5],
  ["error", ["error-ground", "ground", "private"], 4.5],
  ["side-text", ["side", "side-hover"], 4.5],
  ["side-muted", ["side"], 4.5],
  ["on-side-present", ["side-present"], 4.5],
  ["on-unread", ["unread"], 4.5],
  ["edge", ["ground", "soft", "raised", "private"], 3],
  ["focus", ["ground", "soft", "raised", "private"], 3],
  ["private-edge", ["private"], 3],
  ["unread", ["side"], 3],
];

for (const theme of themes) {
  test(`every text and edge of the ${theme} theme has enough contrast`, () => {
    for (const [front, grounds, least] of pairs) {
      for (const ground of grounds) {
        const found = contrast(colour(front, theme), colour(ground, theme));
        expect(found, `${front} on ${ground}: ${found.toFixed(2)}`).toBeGreaterThanOrEqual(least);
      }
    }
  });

  test(`links on toned notes of the ${theme} theme have enough contrast`, () => {
    for (const tone of ["info", "good", "warning", "error"]) {
      expect(contrast(colour("accent", theme), colour(`${tone}-ground`, theme)), tone).toBeGreaterThanOrEqual(4.5);
    }
  });

  test(`the four tones of the ${theme} theme stay apart for colour-blind eyes`, () => {
    for (const [blindness, matrix] of Object.entries(BLINDNESS)) {
      const seen = ["info", "good", "warning", "error"].map((tone) => lab(apply(matrix, linear(colour(tone, theme)))));
      for (const [index, one] of seen.entries()) {
        for (const other of seen.slice(index + 1)) {
          const apart = Math.hypot(...one.map((value, axis) => value - (other[axis] ?? 0)));
          // A difference of 2.3 is just noticeable (Mahy et al. 1994); this is four times that.
          expect(apart, `${blindness}: ${one} ${other}`).toBeGreaterThan(10);
        }
      }
    }
  });
}

test("initials are readable on every person's ground", () => {
  const faces = [...controls.matchAll(/\.face-\d \{\s*background: (#[0-9a-f]{6})/g)].map((match) => match[1] ?? "");
  expect(faces).toHaveLength(6);
  for (const face of faces) expect(contrast("#ffffff", face), face).toBeGreaterThanOrEqual(4.5);
});

type Triple = readonly [number, number, number];

function colour(name: string, theme: Theme): string {
  const match = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(tokens);
  const found = match?.[theme === "light" ? 1 : 2];
  if (found === undefined) throw new Error(`no colour --${name}`);
  return found;
}

function linear(hex: string): Triple {
  const part = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

function luminance(hex: string): number {
  const [red, green, blue] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function apply(matrix: readonly Triple[], [red, green, blue]: Triple): Triple {
  const row = (at: number) => {
    const [a, b, c] = matrix[at] ?? [0, 0, 0];
    return Math.min(1, Math.max(0, a * red + b * green + c * blue));
  };
  return [row(0), row(1), row(2)];
}

/** CIE L*a*b*, D65. */
function lab([red, green, blue]: Triple): Triple {
  const f = (value: number) => (value > 216 / 24389 ? Math.cbrt(value) : (value * (24389 / 27) + 16) / 116);
  const x = f((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = f(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = f((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Complete colour blindness, for linear RGB: Machado, Oliveira, Fernandes 2009, severity 1.0. */
const BLINDNESS: Readonly<Record<string, readonly Triple[]>> = {
  none: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
