// A sheet on a desk: it is found by its edges, straightened, and only what is written on it is a digit.
import sharp from "sharp";
import { expect, test } from "vitest";
import { deskPage } from "../../../bench/vision/desks.js";
import { decode } from "../../../src/engine/vision/decode.js";
import { findDigits } from "../../../src/engine/vision/page/page.js";
import { sheetsOf } from "../../../src/engine/vision/page/sheet.js";

const [WIDTH, HEIGHT] = [1024, 768];

async function picture(content: string, background = "#6b4a2e") {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="${background}"/>${content}</svg>`;
  return decode(await sharp(Buffer.from(svg)).blur(0.8).jpeg({ quality: 88 }).toBuffer());
}

const sheet = (fill: string, turn = 0, content = "") =>
  `<g transform="rotate(${turn} 512 384)"><rect x="252" y="184" width="520" height="400" fill="${fill}"/>${content}</g>`;
const written = (paths: string, ink: string) =>
  `<path d="${paths}" fill="none" stroke="${ink}" stroke-width="10" stroke-linecap="round"/>`;
const ONE = "M400 310V450";
const ZERO = "M560 310C490 310 490 450 560 450C630 450 630 310 560 310";
const GRAIN = Array.from(
  { length: 24 },
  (_, at) => `<path d="M0 ${at * 33}H1024" stroke="#5a3c22" stroke-width="9"/>`,
).join("");
const THINGS = `<circle cx="90" cy="650" r="80" fill="#f2f0ea"/><circle cx="90" cy="650" r="66" fill="#3a2416"/><rect x="840" y="60" width="120" height="260" rx="14" fill="#121316"/>`;

test.each([
  ["a white sheet", "#f4f2ec", "#1b2f7a", "#6b4a2e", GRAIN + THINGS],
  ["a dark card on a bright table", "#2a2c44", "#f0efe8", "#e6e0d4", ""],
])("%s is read where it is written on, turned or not", async (_, fill, ink, desk, around) => {
  for (const turn of [0, -8, 20]) {
    const { digits } = findDigits(await picture(around + sheet(fill, turn, written(ONE + ZERO, ink)), desk));
    expect(digits, `turned by ${turn}`).toHaveLength(2);
    const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
    for (const [index, x] of [400, 560].entries()) {
      const [dx, dy] = [x - 512, 380 - 384];
      const [left = 0, top = 0, width = 0, height = 0] = digits[index]?.box ?? [];
      expect(Math.abs(left + width / 2 - (512 + cos * dx - sin * dy))).toBeLessThan(12);
      expect(Math.abs(top + height / 2 - (384 + sin * dx + cos * dy))).toBeLessThan(12);
      expect(height).toBeGreaterThan(120);
      expect(height).toBeLessThan(190);
    }
  }
});

test.each([
  ["white paper", "#f4f2ec", "#6b4a2e"],
  ["a sticky note", "#f7e27a", "#3a3d42"],
  ["a dark card", "#1d1f24", "#e6e0d4"],
])("%s with nothing on it has no digit, even if a thumb holds it", async (_, fill, desk) => {
  const thumb = `<rect x="500" y="540" width="60" height="260" rx="30" fill="#c68863"/>`;
  for (const turn of [0, 12]) {
    expect(findDigits(await picture(THINGS + sheet(fill, turn), desk)).digits).toEqual([]);
    expect(findDigits(await picture(sheet(fill, turn) + thumb, desk)).digits).toEqual([]);
  }
});

test("what a digit or a drawn box encloses is no sheet", async () => {
  const round = `<rect x="330" y="90" width="360" height="590" rx="120" fill="none" stroke="#223" stroke-width="34"/>`;
  const boxed = `<path d="M150 200H874V560H150ZM391 200V560M632 200V560" fill="none" stroke="#223" stroke-width="8"/>`;
  for (const drawn of [round, boxed]) expect(sheetsOf(await picture(drawn, "#f2f0ea"))).toEqual([]);
  const { digits } = findDigits(await picture(round, "#f2f0ea"));
  expect(digits).toHaveLength(1);
});

test("numbers on two sheets side by side are not one number", async () => {
  const card = (x: number, y: number) => `<rect x="${x}" y="${y}" width="360" height="380" fill="#f4f2ec"/>`;
  const { evidence } = findDigits(
    await picture(`${card(90, 60)}${card(574, 320)}${written("M270 190V330M754 430V570", "#223")}`),
  );
  expect(evidence.rows).toBe(2);
});

test("of made pictures of sheets amid other things, nearly all digits are found, and blank ones have none", async () => {
  let [found, digits, blank] = [0, 0, 0];
  for (let seed = 100; seed < 104; seed++) {
    const page = await deskPage(seed);
    const boxes = findDigits(await decode(page.jpeg)).digits.map(({ box }) => box);
    digits += page.boxes.length;
    found += page.boxes.filter(([x, y, width, height]) =>
      boxes.some(
        ([left, top, wide, high]) =>
          Math.abs(left + wide / 2 - x - width / 2) < width / 2 &&
          Math.abs(top + high / 2 - y - height / 2) < height / 2,
      ),
    ).length;
    const { digits: none } = findDigits(await decode((await deskPage(seed, { blank: true })).jpeg));
    if (none.length === 0) blank++;
  }
  expect(found / digits).toBeGreaterThan(0.85);
  expect(blank).toBeGreaterThanOrEqual(3);
});
