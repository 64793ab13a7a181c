// Signed values that leave the server and come back: action tokens, identities, logins. The key outlives a restart.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Store } from "../../store/store.js";

/** Each purpose has a key of its own, so that a value signed for one is worthless for another. */
export type Purpose = "action" | "identity" | "login";

export interface Signer {
  /** `payload` (any JSON) and its signature in URL-safe characters. `binding` is signed but not contained: it must be known to verify. */
  sign(purpose: Purpose, payload: unknown, binding?: string): string;
  /** The payload, or undefined where the token was not signed by this store's key for this purpose and binding. */
  verify(purpose: Purpose, token: string, binding?: string): unknown;
  /** 32 bytes that stand for a secret, comparable in constant time, and of no use to who sees them. */
  fingerprint(purpose: Purpose, secret: string): Buffer;
}

interface KeyRecord {
  readonly v: 1;
  /** 32 random bytes, base64url. */
  readonly key: string;
}

/** The signer of this store; its key is made on first use and kept in namespace `playground`. */
export async function openSigner(store: Store): Promise<Signer> {
  // `update` may call its function more than once and wants it pure, so the candidate is drawn once.
  const fresh = randomBytes(32).toString("base64url");
  const record = await store.namespace<KeyRecord>("playground").update("signing-key", (current) => {
    return current ?? { v: 1, key: fresh };
  });
  return signer(Buffer.from(record?.key ?? fresh, "base64url"));
}

function signer(key: Buffer): Signer {
  const keys = new Map<Purpose, Buffer>();
  for (const purpose of ["action", "identity", "login"] as const) {
    keys.set(purpose, createHmac("sha256", key).update(`convo playground ${purpose}`).digest());
  }
  /** 16 of the 32 bytes: 128 bits, out of reach of guessing, and short in a page full of buttons. */
  const signature = (purpose: Purpose, body: string, binding: string): Buffer =>
    createHmac("sha256", keys.get(purpose) ?? key)
      .update(`${body}\n${binding}`)
      .digest()
      .subarray(0, 16);

  return {
    sign(purpose, payload, binding = "") {
      const body = Buffer.from(JSON.stringify(payload), "utf8").toString("base64url");
      return `${body}.${signature(purpose, body, binding).toString("base64url")}`;
    },
    verify(purpose, token, binding = "") {
      const dot = token.lastIndexOf(".");
      if (dot < 1) return undefined;
      const body = token.slice(0, dot);
      const given = Buffer.from(token.slice(dot + 1), "base64url");
      const expected = signature(purpose, body, binding);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
    },
    fingerprint: (purpose, secret) =>
      createHmac("sha256", keys.get(purpose) ?? key)
        .update(`fingerprint\n${secret}`)
        .digest(),
  };
}
