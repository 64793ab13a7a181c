// What somebody does in Discord's client: a command with typed options, a press, a pick, a form; and what is shown then.
import type { Callable, Command } from "../../../src/commands/command.js";
import type { Dispatcher } from "../../../src/commands/dispatch.js";
import { callablesOf } from "../../../src/commands/help.js";
import type { Role } from "../../../src/commands/request.js";
import type { Person, Shown, ShownForm, ShownMessage } from "../driver.js";
import { componentsIn } from "./body-checks.js";
import type { LiveInteraction } from "./interactions.js";
import type { LocalDiscord, Sent } from "./local-discord.js";
import { CHANNEL, EPHEMERAL, type Member, member, messageObject, type StoredMessage, snowflake } from "./objects.js";

type Json = Readonly<Record<string, unknown>>;

const OPTION_TYPES = { string: 3, integer: 4, boolean: 5, user: 6, channel: 7, role: 8, attachment: 11 } as const;

export interface File {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where it is, if not on the CDN. */
  readonly url?: string;
  /** As announced, if not the truth. */
  readonly size?: number;
}

interface FormHandle {
  readonly modal: Json;
  readonly source?: StoredMessage;
}

/** Everybody in the local Discord, and their hands and eyes. */
export class People {
  readonly #discord: LocalDiscord;
  readonly #members = new Map<string, Member>();
  /** Ids of requests whose handler has ended. */
  readonly #ended = new Set<string>();
  readonly #commands: readonly Command[];

  constructor(discord: LocalDiscord, commands: readonly Command[]) {
    this.#discord = discord;
    this.#commands = commands;
  }

  /** For a bot in this process: with it they see at once when an answer is over. */
  watched(dispatcher: Dispatcher): Dispatcher {
    const ended = this.#ended;
    return {
      ...dispatcher,
      async *handle(request) {
        yield* dispatcher.handle(request);
        ended.add(request.id);
      },
    };
  }

  member({ name, role }: Person): Member {
    return this.#memberOf(name, role);
  }

