// IEEE 754 binary16 and back: how weights are stored in half the room.

/** The largest finite float16. */
export const LARGEST_HALF = 65_504;

const scratch = new DataView(new ArrayBuffer(4));

/** To the nearest float16, ties to even, as its 16 bits; beyond 65,519.99 it is infinity. */
export function toHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200);
  const unbiased = exponent - 127;
  if (unbiased > 15) return sign | 0x7c00;
  if (unbiased >= -14) {
    // A carry out of the fraction rightly raises the exponent.
    return sign | (((unbiased + 15) << 10) + roundedShift(fraction, 13));
  }
  if (unbiased < -25) return sign;
  return sign | roundedShift(fraction | 0x800000, -unbiased - 1);
}

export function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function toHalves(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, toHalf);
}

/** Each value as float16 would keep it. */
export function roundToHalf(values: Float32Array): Float32Array {
  return values.map((value) => fromHalf(toHalf(value)));
}

function roundedShift(value: number, by: number): number {
  const whole = value >>> by;
  const rest = value & ((1 << by) - 1);
  const middle = 1 << (by - 1);
  return rest > middle || (rest === middle && (whole & 1) === 1) ? whole + 1 : whole;
}
