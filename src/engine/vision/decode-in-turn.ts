// Decoding for everybody who sends pictures: a picture may hold 250 MB meanwhile, and its time means nothing while others take the cores.
import { Admission } from "./admission.js";
import { decode, heldBytesOf } from "./decode.js";
import { DECODE_LIMITS, type DecodeLimits } from "./limits.js";
import type { Picture } from "./picture.js";

export interface Decoded {
  readonly picture: Picture;
  /** Milliseconds that it took, its waiting left out. */
  readonly ms: number;
}

/** Of this process: its memory and its cores are what is shared. */
const decoding = new Admission({ atOnce: 2, held: DECODE_LIMITS.heldBytes, waiting: 32, bytes: 128_000_000 });

/**
 * As `decode`, whose time begins when the picture's turn comes; one that is refused by its header does not wait.
 * Throws UserError `busy`, and what `decode` throws.
 */
export async function decodeInTurn(
  bytes: Uint8Array,
  limits: DecodeLimits = DECODE_LIMITS,
  admission: Admission = decoding,
): Promise<Decoded> {
  const held = heldBytesOf(bytes, limits);
  return admission.run({ bytes: bytes.length, held }, async (until) => {
    const began = performance.now();
    return { picture: await decode(bytes, limits, until), ms: performance.now() - began };
  });
}
