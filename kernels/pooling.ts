/**
 * The gradient of max pooling, for the images from `from` to `to`: each window's gradient goes to the place of its largest value,
 * of equal ones to the first in reading order. x and out [images, height, width, channels], dy [images, outHeight, outWidth,
 * channels], float32; `top` and `left` are the padding's, which no window chooses.
 */
export function maxPoolGradient(
  x: usize,
  dy: usize,
  out: usize,
  height: i32,
  width: i32,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  windowHeight: i32,
  windowWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  top: i32,
  left: i32,
  from: i32,
  to: i32,
): void {
  const pixel: usize = (<usize>channels) << 2;
  const line = <usize>width * pixel;
  const image = <usize>height * line;
  memory.fill(out + <usize>from * image, 0, <usize>(to - from) * image);
  let gradient = dy + <usize>(from * outHeight * outWidth) * pixel;
  for (let n = from; n < to; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const y = oy * strideHeight - top;
      const upper = max(0, y);
      const lines = min(height, y + windowHeight) - upper;
      for (let ox = 0; ox < outWidth; ox++, gradient += pixel) {
        const column = ox * strideWidth - left;
        const first = max(0, column);
        const columns = min(width, column + windowWidth) - first;
        const at = <usize>n * image + <usize>upper * line + <usize>first * pixel;
        let channel: usize = 0;
        for (; channel + 15 < pixel; channel += 16) {
          passFour(x + at + channel, gradient + channel, out + at + channel, lines, columns, line, pixel);
        }
        for (; channel < pixel; channel += 4) {
          passOne(x + at + channel, gradient + channel, out + at + channel, lines, columns, line, pixel);
        }
      }
    }
  }
}

/** Four channels at once, without a branch. */
function passFour(x: usize, gradient: usize, out: usize, lines: i32, columns: i32, line: usize, pixel: usize): void {
  let largest = v128.load(x);
  let best = i32x4.splat(0);
  for (let y = 0, place = 0; y < lines; y++) {
    const row = x + <usize>y * line;
    for (let column = 0; column < columns; column++, place++) {
      const value = v128.load(row + <usize>column * pixel);
      const larger = f32x4.gt(value, largest);
      largest = v128.bitselect(value, largest, larger);
      best = v128.bitselect(i32x4.splat(place), best, larger);
    }
  }
  const amount = v128.load(gradient);
  for (let y = 0, place = 0; y < lines; y++) {
    const row = out + <usize>y * line;
    for (let column = 0; column < columns; column++, place++) {
      const target = row + <usize>column * pixel;
      const passed = v128.and(amount, i32x4.eq(best, i32x4.splat(place)));
      v128.store(target, f32x4.add(v128.load(target), passed));
    }
  }
}

function passOne(x: usize, gradient: usize, out: usize, lines: i32, columns: i32, line: usize, pixel: usize): void {
  let largest = load<f32>(x);
  let best: usize = 0;
  for (let y = 0; y < lines; y++) {
    for (let column = 0; column < columns; column++) {
      const place = <usize>y * line + <usize>column * pixel;
      const value = load<f32>(x + place);
      if (value > largest) {
        largest = value;
        best = place;
      }
    }
  }
  store<f32>(out + best, load<f32>(out + best) + load<f32>(gradient));
}
