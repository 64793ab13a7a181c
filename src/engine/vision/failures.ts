// Why a picture cannot be read, in words.
import { UserError } from "../../errors.js";

const SMALLER = "Send a smaller copy, such as a JPEG of 2,000 pixels.";

export function tooLarge(found: number, most: number): UserError {
  return new UserError(
    "image-too-large",
    `The file has ${(found / 1e6).toFixed(1)} MB; at most ${(most / 1e6).toFixed(0)} MB are read.`,
    SMALLER,
  );
}

export function tooSlow(seconds: number, cause?: unknown): UserError {
  return new UserError("image-too-slow", `The picture takes longer than ${seconds} s to decode.`, SMALLER, { cause });
}

export function damaged(why: string, cause?: unknown): UserError {
  return new UserError(
    "image-damaged",
    `The picture is damaged or cut off: ${why}.`,
    "Save or send it again; a screenshot of it works, too.",
    { cause },
  );
}
