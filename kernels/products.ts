// Products of matrices of which one is never written out: the windows of a convolution. Four rows and eight columns of sums stay
// in registers (16 of the 16 that x86 has for vectors hold sums, factors and one value spread over four lanes).

/** Pixels whose windows are met with one block of weights after the other, while those stay in the first cache. */
const PIXELS: i32 = 32;
/** Rows of the weights of such a block. */
const ROWS: i32 = 256;
/** Bytes of an output's gradient that stay in the first cache while all taps of the filter meet them. */
const GRADIENT_BYTES: i32 = 24576;

/**
 * out[p, n] = sum over m of x[start(p) + offsets[m]] * weights[m, n], for the pixels p from `from` to `to`: a convolution, its
 * windows flattened, or a product of matrices (a pixel is a row then). Addresses, `offsets` and the distances `image`, `line` and
 * `step` (from one image, line and pixel of the output to the next, within x) are in bytes; float32.
 * weights [rows, channels], out [pixels, channels]; `height` and `width` are the output's.
 */
export function convolve(
  x: usize,
  offsets: usize,
  rows: i32,
  weights: usize,
  channels: i32,
  out: usize,
  image: i32,
  line: i32,
  step: i32,
  height: i32,
  width: i32,
  from: i32,
  to: i32,
): void {
  const outRow: usize = (<usize>channels) << 2;
  const toNextLine = line - width * step;
  const toNextImage = image - height * line;
  for (let first = from; first < to; first += PIXELS) {
    const pixels = min(PIXELS, to - first);
    const firstColumn = first % width;
    const firstLine = (first / width) % height;
    const start = x + <usize>((first / width / height) * image + firstLine * line + firstColumn * step);
    for (let row = 0; row < rows; row += ROWS) {
      const count = min(ROWS, rows - row);
      const taps = offsets + ((<usize>row) << 2);
      let block = weights + <usize>row * outRow;
      let target = out + <usize>first * outRow;
      for (let channel = 0; channel < channels; ) {
        const size = channels - channel > 7 ? 8 : channels - channel > 3 ? 4 : 1;
        let at = start;
        let column = firstColumn;
        let y = firstLine;
        let x0 = at;
        let x1 = at;
        let x2 = at;
        let x3 = at;
        let result = target;
        for (let i = 0; i < pixels; i++) {
          const lane = i & 3;
          if (lane === 0) x0 = at;
          if (lane <= 1) x1 = at;
          if (lane <= 2) x2 = at;
          x3 = at;
          at += step;
          if (++column === width) {
            column = 0;
            at += toNextLine;
            if (++y === height) {
              y = 0;
              at += toNextImage;
            }
          }
          if (lane !== 3 && i !== pixels - 1) continue;
          if (size === 8) windows8(x0, x1, x2, x3, lane, taps, count, block, result, outRow, row > 0);
          else if (size === 4) windows4(x0, x1, x2, x3, lane, taps, count, block, result, outRow, row > 0);
          else windows1(x0, x1, x2, x3, lane, taps, count, block, result, outRow, row > 0);
          result += outRow << 2;
        }
        channel += size;
        block += size << 2;
        target += size << 2;
      }
    }
  }
}

/** The windows of four pixels (`last` + 1, the last one again where they are fewer) and eight channels; `more` adds to what `out` has. */
function windows8(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  last: i32,
  offsets: usize,
  count: i32,
  weights: usize,
  outRow0: usize,
  outRow: usize,
  more: bool,
): void {
  const outRow1 = outRow0 + min(last, 1) * outRow;
  const outRow2 = outRow0 + min(last, 2) * outRow;
  const outRow3 = outRow0 + last * outRow;
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  if (more) {
    a0 = v128.load(outRow0);
    b0 = v128.load(outRow0, 16);
    a1 = v128.load(outRow1);
    b1 = v128.load(outRow1, 16);
    a2 = v128.load(outRow2);
    b2 = v128.load(outRow2, 16);
    a3 = v128.load(outRow3);
    b3 = v128.load(outRow3, 16);
  }
  for (let m = 0; m < count; m++, offsets += 4, weights += outRow) {
    const offset = load<usize>(offsets);
    const a = v128.load(weights);
    const b = v128.load(weights, 16);
    const v0 = v128.load32_splat(x0 + offset);
    a0 = f32x4.add(a0, f32x4.mul(v0, a));
    b0 = f32x4.add(b0, f32x4.mul(v0, b));
    const v1 = v128.load32_splat(x1 + offset);
    a1 = f32x4.add(a1, f32x4.mul(v1, a));
    b1 = f32x4.add(b1, f32x4.mul(v1, b));
    const v2 = v128.load32_splat(x2 + offset);
    a2 = f32x4.add(a2, f32x4.mul(v2, a));
    b2 = f32x4.add(b2, f32x4.mul(v2, b));
    const v3 = v128.load32_splat(x3 + offset);
    a3 = f32x4.add(a3, f32x4.mul(v3, a));
    b3 = f32x4.add(b3, f32x4.mul(v3, b));
  }
  v128.store(outRow0, a0);
  v128.store(outRow0, b0, 16);
  v128.store(outRow1, a1);
  v128.store(outRow1, b1, 16);
  v128.store(outRow2, a2);
  v128.store(outRow2, b2, 16);
  v128.store(outRow3, a3);
  v128.store(outRow3, b3, 16);
}

