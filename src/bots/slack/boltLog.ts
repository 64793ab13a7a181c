// Bolt's log lines into ours, without what they may hold of people's words and tokens.
import type { Logger } from "@slack/bolt";
import { LogLevel } from "@slack/bolt";
import type { Log } from "../../log.js";

const TOKEN = /\bx(?:ox[a-z]|app)-[\w-]+/gu;

/** Debug lines of Bolt quote whole payloads: they are dropped. */
export function boltLog(log: Log): Logger {
  const text = (parts: readonly unknown[]): string =>
    parts
      .map((part) => (part instanceof Error ? part.message : typeof part === "string" ? part : JSON.stringify(part)))
      .join(" ")
      .replace(TOKEN, "[secret]");
  return {
    debug: () => undefined,
    info: (...parts: unknown[]) => log.debug(`slack: ${text(parts)}`),
    warn: (...parts: unknown[]) => log.warn(`slack: ${text(parts)}`),
    error: (...parts: unknown[]) => log.error(`slack: ${text(parts)}`),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
