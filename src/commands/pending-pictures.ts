// Pictures that were classified and not yet judged: in memory alone, few and not for long. Only a press of "right" or "wrong" keeps one.
import { randomBytes } from "node:crypto";
import { UserError } from "../errors.js";

export interface PendingPicture {
  readonly community: string;
  readonly person: string;
  /** Re-encoded; without EXIF. */
  readonly jpeg: Uint8Array;
  /** As the person named the model; absent where the picture decided. */
  readonly asked?: string;
  /** What was answered; null for "neither". */
  readonly model: string | null;
  readonly version: string | null;
  readonly answer: { readonly label: string; readonly probability: number } | null;
}

interface Kept extends PendingPicture {
  readonly until: number;
  /** Identifier of what its owner said of it. */
  readonly correction?: string;
}

const LIFETIME = 30 * 60_000;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST = 500;

export class PendingPictures {
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(private readonly now: () => number) {}

  /** @returns the key that its buttons carry */
  add(picture: PendingPicture): string {
    this.#expire();
    const id = randomBytes(12).toString("base64url");
    this.#kept.set(id, { ...picture, until: this.now() + LIFETIME });
    this.#bytes += picture.jpeg.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST && this.#bytes <= MOST_BYTES) break;
      this.#drop(oldest);
    }
    return id;
  }

  /** Throws UserError `picture-gone`, also for another person's picture: whoever did not send it cannot say that it may be kept. */
  get(id: string, community: string, person: string): Kept {
    this.#expire();
    const found = this.#kept.get(id);
    if (found !== undefined && found.community === community && found.person === person) return found;
    throw new UserError(
      "picture-gone",
      "This picture is no longer here: unless you press a button within half an hour, it is forgotten.",
      "Send it again with /classify, and press the button then.",
    );
  }

  /** What its owner said of it is kept as this correction. */
  keptAs(id: string, correction: string): void {
    const found = this.#kept.get(id);
    if (found !== undefined) this.#kept.set(id, { ...found, correction });
  }

  /** Of a person, or all that is older than its time. */
  forget(community: string, person: string): void {
    for (const [id, picture] of this.#kept) {
      if (picture.community === community && picture.person === person) this.#drop(id);
    }
  }

  #expire(): void {
    for (const [id, { until }] of this.#kept) if (until <= this.now()) this.#drop(id);
  }

  #drop(id: string): void {
    this.#bytes -= this.#kept.get(id)?.jpeg.length ?? 0;
    this.#kept.delete(id);
  }
}
