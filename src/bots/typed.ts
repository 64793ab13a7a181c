// Typed text → a command with its options: `/quiz question:q4 mode=choice`, quotes and phones' typography understood.
import { distance } from "fastest-levenshtein";
import type { Callable, Command, OptionSpec } from "../commands/command.js";

/** What was typed. Nothing is judged here but the writing: unknown commands and options go to the dispatcher as they are. */
export type Typed =
  | {
      readonly kind: "command";
      readonly command: string;
      readonly subcommand?: string;
      readonly options: Readonly<Record<string, string>>;
    }
  /** Not a command, or one whose writing is ambiguous: said to the person alone. */
  | { readonly kind: "hint"; readonly code: string; readonly what: string; readonly fix: string };

/**
 * Reads a command as typed. An option is `name:value` or `name=value`; a value reaches up to the next option, so that
 * quotes are needed only round text that itself looks like one. Words without a name go to the first option that takes text.
 */
export function parseTyped(text: string, commands: readonly Command[]): Typed {
  const trimmed = text.trim();
  const head = /^[/／]\s*([^\s/／]\S*)/u.exec(trimmed);
  if (!head) return /^[/／]/u.test(trimmed) ? LONE_SLASH : NOT_A_COMMAND;
  const name = tidyWord(head[1] ?? "");
  const command = commands.find((each) => each.name === name);
  let rest = trimmed.slice(head[0].length).trimStart();

  let subcommand: string | undefined;
  if (command?.subcommands) {
    const word = /^\S+/u.exec(rest)?.[0];
    if (word !== undefined && !/[:：=＝]/u.test(word)) {
      subcommand = tidyWord(word);
      rest = rest.slice(word.length).trimStart();
    }
  }
  const callable: Callable | undefined =
    command?.plain ??
    command?.subcommands?.find((each) => each.name === subcommand || each.name === `${name} ${subcommand}`);
  const options = readOptions(rest, callable?.options ?? {});
  if (!(options instanceof Map)) return options;
  // `fromEntries` defines its properties, so that even an option called __proto__ arrives as typed.
  const values = Object.fromEntries(options);
  return { kind: "command", command: name, ...(subcommand === undefined ? {} : { subcommand }), options: values };
}

const LONE_SLASH: Typed = {
  kind: "hint",
  code: "command-missing",
  what: "The name of a command is missing after the slash.",
  fix: "Type / and choose one from the list, or /help to read what each does.",
};

const NOT_A_COMMAND: Typed = {
  kind: "hint",
  code: "not-a-command",
  what: "I answer to commands only, so nobody has seen this message but you.",
  fix: "Commands start with a slash: try /quiz, or /help for all of them.",
};

type Specs = Readonly<Record<string, OptionSpec>>;

interface Segment {
  /** Undefined: the words before the first named option. */
  readonly name: string | undefined;
  readonly start: number;
}

function readOptions(rest: string, specs: Specs): Map<string, string> | Typed {
  const values = new Map<string, string>();
  const segments = split(rest, specs);
  let bare = "";
  for (const [index, segment] of segments.entries()) {
    const end = segments[index + 1]?.marker ?? rest.length;
    const raw = rest.slice(segment.start, end).trim();
    if (segment.name === undefined) bare = raw;
    else if (values.has(segment.name)) return twice(segment.name);
    else values.set(segment.name, value(raw, specs[segment.name]));
  }
  if (bare !== "") {
    const target = bareTarget(specs, values);
    if (target === undefined) values.set(unquote(bare), "");
    else values.set(target, value(bare, specs[target]));
  }
  return values;
}

function twice(name: string): Typed {
  return {
    kind: "hint",
    code: "option-twice",
    what: `The option “${name}” stands there twice, so nothing was sent.`,
    fix: `Keep one; if the second belongs to a longer text, put that text into quotes: "… ${name}: …".`,
  };
}

