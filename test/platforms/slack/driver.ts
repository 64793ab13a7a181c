// Slack for the contract suite: people of a local Slack who type, press and fill in, with the real Bolt in between.

import { menuEntries } from "../../../src/bots/slack/listeners/shortcuts.js";
import { findCallable } from "../../../src/commands/callables.js";
import type { World } from "../../support/world.js";
import type { MenuDriver, Person, Platform, Shown as Seen, ShownForm, ShownMessage } from "../driver.js";
import { type Member, type OpenView, type Shown, TEAM } from "./local-slack.js";
import { readable } from "./payload-check.js";
import { CHANNEL, elementsOf, join, pressPayload, shortcutPayload, slashPayload, submitPayload } from "./people.js";
import { openStage, type Stage } from "./stage.js";

/** A message, and its blocks as they were when it was looked at. */
interface Looked {
  readonly shown: Shown;
  readonly blocks: readonly unknown[];
}

export const slackPlatform: Platform<MenuDriver> = {
  name: "Slack",
  start: async (world) => driverOn(await openStage(world), world),
};

function driverOn(stage: Stage, world: World): MenuDriver {
  const { slack } = stage;
  const known = new Map<string, Member>();
  const member = ({ name, role }: Person): Member => {
    const found = known.get(name) ?? join(slack, name, role === "admin" ? "admin" : "learner");
    known.set(name, found);
    return found;
  };
  /** Slack has no flag for instructors: the settings name them. */
  const present = async (who: Person): Promise<Member> => {
    const found = member(who);
    if (who.role === "instructor")
      await world.quiz.settings.change(TEAM, (settings) => ({
        ...settings,
        instructors: {
          ...settings.instructors,
          people: [...new Set([...settings.instructors.people, found.id])],
        },
      }));
    return found;
  };
  const interactive = async (who: Member, payload: object): Promise<Seen> =>
    seen(await stage.after(() => slack.deliver("interactive", payload), who));
  const press = async (who: Person, { handle }: ShownMessage, label: string): Promise<Seen> => {
    const presser = await present(who);
    const { shown, blocks } = handle as Looked;
    return await interactive(presser, pressPayload(slack, presser, shown, label, {}, blocks));
  };

  return {
    community: TEAM,
    async say(who, line, options = {}, files = {}) {
      const asker = await present(who);
      const typed = Object.entries(options).map(([name, value]) => `${name}:${written(value)}`);
      const payload = slashPayload(slack, asker, "/convo", [line, ...typed].join(" "));
      // Beside its answer a command may post in the channel, as /train does.
      const [command = "", subcommand] = line.split(" ");
      const alone = findCallable(world.dispatcher.commands, { command, subcommand })?.public !== true;
      const first = await stage.after(() => slack.deliver("slash_commands", payload), asker, alone);
      if (!("view" in first) || Object.keys(files).length === 0) return await settled(first);
      // A slash command asks for its files in a form.
      const given = Object.entries(files).map(([name, { name: title, bytes }]) => [
        name,
        [slack.addFile(title, bytes, "application/octet-stream").id],
      ]);
      return await interactive(asker, submitPayload(slack, asker, first, Object.fromEntries(given)));
    },
    press,
    pick: press,
    async submit(who, { handle }, fields) {
      const sender = await present(who);
      return await interactive(sender, submitPayload(slack, sender, handle as OpenView, fields));
    },
    async menu(who, entry, { name, bytes }) {
      const asker = await present(who);
      const found = menuEntries(world.dispatcher.commands).find(({ label }) => label === entry);
      if (found === undefined) throw new Error(`no entry "${entry}" in the menu`);
      const file = slack.addFile(name, bytes, "application/octet-stream");
      return await interactive(asker, shortcutPayload(slack, asker, found.id, [file.id]));
    },
    uploaded: ({ handle }) =>
      [...JSON.stringify((handle as Looked).blocks).matchAll(/"slack_file":\{"id":"(\w+)"/gu)].flatMap(
        ([, id = ""]) => {
          const file = slack.files.get(id);
          return file === undefined ? [] : [file.bytes];
        },
      ),
    person: (who) => `<@${member(who).id}|${who.name}>`,
    channel: () => `<#${CHANNEL}|quiz>`,
    role: () => "<!subteam^S0TUTORS|@tutors>",
    restart: () => stage.restart(),
    async close() {
      await stage.close();
      if (slack.faults.length > 0) throw new Error(slack.faults.join("\n"));
    },
  };

  /** A message that is edited while work goes on, in its last state. */
  async function settled(found: Shown | OpenView): Promise<Seen> {
    if ("view" in found) return seen(found);
    for (let edits = -1; edits !== found.edits; ) {
      edits = found.edits;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    const last = slack.messages.findLast(({ only, channel }) => only === found.only && channel === found.channel);
    return seen(last ?? found);
  }
}

function seen(found: Shown | OpenView): Seen {
  return "view" in found ? form(found) : message(found);
}

function message(shown: Shown): ShownMessage {
  const elements = elementsOf(shown.blocks);
  const json = JSON.stringify(shown.blocks);
  return {
    kind: "message",
    // Parts of one line are elements of their own.
    text: linesOf(shown.blocks).join("\n").replaceAll("\u2060", ""),
    private: shown.only !== undefined || shown.channel.startsWith("D"),
    buttons: elements.flatMap((each) => (each.type === "button" ? [each.text?.text ?? ""] : [])),
    options: elements.flatMap((each) => each.options?.map((option) => option.text.text) ?? []),
    pictures: [...json.matchAll(/"alt_text":"((?:[^"\\]|\\.)*)"/gu)].map((match) => JSON.parse(`"${match[1]}"`)),
    files: [...json.matchAll(/📎 ([^:"]+):/gu)].map((match) => match[1] ?? ""),
    handle: { shown, blocks: shown.blocks } satisfies Looked,
  };
}

/** Text a person reads, a line a section. */
function linesOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { type, elements, text } = value as { type?: string; elements?: unknown; text?: unknown };
  if (type === "actions" || type === "image") return [];
  if (typeof text === "string") return [text];
  if (/^rich_text_(?:section|quote|preformatted)$/u.test(type ?? "") && Array.isArray(elements))
    return [elements.map((each) => linesOf(each).join("")).join("")];
  return Object.values(value).flatMap(linesOf);
}

function form(found: OpenView): ShownForm {
  const { title, blocks } = found.view as {
    title: { text: string };
    blocks: readonly { type: string; block_id?: string }[];
  };
  return {
    kind: "form",
    title: title.text,
    text: readable(blocks),
    fields: blocks.flatMap(({ type, block_id: name }) => (type === "input" && name !== undefined ? [name] : [])),
    handle: found,
  };
}

/** As a person would write it: in quotes where it could be read as something else. */
function written(value: string | number | boolean): string {
  return typeof value === "string" && !/^[\w<@#|>.-]*$/u.test(value)
    ? `"${value.replace(/["\\]/gu, "\\$&")}"`
    : String(value);
}
