// What people say about the engine's answers: "right", or "wrong: it is …", with the picture, kept for retraining until it expires.

/** The label of a picture that is none of the model's classes; never trained on, be it that a class has this name. */
export const NONE_OF_THESE = "neither";

export interface Correction {
  readonly v: 1;
  readonly id: string;
  readonly community: string;
  /** Who said it: the platform's identifier, so that /forget-me finds it. Never shown. */
  readonly person: string;
  /** Name of the model (`digits`, `flowers`, …) that learns from it, and its version where it was the one that answered, else "". */
  readonly model: string;
  readonly version: string;
  /** The model that answered, as NAME@VERSION, where it was another one. */
  readonly answeredBy?: string;
  /** What the model said, and how probable it was; `null` where it said "neither". */
  readonly answer: { readonly label: string; readonly probability: number } | null;
  /** What the person says it is; equal to the answer's where the person pressed "right". */
  readonly label: string;
  readonly isRight: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly state: "pending" | "accepted" | "rejected";
  /** By an instructor, with the label as it then is. */
  readonly review?: { readonly by: string; readonly at: number; readonly label: string };
  /** SHA-256 of the kept picture's bytes, in hex: the same picture is one. */
  readonly picture: string;
}

/** Kept re-encoded, upright, without EXIF. */
export interface KeptPicture {
  readonly mediaType: "image/jpeg" | "image/png";
  readonly bytes: Uint8Array;
}

/** All that is kept; opened on the store (records) and holding the pictures there too, so that both expire together. */
export interface Corrections {
  /**
   * Re-encodes the picture and stores both for `days`. The same picture by the same person for the same model replaces what was said
   * before, and so does what is said anew of an answer: `replaces`, the identifier of what that person said of it before.
   */
  add(
    said: Omit<Correction, "v" | "id" | "at" | "state" | "picture" | "review">,
    picture: Uint8Array,
    days: number,
    replaces?: string,
  ): Promise<Correction>;
  list(community: string, state?: Correction["state"]): Promise<readonly Correction[]>;
  get(community: string, id: string): Promise<Correction | undefined>;
  picture(community: string, id: string): Promise<KeptPicture | undefined>;
  /** Throws UserError `correction-not-found`. */
  review(
    community: string,
    id: string,
    review: { readonly by: string; readonly state: "accepted" | "rejected"; readonly label: string },
  ): Promise<Correction>;
  /** Removes all of a person; resolves with their number. */
  forget(community: string, person: string): Promise<number>;
  /** Puts another name in the place of whoever judged others' pictures. */
  forgetReviewer(community: string, person: string, pseudonym: string): Promise<void>;
}
