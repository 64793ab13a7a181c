// Filters over one channel: box blur, largest and smallest, block means, bilinear enlargement.
import type { Grey } from "../picture.js";

/** Mean over (2·radius + 1)², the picture's edge repeated. */
export function boxBlur(grey: Grey, radius: number): Grey {
  return acrossAndDown(grey, radius, blurLines);
}

/** What a filter does along each of `lines` lines of `length` values that lie `step` apart. */
type LineFilter = (
  from: Float32Array,
  to: Float32Array,
  length: number,
  step: number,
  lines: number,
  lineStep: number,
  radius: number,
) => void;

/** A filter over a square is one along the rows, and then along the columns. */
function acrossAndDown({ data, width, height }: Grey, radius: number, filter: LineFilter): Grey {
  const across = new Float32Array(data.length);
  filter(data, across, width, 1, height, width, radius);
  const down = new Float32Array(data.length);
  filter(across, down, height, width, width, 1, radius);
  return { data: down, width, height };
}

const blurLines: LineFilter = (from, to, length, step, lines, lineStep, radius) => {
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
};

/** Largest value within (2·radius + 1)²: the cost does not grow with the radius. */
export function largest(grey: Grey, radius: number): Grey {
  return acrossAndDown(grey, radius, largestOnLines);
}

/** Smallest value within (2·radius + 1)². */
export function smallest(grey: Grey, radius: number): Grey {
  return negative(largest(negative(grey), radius));
}

function negative({ data, width, height }: Grey): Grey {
  return { data: data.map((value) => -value), width, height };
}

/**
 * In blocks as long as the window, the largest from each block's start and to its end: a window is an end of one and the start of the
 * next (van Herk, "A fast algorithm for local minimum and maximum filters", 1992).
 */
const largestOnLines: LineFilter = (from, to, length, step, lines, lineStep, radius) => {
  const size = 2 * radius + 1;
  const padded = Math.ceil((length + 2 * radius) / size) * size;
  const values = new Float32Array(padded).fill(Number.NEGATIVE_INFINITY);
  const [forwards, backwards] = [new Float32Array(padded), new Float32Array(padded)];
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    for (let at = 0; at < length; at++) values[radius + at] = from[start + at * step] ?? 0;
    for (let block = 0; block < padded; block += size) {
      const end = block + size - 1;
      let most = Number.NEGATIVE_INFINITY;
      for (let at = block; at <= end; at++) {
        const value = values[at] ?? 0;
        if (value > most) most = value;
        forwards[at] = most;
      }
      most = Number.NEGATIVE_INFINITY;
      for (let at = end; at >= block; at--) {
        const value = values[at] ?? 0;
        if (value > most) most = value;
        backwards[at] = most;
      }
    }
    for (let at = 0; at < length; at++) {
      const [ends, starts] = [backwards[at] ?? 0, forwards[at + 2 * radius] ?? 0];
      to[start + at * step] = ends > starts ? ends : starts;
    }
  }
};

/** The picture with `margin` pixels around it, its edge repeated. */
export function widened({ data, width, height }: Grey, margin: number): Grey {
  const [wide, high] = [width + 2 * margin, height + 2 * margin];
  const out = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    const row = Math.min(Math.max(y - margin, 0), height - 1) * width;
    for (let x = 0; x < wide; x++) out[y * wide + x] = data[row + Math.min(Math.max(x - margin, 0), width - 1)] ?? 0;
  }
  return { data: out, width: wide, height: high };
}

/** The picture without `margin` pixels at each side. */
export function narrowed({ data, width, height }: Grey, margin: number): Grey {
  const [wide, high] = [width - 2 * margin, height - 2 * margin];
  const out = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    const from = (y + margin) * width + margin;
    out.set(data.subarray(from, from + wide), y * wide);
  }
  return { data: out, width: wide, height: high };
}

/** Means of blocks of `size` × `size` pixels; those at the right and lower edge may be smaller. */
export function blockMeans({ data, width, height }: Grey, size: number): Grey {
  if (size === 1) return { data, width, height };
  const [columns, rows] = [Math.ceil(width / size), Math.ceil(height / size)];
  const means = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [row * size, Math.min(height, (row + 1) * size)];
    for (let y = top; y < bottom; y++) {
      for (let column = 0; column < columns; column++) {
        const [left, right] = [y * width + column * size, y * width + Math.min(width, (column + 1) * size)];
        let sum = 0;
        for (let at = left; at < right; at++) sum += data[at] ?? 0;
        means[row * columns + column] = (means[row * columns + column] ?? 0) + sum / (right - left);
      }
    }
    for (let column = 0; column < columns; column++) {
      means[row * columns + column] = (means[row * columns + column] ?? 0) / (bottom - top);
    }
  }
  return { data: means, width: columns, height: rows };
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

/** Twice as large as it must be, where its longer side is below `least` pixels. */
export function magnified(grey: Grey, least: number): Grey {
  const times = Math.max(1, Math.ceil(least / Math.max(grey.width, grey.height)));
  return times === 1 ? grey : enlargedBy(grey, Math.min(times * 2, 16));
}

/** Bilinear, `times` as large. */
function enlargedBy({ data, width, height }: Grey, times: number): Grey {
  const [wide, high] = [width * times, height * times];
  const out = new Float32Array(wide * high);
  for (let y = 0; y < high; y++) {
    const atY = Math.min(Math.max((y + 0.5) / times - 0.5, 0), height - 1);
    const top = Math.min(Math.floor(atY), Math.max(0, height - 2));
    const below = Math.min(top + 1, height - 1);
    for (let x = 0; x < wide; x++) {
      const atX = Math.min(Math.max((x + 0.5) / times - 0.5, 0), width - 1);
      const left = Math.min(Math.floor(atX), Math.max(0, width - 2));
      const right = Math.min(left + 1, width - 1);
      const [partX, partY] = [atX - left, atY - top];
      const upper = (data[top * width + left] ?? 0) * (1 - partX) + (data[top * width + right] ?? 0) * partX;
      const lower = (data[below * width + left] ?? 0) * (1 - partX) + (data[below * width + right] ?? 0) * partX;
      out[y * wide + x] = upper * (1 - partY) + lower * partY;
    }
  }
  return { data: out, width: wide, height: high };
}
