// Bilinear sampling of pixels through an affine map: what shift, rotation, scale, crop and resize all come down to.
import type { Pixels } from "./data-set.js";

/**
 * Output (x, y) → source: sx = a·x + b·y + c, sy = d·x + e·y + f. Pixel centres are at whole coordinates in both.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Displacements in source pixels, added to where each output pixel is sampled; height × width each. */
export interface Field {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** `outside`: the value beyond the picture, or `edge` to repeat its border. Result: height × width × the picture's channels. */
export function warp(
  picture: Pixels,
  [height, width]: readonly [number, number],
  map: Affine,
  outside: number | "edge",
  field?: Field,
): Pixels {
  const { data, channels } = picture;
  const out = new Uint8Array(height * width * channels);
  const [lastX, lastY] = [picture.width - 1, picture.height - 1];
  const row = picture.width * channels;
  const [a, b, c, d, e, f] = map;
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const pixel = y * width + x;
      let sx = a * x + b * y + c + (field === undefined ? 0 : (field.x[pixel] ?? 0));
      let sy = d * x + e * y + f + (field === undefined ? 0 : (field.y[pixel] ?? 0));
      if (outside !== "edge" && (sx <= -1 || sy <= -1 || sx >= lastX + 1 || sy >= lastY + 1)) {
        for (let channel = 0; channel < channels; channel++) out[at++] = outside;
        continue;
      }
      if (outside === "edge") {
        sx = sx < 0 ? 0 : sx > lastX ? lastX : sx;
        sy = sy < 0 ? 0 : sy > lastY ? lastY : sy;
      }
      const [left, top] = [Math.floor(sx), Math.floor(sy)];
      const [right, down] = [sx - left, sy - top];
      // Beyond the border a weight falls on `outside`: only within one pixel of it.
      const inner = left >= 0 && top >= 0 && left < lastX && top < lastY;
      const from = top * row + left * channels;
      for (let channel = 0; channel < channels; channel++) {
        const here = from + channel;
        let value: number;
        if (inner) {
          const upper = (data[here] ?? 0) * (1 - right) + (data[here + channels] ?? 0) * right;
          const lower = (data[here + row] ?? 0) * (1 - right) + (data[here + row + channels] ?? 0) * right;
          value = upper * (1 - down) + lower * down;
        } else value = atBorder(picture, left, top, right, down, channel, outside);
        out[at++] = value + 0.5;
      }
    }
  }
  return { data: out, height, width, channels };
}

function atBorder(
  picture: Pixels,
  left: number,
  top: number,
  right: number,
  down: number,
  channel: number,
  outside: number | "edge",
): number {
  const { data, width, height, channels } = picture;
  const value = (x: number, y: number): number => {
    const within = x >= 0 && y >= 0 && x < width && y < height;
    if (!within && outside !== "edge") return outside;
    const [column, line] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)];
    return data[(line * width + column) * channels + channel] ?? 0;
  };
  const upper = value(left, top) * (1 - right) + value(left + 1, top) * right;
  const lower = value(left, top + 1) * (1 - right) + value(left + 1, top + 1) * right;
  return upper * (1 - down) + lower * down;
}

/** Fills height × width as CSS' `cover` does: scaled so that it covers, the centre kept. Equal sizes return the picture itself. */
export function cover(picture: Pixels, height: number, width: number): Pixels {
  if (picture.height === height && picture.width === width) return picture;
  const scale = Math.min(picture.height / height, picture.width / width);
  return crop(picture, height, width, scale);
}

/** The centre, cut out without scaling where it is large enough, else `cover`. */
export function centre(picture: Pixels, height: number, width: number): Pixels {
  if (picture.height < height || picture.width < width) return cover(picture, height, width);
  if (picture.height === height && picture.width === width) return picture;
  const { channels } = picture;
  const [top, left] = [Math.floor((picture.height - height) / 2), Math.floor((picture.width - width) / 2)];
  const out = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels;
    out.set(picture.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { data: out, height, width, channels };
}

function crop(picture: Pixels, height: number, width: number, scale: number): Pixels {
  const [centreX, centreY] = [(picture.width - 1) / 2, (picture.height - 1) / 2];
  const [offsetX, offsetY] = [centreX - (scale * (width - 1)) / 2, centreY - (scale * (height - 1)) / 2];
  return warp(picture, [height, width], [scale, 0, offsetX, 0, scale, offsetY], "edge");
}
