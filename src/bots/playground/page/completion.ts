// What could be typed next: commands, subcommands, options and choices for the text before the caret. Pure; no page here.

import type { Option } from "../../../commands/reply.js";
import type { Role } from "../../../commands/request.js";
import type { Channel, CompletionWish, WireCallable, WireCommand, WireOption } from "../wire.js";

export interface Suggestion {
  /** Takes the place of the text from `from` to the caret. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  readonly mark: "required" | "instructor" | "admin" | undefined;
}

export interface Completion {
  readonly title: string;
  readonly from: number;
  readonly suggestions: readonly Suggestion[];
  /** Enter takes the first suggestion; else it sends, and the arrow keys choose. */
  readonly eager: boolean;
}

/** What the command being typed wants, for the line above the composer. */
export interface Usage {
  readonly command: string;
  readonly description: string;
  readonly options: readonly (WireOption & { readonly given: boolean; readonly present: boolean })[];
}

export interface Vocabulary {
  readonly commands: readonly WireCommand[];
  readonly channels: readonly Channel[];
  readonly role: Role;
}

/** Characters: a network of more is being written, not looked for. */
const LONGEST_WISH = 100;

/** Undefined where there is nothing to suggest. `text` reaches up to the caret. */
export function complete(text: string, vocabulary: Vocabulary): Completion | undefined {
  const completion = find(text, vocabulary);
  return completion && completion.suggestions.length > 0 ? completion : undefined;
}

