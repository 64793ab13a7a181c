// The light markup of our own texts (`code`, **bold**) → inline parts. Never used on what a person typed.
import type { Block, Inline } from "./reply.js";

export function rich(text: string): readonly Inline[] {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).flatMap((part): Inline[] => {
    if (part === "") return [];
    if (part.startsWith("`") && part.endsWith("`")) return [{ code: part.slice(1, -1) }];
    if (part.startsWith("**") && part.endsWith("**") && part.length > 4) return [{ bold: part.slice(2, -2) }];
    return [part];
  });
}

/** One text block a paragraph. */
export function paragraphs(text: string): Block[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => ({ kind: "text", text: rich(paragraph.trim()) }));
}
