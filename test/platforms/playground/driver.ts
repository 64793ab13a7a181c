// The playground for the contract suite: the real server, and people who speak to it over HTTP as its page does.

import { COMMUNITY } from "../../../src/bots/playground/channels.js";
import { startPlayground } from "../../../src/bots/playground/server.js";
import type { Entry, Line, WireBlock, WireForm } from "../../../src/bots/playground/wire.js";
import type { Text } from "../../../src/commands/reply.js";
import { errorOf, eventId, join, lines, post, type Person as Visitor } from "../../bots/playground/client.js";
import type { World } from "../../support/world.js";
import type { Person, Platform, PlatformDriver, Shown, ShownForm, ShownMessage } from "../driver.js";

export const playgroundPlatform: Platform = { name: "The playground", start };

async function start(world: World): Promise<PlatformDriver> {
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  const open = (port: number) =>
    startPlayground({
      config: { enabled: true, host: "127.0.0.1", port, tokens: new Map() },
      dispatcher: world.dispatcher,
      posters: world.posters,
      store: world.store,
      log: quiet,
    });
  let playground = await open(0);
  const port = Number(new URL(playground.url).port);
  const known = new Map<string, Promise<Visitor>>();
  /** Each joins once, and keeps what it was given over a restart, as a page does. */
  const visitor = ({ name, role }: Person): Promise<Visitor> => {
    const found = known.get(name) ?? join(playground, name, role);
    known.set(name, found);
    return found;
  };
  const ask = async (who: Person, path: string, body: object): Promise<Shown> => {
    return await answered(await post(await visitor(who), path, { id: eventId(), ...body }));
  };
  const answered = async (response: Response): Promise<Shown> => {
    if (response.ok) return shown(await lines(response));
    const { message, fix } = await errorOf(response);
    return { ...EMPTY, text: `${message} ${fix}` };
  };

  return {
    community: COMMUNITY,
    async say(who, line, options = {}, files = {}) {
      const [command = "", subcommand] = line.split(" ");
      const asked = {
        channel: "general",
        command,
        options,
        ...(subcommand === undefined ? {} : { subcommand }),
      };
      if (Object.keys(files).length === 0) return await ask(who, "/api/command", asked);
      const form = new FormData();
      form.set("request", JSON.stringify({ id: eventId(), ...asked }));
      for (const { name, bytes } of Object.values(files)) form.append("files", new File([Buffer.from(bytes)], name));
      const { url, headers } = await visitor(who);
      return await answered(await fetch(`${url}/api/command`, { method: "POST", headers, body: form }));
    },
    press: (who, message, label) => ask(who, "/api/action", pressed(message, label)),
    pick: (who, message, label) => ask(who, "/api/action", pressed(message, label)),
    submit: (who, { handle }, fields) => ask(who, "/api/submit", { token: (handle as WireForm).token, fields }),
    person: ({ name }) => `@${name}`,
    channel: () => "quiz",
    role: () => "tutors",
    async restart() {
      await playground.close();
      playground = await open(port);
    },
    close: () => playground.close(),
  };
}

const EMPTY: ShownMessage = {
  kind: "message",
  text: "",
  private: true,
  buttons: [],
  options: [],
  pictures: [],
  files: [],
  handle: null,
};

/** What the page posts when this button, letter or option is chosen. */
function pressed({ handle }: ShownMessage, label: string): { token: string; value?: string } {
  for (const block of (handle as Entry | null)?.blocks ?? []) {
    if (block.kind === "buttons") {
      const button = block.buttons.find((each) => each.label === label);
      if (button !== undefined) return { token: button.token };
    }
    if (block.kind === "choice") {
      const option = block.options.find(
        (each, index) => (block.style === "letters" ? letter(index) : each.label) === label,
      );
      if (option !== undefined) return { token: block.token, value: option.value };
    }
  }
  throw new Error(`there is no ${label} to press`);
}

/** The last state of the answer. */
function shown(answer: readonly Line[]): Shown {
  const last = answer.findLast((line) => line.type !== "done");
  if (last?.type === "form") return formOf(last.form);
  if (last?.type === "entry") return messageOf(last.entry);
  if (last?.type === "error") return { ...EMPTY, text: `${last.error.message} ${last.error.fix}` };
  return EMPTY;
}

function formOf(form: WireForm): ShownForm {
  return {
    kind: "form",
    title: form.title,
    text: form.introduction === undefined ? "" : plain(form.introduction),
    fields: form.fields.map(({ name }) => name),
    handle: form,
  };
}

function messageOf(entry: Entry): ShownMessage {
  const { blocks } = entry;
  const choices = blocks.flatMap((block) => (block.kind === "choice" ? [block] : []));
  return {
    kind: "message",
    text: blocks.map(textOf).join("\n"),
    private: entry.private,
    buttons: [
      ...choices.flatMap(({ style, options }) => (style === "letters" ? options.map((_, index) => letter(index)) : [])),
      ...blocks.flatMap((block) => (block.kind === "buttons" ? block.buttons.map(({ label }) => label) : [])),
    ],
    options: choices.flatMap(({ style, options }) => (style === "letters" ? [] : options.map(({ label }) => label))),
    pictures: blocks.flatMap((block) => (block.kind === "picture" ? [block.alt] : [])),
    files: blocks.flatMap((block) => (block.kind === "file" ? [block.name] : [])),
    handle: entry,
  };
}

const letter = (index: number): string => String.fromCharCode(65 + index);

function textOf(block: WireBlock): string {
  switch (block.kind) {
    case "heading":
    case "quote":
      return block.text;
    case "text":
    case "note":
      return plain(block.text);
    case "fields":
      return block.fields.map(({ name, value }) => `${name} ${plain(value)}`).join("\n");
    case "table":
      return [block.columns.map(({ title }) => title), ...block.rows.map((row) => row.map(plain))]
        .map((row) => row.join(" "))
        .join("\n");
    case "choice":
      return [block.label, ...block.options.map(({ label }) => label)].join("\n");
    case "picture":
      return block.alt;
    case "file":
      return block.description;
    case "buttons":
      return "";
  }
}

function plain(text: Text): string {
  if (typeof text === "string") return text;
  if ("bold" in text) return text.bold;
  if ("italic" in text) return text.italic;
  if ("code" in text) return text.code;
  if ("link" in text) return text.link;
  return text.map(plain).join("");
}
