// What is wrong with a network: a UserError that also says at which written layer.
import { UserError } from "../../errors.js";

/** `layer` counts the written layers from 0, the input apart; null where no layer is to blame. */
export class NetworkError extends UserError {
  readonly layer: number | null;

  constructor(code: string, what: string, fix: string, layer: number | null) {
    super(code, what, fix);
    this.layer = layer;
  }
}

/** `what` was found, `fix` what to write in its place; both whole sentences. */
export function networkError(code: string, what: string, fix: string, layer: number | null): NetworkError {
  return new NetworkError(code, what, fix, layer);
}
