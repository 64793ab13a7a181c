// How a namespace and a key become the one string that a backend stores under, and back, without two ever meeting.
import { UserError } from "../errors.js";

/** Of a key, in bytes of UTF-8. LMDB allows 1,978 in all on 4 KiB pages; this leaves room for namespace and expiry. */
export const KEY_LIMIT = 512;
/** Of a namespace's name, in bytes as stored. */
const NAMESPACE_LIMIT = 256;

/**
 * A namespace's name with no colon left in it, so that the first colon of a stored key always ends the name: namespace `a`
 * with key `b:c` is `a:b:c`, namespace `a:b` with key `c` is `a%3Ab:c`. An asterisk is hidden from Redis's MATCH as well.
 */
export function namespacePrefix(namespace: string): string {
  checkWellFormed(namespace, "namespace");
  const prefix = `${encodeURIComponent(namespace).replaceAll("*", "%2A")}:`;
  if (prefix.length > NAMESPACE_LIMIT) throw new RangeError(`The namespace ${namespace} has too long a name.`);
  return prefix;
}

/** The inverse of `namespacePrefix(namespace) + key`; undefined for what was not made by it. */
export function splitKey(stored: string): { namespace: string; key: string } | undefined {
  const colon = stored.indexOf(":");
  if (colon < 1) return undefined;
  try {
    return { namespace: decodeURIComponent(stored.slice(0, colon)), key: stored.slice(colon + 1) };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** UserError `store-key` where `key` cannot be a key. */
export function checkKey(key: string): void {
  if (key.length === 0) throw keyError("A record's key is empty.");
  checkPrefix(key);
  const bytes = Buffer.byteLength(key);
  if (bytes > KEY_LIMIT) {
    throw keyError(
      `A record's key has ${bytes} bytes, the limit is ${KEY_LIMIT}: ${JSON.stringify(key.slice(0, 60))}….`,
    );
  }
}

/** The same for the beginning of a key, which may be empty. */
export function checkPrefix(prefix: string): void {
  checkWellFormed(prefix, "key");
}

/** Half a surrogate pair has no UTF-8: all of them would be stored as the same replacement character. */
function checkWellFormed(text: string, what: string): void {
  if (/\p{Surrogate}/u.test(text)) throw keyError(`A record's ${what} is not valid Unicode: ${JSON.stringify(text)}.`);
}

function keyError(what: string): UserError {
  return new UserError("store-key", what, `A key is 1 to ${KEY_LIMIT} bytes of valid UTF-8.`);
}
