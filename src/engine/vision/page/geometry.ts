// A digit's ink → MNIST's own geometry: 20×20 within 28×28, centred by mass, strokes of MNIST's weight, grey edges.
// After LeCun et al., "Gradient-based learning applied to document recognition" (1998), III.A, and the NIST processing it cites.
import type { Grey } from "../picture.js";

export const SIDE = 28;
/** Pixels of the longer side of the digit. */
const BOX = 20;
/** Everything is done at four times the size: strokes are then wide enough to be measured and changed. */
const FINE = 4;
/** Stroke width of MNIST's training digits as `strokeWidth` measures it (pixels of the 28): its middle 80 %. */
export const MNIST_STROKES = { thin: 1.9, thick: 3.3 };

/** 28 × 28 values, 0 (page) to 1 (ink). `ink` holds one digit and nothing else, tightly cut out. */
export function toMnist(ink: Grey): Float32Array {
  const plain = rendered(ink, BOX * FINE);
  const width = strokeWidth(plain) / FINE;
  const change = width < MNIST_STROKES.thin ? MNIST_STROKES.thin - width : Math.min(0, MNIST_STROKES.thick - width);
  if (Math.abs(change) < 0.1) return reduced(plain);
  const grow = (change / 2) * FINE;
  // The grown digit fits the box again.
  return reduced(withStrokes(rendered(ink, BOX * FINE - 2 * grow), grow));
}

/** As MNIST stores it: ink 255 on 0. */
export function inBytes(image: Float32Array): Uint8Array {
  return Uint8Array.from(image, (value) => Math.round(255 * value));
}

/** Of a picture of 28·4 pixels a side, in its pixels: four times the mean distance of ink to its edge, as in a straight bar. */
export function strokeWidth(fine: Grey): number {
  const distances = distanceTo(fine, (value) => value < 0.5);
  let [sum, count] = [0, 0];
  for (let at = 0; at < fine.data.length; at++) {
    if ((fine.data[at] ?? 0) < 0.5) continue;
    sum += (distances[at] ?? 0) - 0.5;
    count++;
  }
  return count === 0 ? 0 : (4 * sum) / count;
}

/** The digit in the middle of 112 × 112, its longer side `longest` pixels. */
function rendered(ink: Grey, longest: number): Grey {
  const side = SIDE * FINE;
  const scale = longest / Math.max(ink.width, ink.height);
  const out = new Float32Array(side * side);
  const samples = Math.min(4, Math.max(1, Math.ceil(0.7 / scale)));
  const [left, top] = [(side - ink.width * scale) / 2, (side - ink.height * scale) / 2];
  for (let y = Math.max(0, Math.floor(top) - 1); y < Math.min(side, side - top + 1); y++) {
    for (let x = Math.max(0, Math.floor(left) - 1); x < Math.min(side, side - left + 1); x++) {
      let sum = 0;
      for (let part = 0; part < samples * samples; part++) {
        const [partX, partY] = [part % samples, Math.floor(part / samples)];
        sum += sampled(
          ink,
          (x + (partX + 0.5) / samples - left) / scale - 0.5,
          (y + (partY + 0.5) / samples - top) / scale - 0.5,
        );
      }
      out[y * side + x] = sum / samples ** 2;
    }
  }
  return { data: out, width: side, height: side };
}

/** Bilinear; 0 outside. */
export function sampled(ink: Grey, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [partX, partY] = [x - left, y - top];
  const upper = valueAt(ink, left, top) * (1 - partX) + valueAt(ink, left + 1, top) * partX;
  const lower = valueAt(ink, left, top + 1) * (1 - partX) + valueAt(ink, left + 1, top + 1) * partX;
  return upper * (1 - partY) + lower * partY;
}

function valueAt({ data, width, height }: Grey, x: number, y: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : (data[y * width + x] ?? 0);
}

/** Strokes `grow` pixels wider on either side (below 0: narrower), with edges two pixels soft. */
function withStrokes(fine: Grey, grow: number): Grey {
  const outside = distanceTo(fine, (value) => value >= 0.5);
  const inside = distanceTo(fine, (value) => value < 0.5);
  const data = new Float32Array(fine.data.length);
  for (let at = 0; at < data.length; at++) {
    const distance = (fine.data[at] ?? 0) >= 0.5 ? 0.5 - (inside[at] ?? 0) : (outside[at] ?? 0) - 0.5;
    data[at] = Math.min(Math.max(0.5 - (distance - grow) / 2, 0), 1);
  }
  return { data, width: fine.width, height: fine.height };
}

/** To the nearest pixel of the wished kind: two passes of Borgefors' 3-4 chamfer, in pixels; the frame is 1 pixel of nothing. */
function distanceTo({ data, width, height }: Grey, isWished: (value: number) => boolean): Float32Array {
  const out = new Float32Array(data.length);
  for (let at = 0; at < out.length; at++) out[at] = isWished(data[at] ?? 0) ? 0 : FAR;
  for (let y = 1; y < height - 1; y++) for (let x = 1; x < width - 1; x++) relax(out, y * width + x, 1, width);
  for (let y = height - 2; y > 0; y--) for (let x = width - 2; x > 0; x--) relax(out, y * width + x, -1, width);
  return out;
}

const FAR = 1e4;
const SLANTED = 4 / 3;

function relax(out: Float32Array, at: number, step: 1 | -1, width: number): void {
  let best = out[at] ?? FAR;
  const row = at - step * width;
  const straight = Math.min(out[at - step] ?? FAR, out[row] ?? FAR) + 1;
  const slanted = Math.min(out[row - 1] ?? FAR, out[row + 1] ?? FAR) + SLANTED;
  if (straight < best) best = straight;
  if (slanted < best) best = slanted;
  out[at] = best;
}

/** 112 × 112 → 28 × 28, the centre of mass in the middle, as MNIST has it. */
function reduced(fine: Grey): Float32Array {
  let [mass, massX, massY] = [0, 0, 0];
  for (let at = 0; at < fine.data.length; at++) {
    const value = fine.data[at] ?? 0;
    mass += value;
    massX += value * (at % fine.width);
    massY += value * Math.floor(at / fine.width);
  }
  const out = new Float32Array(SIDE * SIDE);
  if (mass === 0) return out;
  const middle = (fine.width - 1) / 2;
  const [shiftX, shiftY] = [Math.round(massX / mass - middle), Math.round(massY / mass - middle)];
  for (let y = 0; y < SIDE * FINE; y++) {
    const fromY = y + shiftY;
    if (fromY < 0 || fromY >= fine.height) continue;
    for (let x = 0; x < SIDE * FINE; x++) {
      const fromX = x + shiftX;
      if (fromX < 0 || fromX >= fine.width) continue;
      const to = Math.floor(y / FINE) * SIDE + Math.floor(x / FINE);
      out[to] = (out[to] ?? 0) + (fine.data[fromY * fine.width + fromX] ?? 0) / FINE ** 2;
    }
  }
  return out;
}
