// Connected pieces of ink: every pixel gets the number of its piece (8-connected), every piece its box and area.

export interface Component {
  /** As in `labels`; from 1. */
  readonly label: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Pixels of ink. */
  readonly area: number;
  /** Sum of the ink's strength. */
  readonly weight: number;
}

export interface Components {
  readonly labels: Int32Array;
  readonly list: readonly Component[];
}

/** Two passes with a union of equal numbers (Rosenfeld and Pfaltz). */
export function componentsOf(mask: Uint8Array, strength: Float32Array, width: number, height: number): Components {
  const labels = new Int32Array(mask.length);
  const parents: number[] = [0];
  const root = (label: number): number => {
    let at = label;
    while ((parents[at] ?? at) !== at) at = parents[at] ?? at;
    return at;
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (mask[at] !== 1) continue;
      let label = x > 0 ? root(labels[at - 1] ?? 0) : 0;
      for (let by = -1; by <= 1; by++) {
        const near = x + by;
        if (y === 0 || near < 0 || near >= width) continue;
        const other = root(labels[at - width + by] ?? 0);
        if (other === 0 || other === label) continue;
        if (label !== 0) parents[Math.max(label, other)] = Math.min(label, other);
        label = label === 0 ? other : Math.min(label, other);
      }
      if (label === 0) {
        label = parents.length;
        parents.push(label);
      }
      labels[at] = label;
    }
  }
  return { labels, list: measure(labels, parents.map(root), strength, width) };
}

function measure(labels: Int32Array, roots: readonly number[], strength: Float32Array, width: number): Component[] {
  const count = roots.length;
  const [left, right] = [new Int32Array(count).fill(width), new Int32Array(count).fill(-1)];
  const [top, bottom] = [new Int32Array(count).fill(-1), new Int32Array(count)];
  const [areas, weights] = [new Int32Array(count), new Float64Array(count)];
  for (let at = 0, x = 0, y = 0; at < labels.length; at++, x++) {
    if (x === width) [x, y] = [0, y + 1];
    const first = labels[at] ?? 0;
    if (first === 0) continue;
    const label = roots[first] ?? 0;
    labels[at] = label;
    if (x < (left[label] ?? 0)) left[label] = x;
    if (x > (right[label] ?? 0)) right[label] = x;
    if (top[label] === -1) top[label] = y;
    bottom[label] = y;
    areas[label] = (areas[label] ?? 0) + 1;
    weights[label] = (weights[label] ?? 0) + (strength[at] ?? 0);
  }
  const list: Component[] = [];
  for (let label = 1; label < count; label++) {
    const area = areas[label] ?? 0;
    if (area === 0) continue;
    const [x, y] = [left[label] ?? 0, top[label] ?? 0];
    const size = { width: (right[label] ?? 0) - x + 1, height: (bottom[label] ?? 0) - y + 1 };
    list.push({ label, x, y, ...size, area, weight: weights[label] ?? 0 });
  }
  return list;
}
