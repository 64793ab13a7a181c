// Keys of a Redis database by their beginning, each once, a portion at a time.
import type { Redis } from "./redis-connection.js";

/** Keys a SCAN step looks at, and so at most what a portion holds. */
const SCAN_COUNT = 500;

/**
 * SCAN promises every key that is there throughout, but may repeat some; the keys seen (not the values) are remembered, for
 * whoever adds up records must not count one twice.
 */
export async function* keysUnder(redis: Redis, prefix: string): AsyncGenerator<string[], void> {
  const seen = new Set<string>();
  const match = `${prefix.replaceAll(/[\\*?[\]]/g, "\\$&")}*`;
  let cursor = "0";
  do {
    const at = cursor;
    const step = await redis.run((client) => client.scan(at, { MATCH: match, COUNT: SCAN_COUNT, TYPE: "string" }));
    cursor = step.cursor;
    const keys = step.keys.filter((key) => key.startsWith(prefix) && !seen.has(key));
    for (const key of keys) seen.add(key);
    if (keys.length > 0) yield keys;
  } while (cursor !== "0");
}
