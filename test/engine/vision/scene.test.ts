// Digits amid a scene and digits on a page: told by colours for their light, in the dark, under a lamp, between lamp and window.
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { seeded } from "../../../bench/vision/pages.js";
import { strokePath } from "../../../bench/vision/strokes.js";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { Classifier } from "../../../src/engine/vision/classify.js";
import { decode } from "../../../src/engine/vision/decode.js";
import { findDigits } from "../../../src/engine/vision/page/page.js";
import { type Area, looksLikeScene, photoEvidence } from "../../../src/engine/vision/photo.js";
import { isAmidScene, sceneEvidence } from "../../../src/engine/vision/scene.js";
import { Serving } from "../../../src/engine/vision/serve.js";
import { pageOf } from "../../support/pages.js";

const classifier = new Classifier(new Serving(new ModelRegistry("no such folder")));
afterAll(() => classifier.close());

type Colour = readonly [number, number, number];
const [NEUTRAL, LAMP, STREET, WINDOW]: readonly [Colour, Colour, Colour, Colour] = [
  [1, 1, 1],
  [1, 0.8, 0.5],
  [1, 0.68, 0.34],
  [0.6, 0.8, 1],
];

/** The picture, 512 pixels wide, in another light, which may change from left to right, with a sensor's noise. */
async function lit(jpeg: Uint8Array, gain: number, left: Colour = NEUTRAL, right: Colour = left): Promise<Buffer> {
  const { data, info } = await sharp(jpeg)
    .autoOrient()
    .resize(512)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const random = seeded(5);
  const pixels = data.map((value, at) => {
    const share = (Math.floor(at / 3) % info.width) / info.width;
    const tint = (left[at % 3] ?? 1) * (1 - share) + (right[at % 3] ?? 1) * share;
    return Math.min(255, Math.max(0, value * gain * tint + 8 * (random() - 0.5)));
  });
  return sharp(pixels, { raw: { width: info.width, height: info.height, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

/** Trails of light in the shape of digits before leaves, walls and flowers in the dark. */
async function night(seed: number): Promise<Buffer> {
  const random = seeded(seed);
  const things = Array.from({ length: 90 }, () => {
    const [x, y] = [800 * random(), 600 * random()];
    const colour = `hsl(${360 * random()} ${50 + 40 * random()}% ${4 + 7 * random()}%)`;
    return `<ellipse cx="${x}" cy="${y}" rx="${40 + 90 * random()}" ry="${20 + 40 * random()}" fill="${colour}" transform="rotate(${360 * random()} ${x} ${y})"/>`;
  });
  const trails = [0, 1, 2].map(
    (at) =>
      `<path transform="translate(${130 + 200 * at} 160)" d="${strokePath([7, 1, 2][at] ?? 0, 260, random)}" fill="none" stroke="#f0e8c8" stroke-width="20" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="600"><rect width="800" height="600" fill="#0a1418"/>${things.join("")}${trails.join("")}</svg>`;
  return lit(await sharp(Buffer.from(svg)).removeAlpha().blur(2).jpeg({ quality: 90 }).toBuffer(), 1);
}

async function whole(jpeg: Uint8Array) {
  const picture = await decode(jpeg);
  const area: Area = [0, 0, picture.width, picture.height];
  return { picture, area };
}

test.each([1, 2, 3])(
  "trails of light at night are no sure number, though what is around them is dark (%i)",
  async (seed) => {
    const jpeg = await night(seed);
    const { picture, area } = await whole(jpeg);
    expect(findDigits(picture).digits.length).toBeGreaterThan(0);
    // By its colours as they are it would be a page.
    expect(looksLikeScene(photoEvidence(picture, area))).toBe(false);
    expect(isAmidScene(picture, area)).toBe(true);
    expect((await classifier.classify(jpeg)).verdict).not.toBe("sure");
  },
);

describe.each(["easy", "hard", "ballpoint"] as const)("a page (%s)", (difficulty) => {
  test.each([
    ["in daylight", 1, NEUTRAL, NEUTRAL],
    ["in the dark", 0.3, NEUTRAL, NEUTRAL],
    ["in a lamp's light", 0.9, LAMP, LAMP],
    ["in a dark street's light", 0.3, STREET, STREET],
    ["between lamp and window", 0.7, LAMP, WINDOW],
  ] as const)("%s is no scene", async (_, gain, left, right) => {
    const { jpeg } = await pageOf(71_001, difficulty);
    const { picture, area } = await whole(await lit(jpeg, gain, left, right));
    expect(isAmidScene(picture, area)).toBe(false);
  });
});

test("one colour in light and shade, noise in the dark, and an area of a pixel have no colours of their own", () => {
  const random = seeded(3);
  const pictureOf = (at: (x: number, y: number) => Colour) => {
    const [width, height] = [200, 150];
    const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => {
      const pixel = Math.floor(index / 3);
      return at(pixel % width, Math.floor(pixel / width))[index % 3] ?? 0;
    });
    return { data, width, height, original: { width, height }, format: "raw" };
  };
  const area: Area = [0, 0, 200, 150];
  const shade = pictureOf((x) => [60 + x / 2, 40 + x / 3, 20 + x / 6]);
  const noise = pictureOf(() => [6 + 8 * random(), 6 + 8 * random(), 6 + 8 * random()]);
  const patches = pictureOf((x, y) => {
    const kind = (Math.floor(x / 15) + 2 * Math.floor(y / 15)) % 3;
    return [kind === 0 ? 40 : 5, kind === 1 ? 40 : 5, kind === 2 ? 40 : 5];
  });
  expect(sceneEvidence(shade, area).common).toBeLessThan(0.02);
  expect(sceneEvidence(noise, area).hues).toBeLessThan(0.05);
  expect(sceneEvidence(patches, area).common).toBeGreaterThan(0.2);
  expect(sceneEvidence(patches, area).hues).toBeGreaterThan(0.1);
  expect(sceneEvidence(patches, [3, 3, 4, 4])).toEqual({ common: 0, hues: 0 });
  expect(sceneEvidence(patches, [0, 10, 200, 13])).toEqual({ common: 0, hues: 0 });
});