/** The same for four channels. */
function windows4(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  last: i32,
  offsets: usize,
  count: i32,
  weights: usize,
  outRow0: usize,
  outRow: usize,
  more: bool,
): void {
  const outRow1 = outRow0 + min(last, 1) * outRow;
  const outRow2 = outRow0 + min(last, 2) * outRow;
  const outRow3 = outRow0 + last * outRow;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  if (more) {
    a0 = v128.load(outRow0);
    a1 = v128.load(outRow1);
    a2 = v128.load(outRow2);
    a3 = v128.load(outRow3);
  }
  for (let m = 0; m < count; m++, offsets += 4, weights += outRow) {
    const offset = load<usize>(offsets);
    const a = v128.load(weights);
    a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(x0 + offset), a));
    a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(x1 + offset), a));
    a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(x2 + offset), a));
    a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(x3 + offset), a));
  }
  v128.store(outRow0, a0);
  v128.store(outRow1, a1);
  v128.store(outRow2, a2);
  v128.store(outRow3, a3);
}

/** The same for one channel, one lane for each pixel. */
function windows1(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  last: i32,
  offsets: usize,
  count: i32,
  weights: usize,
  out: usize,
  outRow: usize,
  more: bool,
): void {
  let sums = f32x4.splat(0);
  for (let m = 0; m < count; m++, offsets += 4, weights += outRow) {
    const offset = load<usize>(offsets);
    let values = v128.load32_zero(x0 + offset);
    values = f32x4.replace_lane(values, 1, load<f32>(x1 + offset));
    values = f32x4.replace_lane(values, 2, load<f32>(x2 + offset));
    values = f32x4.replace_lane(values, 3, load<f32>(x3 + offset));
    sums = f32x4.add(sums, f32x4.mul(values, v128.load32_splat(weights)));
  }
  add(out, f32x4.extract_lane(sums, 0), more);
  if (last > 0) add(out + outRow, f32x4.extract_lane(sums, 1), more);
  if (last > 1) add(out + 2 * outRow, f32x4.extract_lane(sums, 2), more);
  if (last > 2) add(out + 3 * outRow, f32x4.extract_lane(sums, 3), more);
}

function add(out: usize, value: f32, more: bool): void {
  store<f32>(out, more ? load<f32>(out) + value : value);
}

/**
 * out[m, n] = sum over images and pixels p of x[start(p) + offsets[m]] * dy[p, n], for the rows m in [from, to): the gradient of
 * a convolution with respect to its filter, or a product of a transposed matrix. Arguments as for `convolve`; dy [pixels, channels].
 */
export function correlate(
  x: usize,
  offsets: usize,
  dy: usize,
  channels: i32,
  out: usize,
  image: i32,
  line: i32,
  step: i32,
  images: i32,
  height: i32,
  width: i32,
  from: i32,
  to: i32,
): void {
  const row: usize = (<usize>channels) << 2;
  memory.fill(out + <usize>from * row, 0, <usize>(to - from) * row);
  const pixels = max(8, GRADIENT_BYTES / <i32>row);
  const lines = max(1, pixels / width);
  const columns = min(width, pixels);
  for (let n = 0; n < images; n++) {
    for (let y = 0; y < height; y += lines) {
      const lineCount = min(lines, height - y);
      for (let column = 0; column < width; column += columns) {
        const start = x + <usize>(n * image + y * line + column * step);
        const gradient = dy + <usize>((n * height + y) * width + column) * row;
        const columnCount = min(columns, width - column);
        let target = out + <usize>from * row;
        for (let m = from; m < to; m += 4) {
          const taps = offsets + ((<usize>m) << 2);
          const last = min(3, to - m - 1);
          let channel = 0;
          for (; channel + 7 < channels; channel += 8) {
            const at: usize = (<usize>channel) << 2;
            taps8(start, taps, last, gradient + at, target + at, row, lineCount, columnCount, line, step);
          }
          for (; channel + 3 < channels; channel += 4) {
            const at: usize = (<usize>channel) << 2;
            taps4(start, taps, last, gradient + at, target + at, row, lineCount, columnCount, line, step);
          }
          for (; channel < channels; channel++) {
            const at: usize = (<usize>channel) << 2;
            taps1(start, taps, last, gradient + at, target + at, row, lineCount, columnCount, line, step);
          }
          target += row << 2;
        }
      }
    }
  }
}

