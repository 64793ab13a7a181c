// The hash by which a model's files are known again.
import { createHash } from "node:crypto";

/** SHA-256, 64 hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