/** Where options begin: `marker` is the first character of the name, `start` the one after the colon. */
function split(rest: string, specs: Specs): (Segment & { readonly marker: number })[] {
  const given = new Set<string>();
  const segments: (Segment & { readonly marker: number })[] = [{ name: undefined, start: 0, marker: 0 }];
  let running: OptionSpec | undefined = specs[bareTarget(specs, new Map()) ?? ""];
  let at = skipQuoted(rest, 0);
  while (at < rest.length) {
    MARKER.lastIndex = at;
    const marker = MARKER.exec(rest);
    const name = marker ? optionName(marker[1] ?? "", specs) : "";
    // "y=wx" is more often text than a slip: an equals sign makes an option only of a name that is one, or nearly.
    if (marker && ((!isFreeText(running) && marker[2] !== "=" && marker[2] !== "＝") || isMeant(name, specs, given))) {
      given.add(name);
      running = Object.hasOwn(specs, name) ? specs[name] : undefined;
      segments.push({ name, marker: at, start: MARKER.lastIndex });
      at = skipQuoted(rest, MARKER.lastIndex);
    } else {
      at += /^\S+/u.exec(rest.slice(at))?.[0].length ?? 0;
    }
    at += /^\s*/u.exec(rest.slice(at))?.[0].length ?? 0;
  }
  return segments;
}

/** A name and a colon or an equals sign, but no address (`https://…`) and no comparison. Dashes as phones write them. */
const MARKER = /([\p{L}_][\p{L}\p{N}_\-‐‑‒–—−]*)([:：=＝])(?!\/\/|=)[^\S\n]*/uy;

/** Inside free text, only what names an option (or nearly does, so that a slip is not swallowed as text) begins one. */
function isMeant(name: string, specs: Specs, given: ReadonlySet<string>): boolean {
  if (Object.hasOwn(specs, name)) return true;
  return Object.keys(specs).some((known) => !given.has(known) && known.length > 3 && distance(known, name) === 1);
}

function isFreeText(spec: OptionSpec | undefined): boolean {
  return spec?.type === "string" && spec.choices === undefined;
}

/** Words without a name belong to the first option that takes words and was not named. */
function bareTarget(specs: Specs, given: ReadonlyMap<string, string>): string | undefined {
  return Object.keys(specs).find((name) => !given.has(name) && specs[name]?.type !== "attachment");
}

function optionName(typed: string, specs: Specs): string {
  if (Object.hasOwn(specs, typed)) return typed;
  const tidy = tidyWord(typed);
  return Object.hasOwn(specs, tidy) ? tidy : typed;
}

/** A closed value loses what a phone did to its dashes; free text stays as it was typed. */
function value(raw: string, spec: OptionSpec | undefined): string {
  const text = unquote(raw);
  if (spec === undefined || isFreeText(spec)) return text;
  const plain = text.replace(DASHES, "-");
  return spec.type === "channel"
    ? plain.replace(/^#/u, "")
    : spec.type === "user" || spec.type === "role"
      ? text.replace(/^@/u, "")
      : plain;
}

const DASHES = /[‐‑‒–—−]/gu;

function tidyWord(word: string): string {
  return word.replace(DASHES, "-").toLowerCase();
}

/** What closes which quote: first the proper partner, else what a phone may have made of it. */
const CLOSING: Readonly<Record<string, readonly string[]>> = {
  '"': ['"', "”“"],
  "“": ["”", '"“'],
  "”": ["”", '"“'],
  "„": ["“”", '"'],
  "«": ["»"],
  "»": ["«"],
  "'": ["'", "’"],
  "‘": ["’", "'‘"],
};

/** Behind the quoted text that begins at `at`, or `at` itself where none does. */
function skipQuoted(text: string, at: number): number {
  for (const closers of CLOSING[text[at] ?? ""] ?? []) {
    for (let index = at + 1; index < text.length; index++) {
      if (text[index] === "\\") index++;
      else if (closers.includes(text[index] ?? "") && /^(\s|$)/u.test(text.slice(index + 1, index + 2)))
        return index + 1;
    }
  }
  return at;
}

function unquote(raw: string): string {
  if (raw.length < 2 || skipQuoted(raw, 0) !== raw.length) return raw;
  return raw.slice(1, -1).replace(/\\(["“”„«»'‘’\\])/gu, "$1");
}