/** Adds to four rows (`last` + 1, the last one again where they are fewer) and eight channels of `out`. */
function taps8(
  x: usize,
  offsets: usize,
  last: i32,
  dy: usize,
  outRow0: usize,
  row: usize,
  lines: i32,
  width: i32,
  line: usize,
  step: usize,
): void {
  const o0 = load<usize>(offsets);
  const o1 = load<usize>(offsets + (min(last, 1) << 2));
  const o2 = load<usize>(offsets + (min(last, 2) << 2));
  const o3 = load<usize>(offsets + (last << 2));
  const outRow1 = outRow0 + min(last, 1) * row;
  const outRow2 = outRow0 + min(last, 2) * row;
  const outRow3 = outRow0 + last * row;
  let a0 = v128.load(outRow0);
  let b0 = v128.load(outRow0, 16);
  let a1 = v128.load(outRow1);
  let b1 = v128.load(outRow1, 16);
  let a2 = v128.load(outRow2);
  let b2 = v128.load(outRow2, 16);
  let a3 = v128.load(outRow3);
  let b3 = v128.load(outRow3, 16);
  for (let y = 0; y < lines; y++, x += line) {
    let at = x;
    for (let column = 0; column < width; column++, at += step, dy += row) {
      const a = v128.load(dy);
      const b = v128.load(dy, 16);
      const v0 = v128.load32_splat(at + o0);
      a0 = f32x4.add(a0, f32x4.mul(v0, a));
      b0 = f32x4.add(b0, f32x4.mul(v0, b));
      const v1 = v128.load32_splat(at + o1);
      a1 = f32x4.add(a1, f32x4.mul(v1, a));
      b1 = f32x4.add(b1, f32x4.mul(v1, b));
      const v2 = v128.load32_splat(at + o2);
      a2 = f32x4.add(a2, f32x4.mul(v2, a));
      b2 = f32x4.add(b2, f32x4.mul(v2, b));
      const v3 = v128.load32_splat(at + o3);
      a3 = f32x4.add(a3, f32x4.mul(v3, a));
      b3 = f32x4.add(b3, f32x4.mul(v3, b));
    }
  }
  v128.store(outRow0, a0);
  v128.store(outRow0, b0, 16);
  v128.store(outRow1, a1);
  v128.store(outRow1, b1, 16);
  v128.store(outRow2, a2);
  v128.store(outRow2, b2, 16);
  v128.store(outRow3, a3);
  v128.store(outRow3, b3, 16);
}

/** The same for four channels. */
function taps4(
  x: usize,
  offsets: usize,
  last: i32,
  dy: usize,
  outRow0: usize,
  row: usize,
  lines: i32,
  width: i32,
  line: usize,
  step: usize,
): void {
  const o0 = load<usize>(offsets);
  const o1 = load<usize>(offsets + (min(last, 1) << 2));
  const o2 = load<usize>(offsets + (min(last, 2) << 2));
  const o3 = load<usize>(offsets + (last << 2));
  const outRow1 = outRow0 + min(last, 1) * row;
  const outRow2 = outRow0 + min(last, 2) * row;
  const outRow3 = outRow0 + last * row;
  let a0 = v128.load(outRow0);
  let a1 = v128.load(outRow1);
  let a2 = v128.load(outRow2);
  let a3 = v128.load(outRow3);
  for (let y = 0; y < lines; y++, x += line) {
    let at = x;
    for (let column = 0; column < width; column++, at += step, dy += row) {
      const a = v128.load(dy);
      a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(at + o0), a));
      a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(at + o1), a));
      a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(at + o2), a));
      a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(at + o3), a));
    }
  }
  v128.store(outRow0, a0);
  v128.store(outRow1, a1);
  v128.store(outRow2, a2);
  v128.store(outRow3, a3);
}

/** The same for one channel. */
function taps1(
  x: usize,
  offsets: usize,
  last: i32,
  dy: usize,
  out: usize,
  row: usize,
  lines: i32,
  width: i32,
  line: usize,
  step: usize,
): void {
  for (let m = 0; m <= last; m++, out += row) {
    const offset = load<usize>(offsets + ((<usize>m) << 2));
    let sum = load<f32>(out);
    let gradient = dy;
    for (let y = 0; y < lines; y++) {
      let at = x + offset + <usize>y * line;
      for (let column = 0; column < width; column++, at += step, gradient += row) {
        sum += load<f32>(at) * load<f32>(gradient);
      }
    }
    store<f32>(out, sum);
  }
}
