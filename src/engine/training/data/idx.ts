// IDX, the format of MNIST: two zero bytes, type, number of dimensions, the sizes big-endian, then the bytes.
// Source: Yann LeCun's description of the MNIST files.

export interface Idx {
  readonly sizes: readonly number[];
  /** A view into the bytes that were read; length is the product of the sizes. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/** Why the bytes are no IDX file of `dimensions` unsigned bytes; a sentence's end after "the file". */
export class IdxDamaged extends Error {}

/** Bytes that an IDX file with these sizes has. */
export function idxLength(sizes: readonly number[]): number {
  return 4 + 4 * sizes.length + sizes.reduce((product, size) => product * size, 1);
}

/** `dimensions`: 3 for images (count, height, width), 1 for labels. Throws IdxDamaged; memory used does not depend on the header. */
export function parseIdx(bytes: Uint8Array, dimensions: number): Idx {
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) throw new IdxDamaged(`ends after ${bytes.length} bytes, inside its header`);
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE || bytes[3] !== dimensions) {
    const found = Buffer.from(bytes.subarray(0, 4)).toString("hex");
    throw new IdxDamaged(`begins with ${found} instead of 00000${UNSIGNED_BYTE}0${dimensions}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sizes = Array.from({ length: dimensions }, (_, at) => view.getUint32(4 + 4 * at));
  const expected = idxLength(sizes);
  if (bytes.length !== expected) {
    throw new IdxDamaged(`has ${bytes.length} bytes where its header (${sizes.join(" × ")}) asks for ${expected}`);
  }
  return { sizes, data: bytes.subarray(header) };
}
