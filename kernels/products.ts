/**
 * out[i, n] = sum over j of x[rows[i] + sums[j]] * factors[j, n], for the rows i from `from` to `to`, summed in the order of j.
 *
 * A product of matrices of which the first is never written out: its value (i, j) lies at two offsets from `x`. Of a convolution's
 * windows the rows are where the windows start and the sums are the taps of the filter, or, for the gradient with respect to the
 * filter, the other way round. Offsets and addresses are in bytes; float32.
 * factors [count, columns], out [rows, columns]. `rowBlock` rows meet `sumBlock` factors while those stay in the first cache.
 */
export function multiply(
  x: usize,
  rows: usize,
  sums: usize,
  count: i32,
  factors: usize,
  columns: i32,
  out: usize,
  rowBlock: i32,
  sumBlock: i32,
  from: i32,
  to: i32,
): void {
  const line: usize = (<usize>columns) << 2;
  for (let row = from; row < to; row += rowBlock) {
    const end = min(to, row + rowBlock);
    for (let sum = 0; sum < count; sum += sumBlock) {
      const offsets = sums + ((<usize>sum) << 2);
      const length = min(sumBlock, count - sum);
      for (let column = 0; column < columns; ) {
        const left = columns - column;
        const width = left > 7 ? 8 : left > 3 ? 4 : 1;
        const at = (<usize>column) << 2;
        const block = factors + <usize>sum * line + at;
        for (let i = row; i < end; i += 4) {
          const starts = rows + ((<usize>i) << 2);
          const target = out + <usize>i * line + at;
          const last = min(3, end - i - 1);
          if (width === 8) eight(x, starts, last, offsets, length, block, target, line, sum > 0);
          else if (width === 4) four(x, starts, last, offsets, length, block, target, line, sum > 0);
          else one(x, starts, last, offsets, length, block, target, line, sum > 0);
        }
        column += width;
      }
    }
  }
}

/**
 * Four rows (`last` + 1, the last one again where they are fewer) and eight columns; `more` adds to what `out` has. Their sums, the
 * factors and one value spread over four lanes stay in registers: x86 has 16 for vectors, and six rows would need more.
 */
function eight(
  x: usize,
  rows: usize,
  last: i32,
  offsets: usize,
  count: i32,
  factors: usize,
  out0: usize,
  line: usize,
  more: bool,
): void {
  const x0 = x + load<usize>(rows);
  const x1 = last > 0 ? x + load<usize>(rows, 4) : x0;
  const x2 = last > 1 ? x + load<usize>(rows, 8) : x1;
  const x3 = last > 2 ? x + load<usize>(rows, 12) : x2;
  const out1 = last > 0 ? out0 + line : out0;
  const out2 = last > 1 ? out1 + line : out1;
  const out3 = last > 2 ? out2 + line : out2;
  let a0 = f32x4.splat(0);
  let b0 = a0;
  let a1 = a0;
  let b1 = a0;
  let a2 = a0;
  let b2 = a0;
  let a3 = a0;
  let b3 = a0;
  if (more) {
    a0 = v128.load(out0);
    b0 = v128.load(out0, 16);
    a1 = v128.load(out1);
    b1 = v128.load(out1, 16);
    a2 = v128.load(out2);
    b2 = v128.load(out2, 16);
    a3 = v128.load(out3);
    b3 = v128.load(out3, 16);
  }
  for (let j = 0; j < count; j++, offsets += 4, factors += line) {
    const offset = load<usize>(offsets);
    const a = v128.load(factors);
    const b = v128.load(factors, 16);
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
  v128.store(out0, a0);
  v128.store(out0, b0, 16);
  v128.store(out1, a1);
  v128.store(out1, b1, 16);
  v128.store(out2, a2);
  v128.store(out2, b2, 16);
  v128.store(out3, a3);
  v128.store(out3, b3, 16);
}

/** The same for four columns. */
function four(
  x: usize,
  rows: usize,
  last: i32,
  offsets: usize,
  count: i32,
  factors: usize,
  out0: usize,
  line: usize,
  more: bool,
): void {
  const x0 = x + load<usize>(rows);
  const x1 = last > 0 ? x + load<usize>(rows, 4) : x0;
  const x2 = last > 1 ? x + load<usize>(rows, 8) : x1;
  const x3 = last > 2 ? x + load<usize>(rows, 12) : x2;
  const out1 = last > 0 ? out0 + line : out0;
  const out2 = last > 1 ? out1 + line : out1;
  const out3 = last > 2 ? out2 + line : out2;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  if (more) {
    a0 = v128.load(out0);
    a1 = v128.load(out1);
    a2 = v128.load(out2);
    a3 = v128.load(out3);
  }
  for (let j = 0; j < count; j++, offsets += 4, factors += line) {
    const offset = load<usize>(offsets);
    const a = v128.load(factors);
    a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(x0 + offset), a));
    a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(x1 + offset), a));
    a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(x2 + offset), a));
    a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(x3 + offset), a));
  }
  v128.store(out0, a0);
  v128.store(out1, a1);
  v128.store(out2, a2);
  v128.store(out3, a3);
}

/** The same for one column. */
function one(
  x: usize,
  rows: usize,
  last: i32,
  offsets: usize,
  count: i32,
  factors: usize,
  out0: usize,
  line: usize,
  more: bool,
): void {
  const x0 = x + load<usize>(rows);
  const x1 = last > 0 ? x + load<usize>(rows, 4) : x0;
  const x2 = last > 1 ? x + load<usize>(rows, 8) : x1;
  const x3 = last > 2 ? x + load<usize>(rows, 12) : x2;
  const out1 = last > 0 ? out0 + line : out0;
  const out2 = last > 1 ? out1 + line : out1;
  const out3 = last > 2 ? out2 + line : out2;
  let a0: f32 = 0;
  let a1: f32 = 0;
  let a2: f32 = 0;
  let a3: f32 = 0;
  if (more) {
    a0 = load<f32>(out0);
    a1 = load<f32>(out1);
    a2 = load<f32>(out2);
    a3 = load<f32>(out3);
  }
  for (let j = 0; j < count; j++, offsets += 4, factors += line) {
    const offset = load<usize>(offsets);
    const a = load<f32>(factors);
    a0 += load<f32>(x0 + offset) * a;
    a1 += load<f32>(x1 + offset) * a;
    a2 += load<f32>(x2 + offset) * a;
    a3 += load<f32>(x3 + offset) * a;
  }
  store<f32>(out0, a0);
  store<f32>(out1, a1);
  store<f32>(out2, a2);
  store<f32>(out3, a3);
}