  #memberOf(name: string, role: Role): Member {
    const key = `${name} ${role}`;
    const found = this.#members.get(key) ?? member(snowflake(), name, role);
    this.#members.set(key, found);
    return found;
  }

  callable(line: string): Callable {
    const found = this.#commands.flatMap(callablesOf).find(({ name }) => name === line);
    if (found === undefined) throw new Error(`there is no /${line}`);
    return found;
  }

  command(
    line: string,
    options: Readonly<Record<string, string | number | boolean>>,
    files: Readonly<Record<string, File>>,
  ): object {
    const { options: specs } = this.callable(line);
    const [name = "", subcommand] = line.split(" ");
    const attachments: Record<string, object> = {};
    const given = [
      ...Object.entries(options).map(([option, value]) => ({
        name: option,
        value,
        type: OPTION_TYPES[specs[option]?.type ?? "string"],
      })),
      ...Object.entries(files).map(([option, file]) => {
        const id = snowflake();
        attachments[id] = this.attachment(id, file);
        return { name: option, value: id, type: 11 };
      }),
    ];
    return {
      ...{ id: "1600000000000000001", name, type: 1, resolved: { attachments } },
      options: subcommand === undefined ? given : [{ type: 1, name: subcommand, options: given }],
    };
  }

  attachment(id: string, { name, bytes, url, size }: File): object {
    const address = url ?? `http://${this.#discord.host}${this.#discord.cdn.put(name, bytes)}`;
    return {
      id,
      filename: name,
      size: size ?? bytes.byteLength,
      url: address,
      proxy_url: address,
      content_type: "image/png",
      flags: 0,
    };
  }

  /** An entry of the menu of a message of somebody's; without a file it is words alone. */
  menu(entry: string, file?: File): Sent {
    const target = snowflake();
    const stored = { id: target, channel: CHANNEL, flags: 0, components: [], attachments: [] };
    const attachments = file === undefined ? [] : [this.attachment(snowflake(), file)];
    const resolved = { messages: { [target]: { ...messageObject(stored), attachments } } };
    return { type: 2, data: { id: "1600000000000000002", name: entry, type: 3, target_id: target, resolved } };
  }

  press(message: ShownMessage, label: string): Sent {
    const { component, source } = find(message, (each) => each.type === 2 && each.label === label, label);
    return { type: 3, data: { component_type: 2, custom_id: component.custom_id, id: 2 }, source };
  }

  pick(message: ShownMessage, label: string): Sent {
    const has = (each: Json): boolean => each.type === 3 && optionsOf(each).some((option) => option.label === label);
    const { component, source } = find(message, has, label);
    const value = optionsOf(component).find((option) => option.label === label)?.value;
    return { type: 3, data: { component_type: 3, custom_id: component.custom_id, id: 2, values: [value] }, source };
  }

  submit(form: ShownForm, fields: Readonly<Record<string, string>>): Sent {
    const { modal, source } = form.handle as FormHandle;
    const components = (modal.components as Json[]).map((each, index) => {
      const component = each.component as Json | undefined;
      if (component === undefined) return { type: each.type, id: index + 1 };
      const value = fields[String(component.custom_id)] ?? "";
      const typed = component.type === 4 ? { value } : { values: value === "" ? [] : [value] };
      return {
        type: 18,
        id: index + 1,
        component: { type: component.type, id: 100 + index, custom_id: component.custom_id, ...typed },
      };
    });
    const data = { custom_id: modal.custom_id, components };
    return {
      type: 5,
      data,
      ...(source === undefined ? {} : { source: { message: source, object: messageObject(source) } }),
    };
  }

  /** Sends it and waits until the answer stands, at most `patience` milliseconds. */
  async done(who: Person, sent: Sent, patience?: number): Promise<Shown> {
    const live = this.#discord.send(this.member(who), sent);
    return await this.shown(live, patience);
  }

  async shown(live: LiveInteraction, patience = 25_000): Promise<Shown> {
    const deadline = Date.now() + patience;
    let changes = -1;
    let still = 0;
    for (;;) {
      if (live.modal !== undefined) return formOf(live.modal, live.source);
      // A refusal before the handler (a file, an old button) has no end to watch; it stands when nothing changes any more, in several
      // turns, which a busy machine makes longer as it does what is waited for: messages that go on follow one by one.
      still = live.shown.length > 0 && !live.pending && changes === live.changes ? still + 1 : 0;
      if (still === 4) return messageOf(live.shown);
      changes = live.shown.length > 0 && (this.#ended.has(live.id) || !this.#handled(live)) ? live.changes : -1;
      if (Date.now() > deadline)
        throw new Error(`no answer; Discord's mistakes: ${this.#discord.rest.mistakes.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
  }

  /** Whether the dispatcher has it, so that its end is to be waited for. */
  #handled(live: LiveInteraction): boolean {
    return this.#discord.interactions.now() - live.sentAt < 300 && !this.#ended.has(live.id);
  }
}

function find(message: ShownMessage, wanted: (component: Json) => boolean, label: string) {
  for (const stored of message.handle as readonly StoredMessage[]) {
    const component = componentsIn(stored.components).find(wanted);
    if (component !== undefined) return { component, source: { message: stored, object: messageObject(stored) } };
  }
  throw new Error(`no "${label}" in:\n${message.text}\n${message.buttons.join(", ")}`);
}

const optionsOf = (component: Json): Json[] => (component.options ?? []) as Json[];

function formOf(modal: Json, source: StoredMessage | undefined): ShownForm {
  const all = componentsIn(modal.components);
  return {
    kind: "form",
    title: String(modal.title),
    text: unescaped(
      all
        .flatMap(({ content, label, description }) =>
          [content, label, description].filter((each) => each !== undefined),
        )
        .join("\n"),
    ),
    fields: all.filter(({ type }) => type === 4 || type === 3).map(({ custom_id }) => String(custom_id)),
    handle: { modal, ...(source === undefined ? {} : { source }) } satisfies FormHandle,
  };
}

export function messageOf(messages: readonly StoredMessage[]): ShownMessage {
  const all = messages.flatMap(({ components }) => componentsIn(components));
  return {
    kind: "message",
    text: unescaped(
      all
        .filter(({ type }) => type === 10)
        .map(({ content }) => String(content))
        .join("\n"),
    ),
    private: messages.every(({ flags }) => (flags & EPHEMERAL) !== 0),
    buttons: all.filter(({ type }) => type === 2).map(({ label }) => String(label)),
    options: all.filter(({ type }) => type === 3).flatMap((each) => optionsOf(each).map(({ label }) => String(label))),
    pictures: all
      .filter(({ type }) => type === 12)
      .flatMap(({ items }) => (items as Json[]).map(({ description }) => String(description))),
    files: messages.flatMap(({ attachments }) => attachments.map(({ filename }) => filename)),
    // As they are now: somebody may press what has changed meanwhile.
    handle: messages.map((each) => ({ ...each })),
  };
}

/** As it reads: without the marks of bold, italic and code, and without escapes. */
function unescaped(markdown: string): string {
  return markdown
    .replace(/(?<!\\)(\*\*|\*|`+ ?)/g, "")
    .replace(/\\([\\*_~`|[\]<>#+.)/:-])/g, "$1")
    .replace(/\\/g, "")
    .replace(/^> /gm, "");
}
