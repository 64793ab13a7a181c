// Folder names → class labels: fit to be shown, and no two that a person could take for one.
import { UserError } from "../../../errors.js";

/** Characters of a label that are kept. */
const LONGEST_LABEL = 60;

/** In the order of `folders`. Throws UserError: label-empty, labels-alike. */
export function labelsOf(folders: readonly string[]): string[] {
  const labels = folders.map(cleanLabel);
  const seen = new Map<string, string>();
  for (const [at, label] of labels.entries()) {
    const folder = folders[at] ?? "";
    if (label === "") {
      throw new UserError(
        "label-empty",
        `The folder ${JSON.stringify(folder)} has no name that can be shown as a label.`,
        "Give it a name with letters or digits.",
      );
    }
    const key = label.normalize("NFKC").toLowerCase().replace(/\s+/g, "");
    const other = seen.get(key);
    if (other !== undefined) {
      throw new UserError(
        "labels-alike",
        `The folders ${JSON.stringify(other)} and ${JSON.stringify(folder)} differ only in case, blanks or the form of a character.`,
        "If they are one class, put their images into one folder; if not, give them names that differ.",
      );
    }
    seen.set(key, folder);
  }
  return labels;
}

/** One line, no control, invisible or direction characters, at most 60 characters. */
export function cleanLabel(name: string): string {
  const clean = name
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, " ")
    .replace(/(\p{M}{3})\p{M}+/gu, "$1")
    .replace(/\s+/g, " ")
    .trim();
  const characters = [...clean];
  return characters.length > LONGEST_LABEL ? `${characters.slice(0, LONGEST_LABEL - 1).join("")}…` : clean;
}