/** What the server should be asked for: an option that completes is being typed, and it is still a word or few. */
export function wishOf(text: string, { commands }: Vocabulary): CompletionWish | undefined {
  const typed = read(text, commands);
  const option = typed?.callable?.options.find(({ name }) => name === typed.present);
  if (!typed?.callable || option?.completes !== true) return undefined;
  const value = typed.value.replace(/^["“„«]/u, "");
  if (value.length > LONGEST_WISH || (value !== "" && /\s$/u.test(value))) return undefined;
  const { subcommand } = typed.callable;
  return {
    command: typed.command.name,
    option: option.name,
    typed: value,
    ...(subcommand === undefined ? {} : { subcommand }),
  };
}

/** What the server offered for a wish. Never eager: any other value may be meant, and Enter sends it. */
export function offer(text: string, wish: CompletionWish, values: readonly Option[]): Completion | undefined {
  const suggestions = values
    .filter(({ value }) => value !== wish.typed)
    .map(({ value, label }) => ({
      insert: `${/[\s"]/u.test(value) ? `"${value}"` : value} `,
      label: value,
      detail: label === value ? "" : label,
      mark: undefined,
    }));
  if (suggestions.length === 0) return undefined;
  const quoted = /["“„«]$/u.test(text.slice(0, text.length - wish.typed.length)) ? 1 : 0;
  return { title: wish.option, from: text.length - wish.typed.length - quoted, suggestions, eager: false };
}

/** Undefined until a known command (and subcommand) stands there. */
export function usage(text: string, { commands }: Vocabulary): Usage | undefined {
  const typed = read(text, commands);
  if (!typed?.callable) return undefined;
  const { callable, given, present } = typed;
  return {
    command: `/${typed.command.name}${callable.subcommand === undefined ? "" : ` ${callable.subcommand}`}`,
    description: callable.description,
    options: callable.options.map((option) => ({
      ...option,
      given: given.has(option.name),
      present: present === option.name,
    })),
  };
}

function find(text: string, vocabulary: Vocabulary): Completion | undefined {
  const head = /^\s*[/／](\S*)$/u.exec(text);
  if (head) return commandsLike((head[1] ?? "").toLowerCase(), text, vocabulary);
  const typed = read(text, vocabulary.commands);
  if (!typed) return undefined;
  if (!typed.callable) return subcommandsLike(typed, text, vocabulary.role);
  return optionsLike({ ...typed, callable: typed.callable }, text, vocabulary.channels);
}

function commandsLike(word: string, text: string, { commands, role }: Vocabulary): Completion {
  const starting = commands.filter(({ name }) => name.startsWith(word));
  const containing = commands.filter(({ name }) => !name.startsWith(word) && word.length > 1 && name.includes(word));
  const exact = commands.find(({ name }) => name === word);
  return {
    title: "Commands",
    from: text.length - word.length - 1,
    eager: exact === undefined || wantsMore(exact),
    suggestions: [...starting, ...containing].map((command) => ({
      insert: `/${command.name} `,
      label: `/${command.name}`,
      detail: command.description,
      mark: locked(easiest(command.callables), role),
    })),
  };
}

function wantsMore({ callables }: WireCommand): boolean {
  return callables.some(
    (callable) => callable.subcommand !== undefined || callable.options.some((option) => option.required),
  );
}

function subcommandsLike({ command, rest }: Typed, text: string, role: Role): Completion | undefined {
  if (/\s/u.test(rest)) return undefined;
  const callables = command.callables.filter(({ subcommand }) => subcommand?.startsWith(rest.toLowerCase()));
  return {
    title: `/${command.name} …`,
    from: text.length - rest.length,
    eager: true,
    suggestions: callables.map((callable) => ({
      insert: `${callable.subcommand} `,
      label: callable.subcommand ?? "",
      detail: callable.description,
      mark: locked(callable.who, role),
    })),
  };
}

function optionsLike(
  { callable, given, rest, open }: Typed & { callable: WireCallable },
  text: string,
  channels: readonly Channel[],
): Completion | undefined {
  if (open?.quoted) return undefined;
  const word = /\S*$/u.exec(rest)?.[0] ?? "";
  const pair = /^([^\s:：]+)[:：](.*)$/u.exec(word);
  const named = pair && callable.options.find(({ name }) => name === pair[1]);
  if (named) return valuesLike(named, pair[2] ?? "", text, channels);
  const left = callable.options.filter(
    ({ name, type }) => !given.has(name) && type !== "attachment" && name.startsWith(word),
  );
  // Within free text a word that happens to begin like an option is most likely text.
  const writing = open !== undefined && word !== "";
  if (writing && word.length < 2) return undefined;
  return {
    title: "Options",
    from: text.length - word.length,
    eager: !writing && (word !== "" || left.some((option) => option.required)) && open?.empty !== true,
    suggestions: [...left]
      .sort((a, b) => Number(b.required) - Number(a.required))
      .map((option) => ({
        insert: `${option.name}:`,
        label: option.name,
        detail: [option.description, bounds(option)].filter(Boolean).join(" · "),
        mark: option.required ? "required" : undefined,
      })),
  };
}

function valuesLike(option: WireOption, typed: string, text: string, channels: readonly Channel[]): Completion {
  const all =
    option.type === "boolean"
      ? [
          { value: "true", label: "yes" },
          { value: "false", label: "no" },
        ]
      : option.type === "channel"
        ? channels.map(({ id, topic }) => ({ value: id, label: topic }))
        : (option.choices ?? []);
  const wanted = typed.toLowerCase();
  const fits = all.filter(
    ({ value, label }) => value.toLowerCase().startsWith(wanted) || label.toLowerCase().includes(wanted),
  );
  return {
    title: `${option.name} · ${option.description}`,
    from: text.length - typed.length,
    eager: !all.some(({ value }) => value === typed),
    suggestions: fits.map(({ value, label }) => ({
      insert: `${/\s/u.test(value) ? `"${value}"` : value} `,
      label: value,
      detail: label === value ? "" : label,
      mark: undefined,
    })),
  };
}

function bounds({ type, min, max }: WireOption): string {
  if (type !== "integer") return "";
  if (min !== undefined && max !== undefined) return `a whole number from ${min} to ${max}`;
  return min === undefined ? "a whole number" : `a whole number from ${min}`;
}

interface Typed {
  readonly command: WireCommand;
  readonly callable: WireCallable | undefined;
  /** What follows the command and subcommand. */
  readonly rest: string;
  readonly given: ReadonlySet<string>;
  /** The option whose value is being typed. */
  readonly present: string | undefined;
  /** Its value so far. */
  readonly value: string;
  /** Set while free text is being typed. */
  readonly open: { readonly quoted: boolean; readonly empty: boolean } | undefined;
}

function read(text: string, commands: readonly WireCommand[]): Typed | undefined {
  const head = /^\s*[/／](\S+)\s+/u.exec(text);
  const command = commands.find(({ name }) => name === head?.[1]?.toLowerCase());
  if (!head || !command) return undefined;
  let rest = text.slice(head[0].length);
  let callable = command.callables.find(({ subcommand }) => subcommand === undefined);
  if (!callable) {
    const word = /^(\S+)\s+/u.exec(rest);
    callable = command.callables.find(({ subcommand }) => subcommand === word?.[1]?.toLowerCase());
    if (callable && word) rest = rest.slice(word[0].length);
  }
  return { command, callable, rest, ...values(rest, callable?.options ?? []) };
}

function values(rest: string, options: readonly WireOption[]): Pick<Typed, "given" | "present" | "value" | "open"> {
  const given = new Set<string>();
  let present: WireOption | undefined;
  let start = 0;
  for (const match of rest.matchAll(/(?<=^|\s)([^\s:："]+)[:：]/gu)) {
    const option = options.find(({ name }) => name === match[1]);
    if (!option) continue;
    given.add(option.name);
    present = option;
    start = match.index + match[0].length;
  }
  const bare = options.find(({ type }) => type !== "attachment");
  const first = /^\S+/u.exec(rest)?.[0] ?? "";
  // Words without a name belong to the first option, once they are more than the beginning of an option's name.
  if (
    present === undefined &&
    bare &&
    first !== "" &&
    (/\s/u.test(rest) || !options.some(({ name }) => name.startsWith(first)))
  ) {
    given.add(bare.name);
    present = bare;
  }
  const value = rest.slice(start).trimStart();
  const free = present?.type === "string" && present.choices === undefined;
  const quoted = /^["“„«]/u.test(value) && !/["”“»]\s*$/u.test(value.slice(1));
  // A closed value ends with its space; free text goes on until the next option.
  const done = !free && /\s$/u.test(value);
  return {
    given,
    present: done ? undefined : present?.name,
    value,
    open: free ? { quoted, empty: value === "" } : undefined,
  };
}

const RANK: Readonly<Record<Role, number>> = { learner: 0, instructor: 1, admin: 2 };

function easiest(callables: readonly WireCallable[]): Role {
  return callables.reduce<Role>((least, { who }) => (RANK[who] < RANK[least] ? who : least), "admin");
}

/** Said, not hidden: the community's settings may give a person more than the platform does. */
function locked(who: Role, role: Role): "instructor" | "admin" | undefined {
  return RANK[who] > RANK[role] && who !== "learner" ? who : undefined;
}
