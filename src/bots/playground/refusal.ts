// A request that the server refuses: an HTTP status with the words of a UserError, sent as { error: { code, message, fix } }.
import { UserError } from "../../errors.js";
import type { WireError } from "./wire.js";

/** `retryAfter` in milliseconds becomes the Retry-After header. */
export class Refusal extends UserError {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 421 | 422 | 429 | 500 | 503;
  readonly retryAfter: number | undefined;

  constructor(status: Refusal["status"], code: string, what: string, fix: string, retryAfter?: number) {
    super(code, what, fix);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** What a page or a script gets to read of an error. */
export function wireError(error: UserError): WireError {
  return { code: error.code, message: error.what, fix: error.fix };
}
