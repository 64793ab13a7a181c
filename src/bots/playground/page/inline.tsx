// A run of text: everything is text, nothing is markup; links lead to web addresses only.
import type { JSX } from "preact";
import type { Inline, Text } from "../../../commands/reply.js";

export function Words({ text }: { text: Text }): JSX.Element {
  const runs: readonly Inline[] = isRuns(text) ? text : [text];
  return <>{runs.map(run)}</>;
}

function isRuns(text: Text): text is readonly Inline[] {
  return Array.isArray(text);
}

function run(part: Inline): JSX.Element | string {
  if (typeof part === "string") return part;
  if ("bold" in part) return <strong>{part.bold}</strong>;
  if ("italic" in part) return <em>{part.italic}</em>;
  if ("code" in part) return <code>{part.code}</code>;
  const address = URL.canParse(part.url) ? new URL(part.url) : undefined;
  if (address?.protocol !== "http:" && address?.protocol !== "https:") return part.link;
  return (
    <a href={address.href} target="_blank" rel="noopener noreferrer" title={address.href}>
      {part.link}
    </a>
  );
}
