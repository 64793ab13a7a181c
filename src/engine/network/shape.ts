// Shapes of what flows between layers, and how they are written.

/** A size, or null where it is not known (`?`). */
export type Size = number | null;

/** Maps: [height, width, channels]; a vector: [features]. Channels of maps are always known. */
export type Shape = readonly [height: Size, width: Size, channels: number] | readonly [features: Size];

/** `100×150×64`, `?×?×3`, `10`. */
export function writeShape(shape: Shape): string {
  return shape.map((size) => size ?? "?").join("×");
}

export function isMap(shape: Shape): shape is readonly [Size, Size, number] {
  return shape.length === 3;
}

/** Numbers of one instance, or null where a size is not known. */
export function volume(shape: Shape): number | null {
  let product = 1;
  for (const size of shape) {
    if (size === null) return null;
    product *= size;
  }
  return product;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}
