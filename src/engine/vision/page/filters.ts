// Filters over one channel: box blur, running maximum and minimum, block means, bilinear enlargement.
import type { Grey } from "../picture.js";

/** Mean over (2·radius + 1)², the picture's edge repeated. */
export function boxBlur({ data, width, height }: Grey, radius: number): Grey {
  const across = new Float32Array(data.length);
  blurLines(data, across, width, 1, height, width, radius);
  const down = new Float32Array(data.length);
  blurLines(across, down, height, width, width, 1, radius);
  return { data: down, width, height };
}

function blurLines(
  from: Float32Array,
  to: Float32Array,
  length: number,
  step: number,
  lines: number,
  lineStep: number,
  radius: number,
): void {
  const share = 1 / (2 * radius + 1);
  const last = length - 1;
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let sum = 0;
    for (let at = -radius; at <= radius; at++) sum += from[start + Math.min(Math.max(at, 0), last) * step] ?? 0;
    for (let at = 0; at < length; at++) {
      to[start + at * step] = sum * share;
      const [enters, leaves] = [Math.min(at + radius + 1, last), Math.max(at - radius, 0)];
      sum += (from[start + enters * step] ?? 0) - (from[start + leaves * step] ?? 0);
    }
  }
}

/** Largest (or smallest) value within (2·radius + 1)²; for small grids: the cost grows with the radius. */
export function extreme({ data, width, height }: Grey, radius: number, pick: "max" | "min"): Grey {
  const better = pick === "max" ? Math.max : Math.min;
  const across = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let best = data[y * width + x] ?? 0;
      const [from, to] = [Math.max(0, x - radius), Math.min(width - 1, x + radius)];
      for (let at = from; at <= to; at++) best = better(best, data[y * width + at] ?? 0);
      across[y * width + x] = best;
    }
  }
  const down = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const [from, to] = [Math.max(0, y - radius), Math.min(height - 1, y + radius)];
    for (let x = 0; x < width; x++) {
      let best = across[y * width + x] ?? 0;
      for (let at = from; at <= to; at++) best = better(best, across[at * width + x] ?? 0);
      down[y * width + x] = best;
    }
  }
  return { data: down, width, height };
}

/** Means of blocks of `size` × `size` pixels; those at the right and lower edge may be smaller. */
export function blockMeans({ data, width, height }: Grey, size: number): Grey {
  const [columns, rows] = [Math.ceil(width / size), Math.ceil(height / size)];
  const sums = new Float32Array(columns * rows);
  const counts = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / size) * columns;
    for (let x = 0; x < width; x++) {
      const at = row + Math.floor(x / size);
      sums[at] = (sums[at] ?? 0) + (data[y * width + x] ?? 0);
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  for (let at = 0; at < sums.length; at++) sums[at] = (sums[at] ?? 0) / (counts[at] ?? 1);
  return { data: sums, width: columns, height: rows };
}

/** A grid of block means back at width × height, bilinear between the blocks' centres. */
export function enlarge(grid: Grey, size: number, width: number, height: number): Grey {
  const out = new Float32Array(width * height);
  const [lastX, lastY] = [grid.width - 1, grid.height - 1];
  const columns = new Int32Array(width);
  const shares = new Float32Array(width);
  for (let x = 0; x < width; x++) {
    const at = Math.min(Math.max((x + 0.5) / size - 0.5, 0), lastX);
    columns[x] = Math.min(Math.floor(at), Math.max(0, lastX - 1));
    shares[x] = lastX === 0 ? 0 : at - (columns[x] ?? 0);
  }
  const line = new Float32Array(grid.width);
  for (let y = 0; y < height; y++) {
    const at = Math.min(Math.max((y + 0.5) / size - 0.5, 0), lastY);
    const row = Math.min(Math.floor(at), Math.max(0, lastY - 1));
    const share = lastY === 0 ? 0 : at - row;
    const next = Math.min(row + 1, lastY);
    for (let x = 0; x < grid.width; x++) {
      line[x] = (1 - share) * (grid.data[row * grid.width + x] ?? 0) + share * (grid.data[next * grid.width + x] ?? 0);
    }
    for (let x = 0; x < width; x++) {
      const [left, part] = [columns[x] ?? 0, shares[x] ?? 0];
      const here = line[left] ?? 0;
      out[y * width + x] = here + part * ((line[left + 1] ?? here) - here);
    }
  }
  return { data: out, width, height };
}
