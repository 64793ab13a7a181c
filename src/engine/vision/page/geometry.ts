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
  const samples = Math.min(8, Math.max(1, Math.ceil(1 / scale)));
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
function sampled({ data, width, height }: Grey, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  if (left < -1 || top < -1 || left >= width || top >= height) return 0;
  const [partX, partY] = [x - left, y - top];
  const value = (atX: number, atY: number) =>
    atX < 0 || atY < 0 || atX >= width || atY >= height ? 0 : (data[atY * width + atX] ?? 0);
  const upper = value(left, top) * (1 - partX) + value(left + 1, top) * partX;
  const lower = value(left, top + 1) * (1 - partX) + value(left + 1, top + 1) * partX;
  return upper * (1 - partY) + lower * partY;
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

/** To the nearest pixel of the wished kind: two passes of Borgefors' 3-4 chamfer, in pixels. */
function distanceTo({ data, width, height }: Grey, isWished: (value: number) => boolean): Float32Array {
  const far = 1e4;
  const out = new Float32Array(data.length);
  for (let at = 0; at < out.length; at++) out[at] = isWished(data[at] ?? 0) ? 0 : far;
  const [straight, slanted] = [1, 4 / 3];
  const relax = (x: number, y: number, step: 1 | -1): void => {
    const at = y * width + x;
    const value = (atX: number, atY: number) =>
      atX < 0 || atY < 0 || atX >= width || atY >= height ? far : (out[atY * width + atX] ?? far);
    out[at] = Math.min(
      out[at] ?? far,
      value(x - step, y) + straight,
      value(x, y - step) + straight,
      value(x - step, y - step) + slanted,
      value(x + step, y - step) + slanted,
    );
  };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) relax(x, y, 1);
  for (let y = height - 1; y >= 0; y--) for (let x = width - 1; x >= 0; x--) relax(x, y, -1);
  return out;
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
