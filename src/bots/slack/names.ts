// How a command is called on Slack: names are not namespaced there, so that only `/convo <command>` is always ours.
import type { Command } from "../../commands/command.js";
import type { Text } from "../../commands/reply.js";

export const SLASH = "/convo";

/** Rewrites what our own texts say of commands: `/quiz question:q4` becomes `/convo quiz question:q4`. */
export type Speak = (text: string) => string;

export function speaker(commands: readonly Command[]): Speak {
  if (commands.length === 0) return (text) => text;
  const names = commands.map(({ name }) => name);
  const mention = new RegExp(`(?<![\\w/.:~-])/(?=(?:${names.join("|")})(?![\\w/-]))`, "gu");
  return (text) => text.replace(mention, `${SLASH} `);
}

/** The same for every part of a text. */
export function spokenText(speak: Speak, text: Text): Text {
  if (typeof text === "string") return speak(text);
  if ("length" in text) return text.map((part) => spokenText(speak, part) as Exclude<Text, readonly unknown[]>);
  if ("bold" in text) return { bold: speak(text.bold) };
  if ("italic" in text) return { italic: speak(text.italic) };
  if ("code" in text) return { code: speak(text.code) };
  return text;
}
