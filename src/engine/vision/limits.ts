// What reading a picture may cost.

export interface DecodeLimits {
  readonly bytes: number;
  readonly pixels: number;
  /** Bytes that a decoder may hold at once for formats which it cannot read row by row. */
  readonly heldBytes: number;
  /** From the bytes to the pixels; what follows takes some 0.2 s more. */
  readonly seconds: number;
}

/** A phone's 50-megapixel photo is read; 50,000 × 50,000 is not. Held bytes keep the process below 600 MB. */
export const DECODE_LIMITS: DecodeLimits = {
  bytes: 20_000_000,
  pixels: 64_000_000,
  heldBytes: 256_000_000,
  seconds: 1.6,
};
