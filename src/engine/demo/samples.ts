// The pictures of those who bring none: a page of handwritten digits and a flower, both drawn here as SVG.
import sharp from "sharp";
import type { Raster } from "../../charts/tiles.js";

export type SampleName = "digits" | "flower";

export async function samplePicture(name: SampleName): Promise<Raster> {
  const { data, info } = await sharp(Buffer.from(SAMPLES[name]()))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: Uint8Array.from(data), width: info.width, height: info.height };
}

const SAMPLES: Readonly<Record<SampleName, () => string>> = { digits: digitsPage, flower };

/** Strokes of a pen in a box of 100 × 150. */
const STROKES: Readonly<Record<string, string>> = {
  "2": "M12 40C18 2 78 -4 84 36C88 66 44 104 10 142C40 136 66 138 94 142",
  "3": "M14 22C34 -6 84 0 80 36C78 60 58 68 38 70C68 70 92 86 86 114C80 148 28 152 8 126",
  "4": "M66 4C48 34 26 66 8 96C38 94 66 94 96 94M70 56C68 88 66 118 66 148",
  "5": "M82 6C60 8 42 8 24 8C22 28 20 46 18 62C46 50 88 58 86 98C84 144 30 152 8 128",
  "7": "M10 14C36 10 62 10 90 10C68 50 50 92 40 148M26 76C44 72 60 72 78 72",
  "8": "M78 26C62 -4 20 2 22 34C24 62 82 74 84 112C84 152 18 154 18 114C18 80 78 64 78 26Z",
};

/** Digit, place of its box's upper left corner, height, turn in degrees. */
const WRITTEN = [
  ["4", 70, 60, 150, -4],
  ["7", 330, 78, 140, 3],
  ["2", 590, 56, 155, -2],
  ["5", 170, 330, 150, 4],
  ["8", 430, 338, 145, 2],
  ["3", 690, 322, 150, -5],
] as const;

function digitsPage(): string {
  const rules = Array.from({ length: 9 }, (_, line) => `<path d="M0 ${50 + line * 62}H860"/>`).join("");
  const digits = WRITTEN.map(([digit, x, y, height, turn]) => {
    const scale = height / 150;
    return `<path d="${STROKES[digit]}" stroke-width="${15 / scale}" transform="translate(${x} ${y}) rotate(${turn} 50 75) scale(${scale})"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="860" height="560"><defs><linearGradient id="light" x2="1" y2="1"><stop offset="0" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity="0.16"/></linearGradient></defs><rect width="860" height="560" fill="#f7f4ea"/><g fill="none" stroke="#c9d8e8" stroke-width="1.5">${rules}</g><g fill="none" stroke="#1d2f63" stroke-linecap="round" stroke-linejoin="round">${digits.join("")}</g><rect width="860" height="560" fill="url(#light)"/></svg>`;
}

const PETALS = 21;

/** A daisy before a meadow. */
function flower(): string {
  const petals = Array.from({ length: PETALS }, (_, petal) => {
    const turn = (petal * 360) / PETALS + (petal % 3) * 2.5;
    const length = 128 + (petal % 4) * 7;
    return `<path d="M0 -34C-24 ${-length * 0.55} -20 ${-length} 0 ${-length}C20 ${-length} 24 ${-length * 0.55} 0 -34Z" transform="rotate(${turn})" fill="url(#petal)" stroke="#b9bfd6" stroke-width="1.5"/>`;
  });
  // The seeds of a head lie at the golden angle from each other.
  const seeds = Array.from({ length: 150 }, (_, seed) => {
    const [angle, radius] = [seed * 2.39996, 3.4 * Math.sqrt(seed)];
    const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.6" fill="${seed % 2 === 0 ? "#f6c22d" : "#d98f12"}"/>`;
  });
  const blades = Array.from({ length: 70 }, (_, blade) => {
    const [x, lean] = [(blade * 97) % 660, ((blade * 53) % 60) - 30];
    const green = ["#2f6b2f", "#3f8a3a", "#5aa04a", "#275a2c"][blade % 4];
    return `<path d="M${x} 480Q${x + lean / 3} ${400 - (blade % 7) * 12} ${x + lean} ${330 - (blade % 5) * 26}" stroke="${green}" stroke-width="${3 + (blade % 4)}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><defs><linearGradient id="sky" x2="0" y2="1"><stop offset="0" stop-color="#8db9d8"/><stop offset="0.6" stop-color="#c8dfb6"/><stop offset="1" stop-color="#4e8a45"/></linearGradient><linearGradient id="petal" x2="0" y2="1"><stop offset="0" stop-color="#ffffff"/><stop offset="1" stop-color="#d9def2"/></linearGradient></defs><rect width="640" height="480" fill="url(#sky)"/><g fill="none" stroke-linecap="round">${blades.join("")}<path d="M318 220Q330 360 306 480" stroke="#2f6b2f" stroke-width="13"/></g><path d="M318 390Q400 330 470 350Q400 400 314 430Z" fill="#3f8a3a"/><g transform="translate(316 204)">${petals.join("")}<circle r="44" fill="#c97f10"/>${seeds.join("")}</g></svg>`;
}
