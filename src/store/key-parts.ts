// Keys of several parts: joined and taken apart again without one part reaching into its neighbour.

/** Parts joined so that no part can reach into its neighbour, whatever it holds. */
export function key(...parts: readonly string[]): string {
  return parts.map((part) => encodeURIComponent(escaped(part))).join("/");
}

/** The inverse of `key`. */
export function partsOf(stored: string): string[] {
  return stored
    .split("/")
    .map((part) =>
      decodeURIComponent(part).replace(/\ufffd([0-9a-f]{4})/g, (_, code) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      ),
    );
}

/** The prefix of everything under these parts. */
export function under(...parts: readonly string[]): string {
  return `${key(...parts)}/`;
}

/** Half a surrogate pair, which encodeURIComponent refuses, as U+FFFD and its code; U+FFFD likewise, so that no two texts meet. */
function escaped(text: string): string {
  return text.replace(/\p{Surrogate}|\ufffd/gu, (character) => `\ufffd${character.charCodeAt(0).toString(16)}`);
}
