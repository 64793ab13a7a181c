// What Slack makes of typed text, undone: escaped characters, mentions and links; then the command in it.
import { findCallable } from "../../commands/callables.js";
import type { Command } from "../../commands/command.js";
import { displayName } from "../../commands/display-name.js";
import { parseTyped, type Typed } from "../typed.js";

/** `<@U1|ada>`, `<#C1|quiz>` and `<!subteam^S1|@tutors>` (`should_escape` in the manifest), `<https://…|text>` of links. */
const REFERENCE = /<([@#]|!subteam\^)([A-Z0-9]+)(?:\|([^<>]*))?>|<(?:https?:|mailto:)[^<>|]*(?:\|([^<>]*))?>/gu;

/** Of a person (U, W) or a user group (S). */
const IDENTIFIER = /^@?[UWS][A-Z0-9]+$/u;

/**
 * A command as typed behind `/convo`, behind a mention or in a direct message: `quiz question:q4`, with or without the slash.
 * Nothing at all is `/help`.
 */
export function readTyped(text: string, commands: readonly Command[]): Typed {
  const names = new Map<string, string>();
  const flat = text.replace(REFERENCE, (whole, kind?: string, id?: string, name?: string, label?: string) => {
    if (kind === undefined || id === undefined) return label ?? whole.slice(1, -1);
    const sigil = kind === "#" ? "#" : "@";
    if (name !== undefined && name !== "") names.set(`${sigil}${id}`, `${sigil}${name.replace(/^@/u, "")}`);
    return `${sigil}${id}`;
  });
  const line = unescaped(flat)
    .trim()
    .replace(/^[/／]\s*/u, "");
  const typed = parseTyped(`/${line === "" ? "help" : line}`, commands);
  if (typed.kind !== "command") return typed;
  const specs = findCallable(commands, typed)?.options ?? {};
  const stray = Object.entries(typed.options).find(
    ([name, value]) =>
      Object.hasOwn(specs, name) &&
      (specs[name]?.type === "user" || specs[name]?.type === "role") &&
      !IDENTIFIER.test(value),
  );
  if (stray !== undefined) return nobody(...stray);
  if (names.size === 0) return typed;
  const options = Object.entries(typed.options).map(([name, value]) => {
    const type = Object.hasOwn(specs, name) ? specs[name]?.type : undefined;
    return [name, type === "user" || type === "role" || type === "channel" ? value : named(value, names)];
  });
  return { ...typed, options: Object.fromEntries(options) };
}

/** A name that Slack did not turn into an identifier is nobody's. */
function nobody(option: string, value: string): Typed {
  return {
    kind: "hint",
    code: "option-type",
    what: `${option} names somebody, and Slack knows no "${displayName(value)}".`,
    fix: `Type ${option}:@ and choose from the list that Slack opens.`,
  };
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, in this order, and no other. */
export function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** What a person reads instead of an identifier, in text that is only text. */
function named(value: string, names: ReadonlyMap<string, string>): string {
  return value.replace(/[@#][A-Z0-9]+/gu, (reference) => names.get(reference) ?? reference);
}
