// A picture as the engine sees it: upright sRGB bytes, not larger than it needs, and how large it really was.

export interface Picture {
  /** height × width × 3, sRGB, transparency over white. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The whole upright picture's size in pixels; `data` may be smaller, never larger. */
  readonly original: { readonly width: number; readonly height: number };
  readonly format: string;
}

/** Pixels of the longer side that are kept: more adds nothing to finding digits or to a flower of 224 pixels. */
export const LONGEST_SIDE = 1024;

/** One channel, floats or bytes, row-major. */
export interface Grey {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}
