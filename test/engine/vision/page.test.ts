// Digits on a page: where they are found amid shadows, ruled lines and broken strokes. The pages are drawn here.
import sharp from "sharp";
import { expect, test } from "vitest";
import { decode } from "../../../src/engine/vision/decode.js";
import { findDigits } from "../../../src/engine/vision/page/page.js";

const [WIDTH, HEIGHT] = [1024, 768];
type Box = readonly [x: number, y: number, width: number, height: number];

/** Boxes of what is found on a page of 1024 × 768 on which `paths` are written with a pen `pen` pixels wide; `under` lies below. */
async function found(paths: string, { pen = 6, ink = "#223", under = "" } = {}): Promise<readonly Box[]> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#eee"/>${under}<path d="${paths}" fill="none" stroke="${ink}" stroke-width="${pen}" stroke-linecap="round" style="mix-blend-mode:multiply"/></svg>`;
  const jpeg = await sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
  return findDigits(await decode(jpeg)).digits.map(({ box }) => box);
}

function expectBoxes(boxes: readonly Box[], wanted: readonly Box[]): void {
  expect(boxes).toHaveLength(wanted.length);
  for (const [index, box] of boxes.entries()) {
    for (const side of [0, 1, 2, 3] as const) {
      expect(Math.abs((box[side] ?? 0) - (wanted[index]?.[side] ?? 0)), `box ${index}: ${box}`).toBeLessThan(16);
    }
  }
}

const ONE = "M200 300V420";
const ZERO = "M340 300C280 300 280 420 340 420C400 420 400 300 340 300";
const SEVEN = "M460 300H530L480 420";
const [ONE_BOX, ZERO_BOX, SEVEN_BOX]: Box[] = [
  [197, 297, 6, 126],
  [292, 297, 96, 126],
  [457, 297, 76, 126],
];

const lines = (count: number, from: (index: number) => number, to: (index: number) => number, colour: string) =>
  Array.from(
    { length: count },
    (_, i) => `<path d="M0 ${from(i)}L${WIDTH} ${to(i)}" stroke="${colour}" stroke-width="3"/>`,
  ).join("");

test("a soft shadow that the picture's edge cuts into a wedge is page", async () => {
  const shadow = `<defs><linearGradient id="s" gradientUnits="userSpaceOnUse" x1="750" y1="260" x2="850" y2="195"><stop offset="0" stop-opacity="0"/><stop offset="1" stop-opacity="0.72"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#s)"/>`;
  expectBoxes(await found(`${ONE}${ZERO}${SEVEN}`, { under: shadow }), [ONE_BOX, ZERO_BOX, SEVEN_BOX] as Box[]);
});

test("strokes that stand one behind the other are no ruled line", async () => {
  const [tall, small] = ["M300 180V390M300 420V640", "M420 180V640"];
  const boxes = await found(`${tall}M500 410C500 100 700 100 700 410C700 720 500 720 500 410${small}`);
  expectBoxes(boxes, [
    [297, 177, 6, 466],
    [417, 177, 6, 466],
    [497, 177, 206, 466],
  ]);
});

test("lines that perspective fans out are all taken out, and the digits between them stay whole", async () => {
  const under = lines(
    30,
    (i) => 14 + 24 * i,
    (i) => -30 + 27.5 * i,
    "#9ab",
  );
  expect(await found("", { under })).toEqual([]);
  expectBoxes(await found(`${ONE}${ZERO}${SEVEN}`, { under }), [ONE_BOX, ZERO_BOX, SEVEN_BOX] as Box[]);
});

test("a bar that lies on a ruled line belongs to its digit", async () => {
  const under = lines(
    12,
    (i) => 60 + 60 * i,
    (i) => 60 + 60 * i,
    "#88a",
  );
  const four = "M360 300L320 360H400M385 320V450";
  expectBoxes(await found(`${ONE}${four}${SEVEN}`, { under, ink: "#667" }), [
    ONE_BOX,
    [317, 297, 86, 156],
    SEVEN_BOX,
  ] as Box[]);
});

test("a bar apart from a figure in two more pieces is that figure's", async () => {
  const three = "M310 196L500 160M506 170L400 330M412 344C560 330 560 560 420 560";
  expectBoxes(await found(three, { pen: 10 }), [[305, 155, 224, 410]]);
});

test.each([
  ["black", "#000"],
  ["white", "#fff"],
])("%s ink on nothing is written on a page that it stands out from", async (_, ink) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><path d="${ONE}${ZERO}${SEVEN}" fill="none" stroke="${ink}" stroke-width="6" stroke-linecap="round"/></svg>`;
  for (const image of [sharp(Buffer.from(svg)).png(), sharp(Buffer.from(svg)).greyscale().png()]) {
    const { digits } = findDigits(await decode(await image.toBuffer()));
    expectBoxes(
      digits.map(({ box }) => box),
      [ONE_BOX, ZERO_BOX, SEVEN_BOX] as Box[],
    );
  }
});

test("more figures than a number has are a text or a pattern, and no number", async () => {
  const strokes = (count: number) => Array.from({ length: count }, (_, i) => `M${40 + 36 * i} 300V360`).join("");
  expect(await found(strokes(24))).toHaveLength(24);
  expect(await found(strokes(26))).toEqual([]);
});
