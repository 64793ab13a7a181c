/** [rows, columns] → [columns, rows], float32, for the columns from `from` to `to`; `from` is a multiple of 16. */
export function transpose(matrix: usize, rows: i32, columns: i32, out: usize, from: i32, to: i32): void {
  const inRow: usize = (<usize>columns) << 2;
  const outRow: usize = (<usize>rows) << 2;
  // A line of the cache holds 16 values: all of them are used while it is there.
  for (let block = from; block < to; block += 16) {
    const end = min(to, block + 16);
    let row = 0;
    for (; row + 3 < rows; row += 4) {
      let column = block;
      for (; column + 3 < end; column += 4) {
        const source = matrix + <usize>row * inRow + ((<usize>column) << 2);
        const target = out + <usize>column * outRow + ((<usize>row) << 2);
        const a = v128.load(source);
        const b = v128.load(source + inRow);
        const c = v128.load(source + 2 * inRow);
        const d = v128.load(source + 3 * inRow);
        const lowAb = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const highAb = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const lowCd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        const highCd = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        v128.store(target, v128.shuffle<i64>(lowAb, lowCd, 0, 2));
        v128.store(target + outRow, v128.shuffle<i64>(lowAb, lowCd, 1, 3));
        v128.store(target + 2 * outRow, v128.shuffle<i64>(highAb, highCd, 0, 2));
        v128.store(target + 3 * outRow, v128.shuffle<i64>(highAb, highCd, 1, 3));
      }
      for (; column < end; column++) turnColumn(matrix, inRow, out, outRow, column, row, row + 4);
    }
    for (let column = block; column < end; column++) turnColumn(matrix, inRow, out, outRow, column, row, rows);
  }
}

function turnColumn(matrix: usize, inRow: usize, out: usize, outRow: usize, column: i32, first: i32, end: i32): void {
  for (let row = first; row < end; row++) {
    const value = load<f32>(matrix + <usize>row * inRow + ((<usize>column) << 2));
    store<f32>(out + <usize>column * outRow + ((<usize>row) << 2), value);
  }
}

/** [rows, columns] → [columns], the sums over all rows for the columns from `from` to `to`, added in double precision. */
export function sumRows(matrix: usize, rows: i32, columns: i32, out: usize, from: i32, to: i32): void {
  const row: usize = (<usize>columns) << 2;
  let column = from;
  for (; column + 7 < to; column += 8) {
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let at = matrix + ((<usize>column) << 2);
    for (let i = 0; i < rows; i++, at += row) {
      const left = v128.load(at);
      const right = v128.load(at, 16);
      a = f64x2.add(a, f64x2.promote_low_f32x4(left));
      b = f64x2.add(b, f64x2.promote_low_f32x4(v128.shuffle<i64>(left, left, 1, 1)));
      c = f64x2.add(c, f64x2.promote_low_f32x4(right));
      d = f64x2.add(d, f64x2.promote_low_f32x4(v128.shuffle<i64>(right, right, 1, 1)));
    }
    const target = out + ((<usize>column) << 2);
    v128.store(target, v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2));
    v128.store(target, v128.shuffle<i64>(f32x4.demote_f64x2_zero(c), f32x4.demote_f64x2_zero(d), 0, 2), 16);
  }
  for (; column < to; column++) {
    let sum: f64 = 0;
    let at = matrix + ((<usize>column) << 2);
    for (let i = 0; i < rows; i++, at += row) sum += <f64>load<f32>(at);
    store<f32>(out + ((<usize>column) << 2), <f32>sum);
  }
}
