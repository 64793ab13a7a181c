// splits.tsv: which file of an image folder belongs to which split, one line a file after the heading "file<TAB>split".
import { UserError } from "../../../errors.js";
import type { Split } from "./data-set.js";

const NAMES: ReadonlyMap<string, Split> = new Map([
  ["train", "train"],
  ["val", "validation"],
  ["validation", "validation"],
  ["test", "test"],
]);
/** Problems that a message lists before it says how many more there are. */
const LISTED = 3;

/** File (path from the folder, with /) → split. `name` is the file's, for messages. Throws UserError splits-invalid with lines. */
export function parseSplits(text: string, name: string): ReadonlyMap<string, Split> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const heading = (lines[0] ?? "").split("\t").map((cell) => cell.trim());
  if (heading.length !== 2 || heading[0] !== "file" || heading[1] !== "split") {
    throw invalid(name, ['line 1: the heading must be "file<TAB>split"']);
  }
  const splits = new Map<string, Split>();
  const problems: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (at === 0 || line.trim() === "") continue;
    const [file, split, ...rest] = line.split("\t");
    const wanted = NAMES.get((split ?? "").trim());
    const where = `line ${at + 1}`;
    if (file === undefined || split === undefined || rest.length > 0) problems.push(`${where}: not two columns`);
    else if (!isPlainPath(file)) problems.push(`${where}: ${quoted(file)} is no path inside the folder`);
    else if (wanted === undefined) problems.push(`${where}: ${quoted(split)} is not train, val or test`);
    else if (splits.has(file)) problems.push(`${where}: ${quoted(file)} stands there twice`);
    else splits.set(file, wanted);
  }
  if (problems.length > 0) throw invalid(name, problems);
  if (splits.size === 0) throw invalid(name, ["it names no file"]);
  return splits;
}

function isPlainPath(file: string): boolean {
  return file !== "" && !file.includes("\\") && file.split("/").every((part) => !["", ".", ".."].includes(part));
}

/** Shortened, so that a message stays one however long the line is. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text);
}

function invalid(name: string, problems: readonly string[]): UserError {
  const more = problems.length > LISTED ? `; and ${problems.length - LISTED} more` : "";
  return new UserError(
    "splits-invalid",
    `${name} cannot be used: ${problems.slice(0, LISTED).join("; ")}${more}.`,
    "Mend these lines, or move the file away: then the images are split by the seed.",
  );
}
