// /schedule: retraining by itself, when the community says: list, add, pause, remove.
import { CATCH_UP, type CatchUp, type Firing, type Schedule } from "../engine/schedule/schedule.js";
import type { Schedules } from "../engine/schedule/schedules.js";
import { UserError } from "../errors.js";
import type { Command, OptionSpec } from "./command.js";
import { argument, type CommandContext } from "./command-context.js";
import { message } from "./private-message.js";
import type { Block, Button, Field, Message } from "./reply.js";
import type { Request } from "./request.js";

const LIMIT = { times: 20, seconds: 60 };
/** Times to come that are shown. */
const NEXT = 3;

const which = {
  type: "string",
  description: "Its short name, as /schedule list shows it",
  required: true,
  maxLength: 20,
} as const satisfies OptionSpec;

export function scheduleCommand({ quiz, schedules, posters }: CommandContext): Command {
  const here = (): Schedules => {
    if (schedules !== undefined) return schedules;
    throw new UserError("schedules-not-here", "Nothing is trained here.", "Ask whoever runs Convo.");
  };
  const zoneOf = async ({ community }: Request): Promise<string> => (await quiz.settings.of(community)).timeZone;

  /** Its runs are reported in the channel where it was added. Throws UserError `cannot-post`. */
  async function reportedIn({ platform, community, channel }: Request): Promise<Record<string, string> | undefined> {
    const place = { platform, community, channel, asker: "A schedule", asked: "/schedule" };
    const poster = posters?.get(platform);
    await poster?.check(place);
    return poster === undefined ? undefined : place;
  }

  async function listed(request: Request, note?: Block): Promise<Message> {
    const zone = await zoneOf(request);
    const all = await here().list(request.community);
    if (all.length === 0) {
      const text = ["Nothing is trained by itself. For instance: ", { code: ADD_EXAMPLE }];
      return message([...(note === undefined ? [] : [note]), { kind: "note", tone: "info", text }]);
    }
    return message([
      ...(note === undefined ? [] : [note]),
      { kind: "heading", text: all.length === 1 ? "One schedule" : `${all.length} schedules` },
      { kind: "fields", fields: all.map((schedule) => fieldOf(schedule, here().next(schedule, NEXT), zone)) },
    ]);
  }

  async function pause(request: Request, id: string, paused: boolean): Promise<Message> {
    const schedule = await here().pause(request.community, id, paused);
    return one(schedule, paused ? `${schedule.id} is paused.` : `${schedule.id} goes on.`, await zoneOf(request));
  }

  async function remove(request: Request, id: string): Promise<Message> {
    const { id: gone, words } = await here().remove(request.community, id);
    return listed(request, {
      kind: "note",
      tone: "good",
      text: `${gone} (${words}) is removed; a run of it that is queued stays.`,
    });
  }

  function one(schedule: Schedule, note: string, zone: string): Message {
    return message([
      { kind: "note", tone: "good", text: note },
      { kind: "fields", fields: [fieldOf(schedule, here().next(schedule, NEXT), zone)] },
      { kind: "buttons", buttons: buttonsOf(schedule) },
    ]);
  }

  return {
    name: "schedule",
    description: "Retraining that happens by itself",
    subcommands: [
      {
        name: "schedule list",
        description: "All schedules, when they are due next, and what became of the last times",
        who: "admin",
        limit: LIMIT,
        options: {},
        run: (request) => listed(request),
      },
      {
        name: "schedule add",
        description: "Train a model again and again, for instance every Sunday at 03:00",
        who: "admin",
        audited: true,
        limit: LIMIT,
        options: {
          cron: {
            type: "string",
            description: "When: every Sunday at 03:00, daily at 02:30, or five fields such as 0 3 * * SUN",
            required: true,
            maxLength: 100,
          },
          model: { type: "string", description: "What is trained, such as digits", required: true, maxLength: 40 },
          timezone: {
            type: "string",
            description: "Whose clock counts, such as Europe/Berlin; the community's by default",
            maxLength: 60,
            complete: async (typed) => zonesLike(typed),
          },
          "catch-up": {
            type: "string",
            description: "Times missed while Convo was down: made good once (the default) or skipped",
            choices: [
              { value: "once", label: "Made good once" },
              { value: "skip", label: "Skipped" },
            ],
          },
        },
        examples: [ADD_EXAMPLE, '/schedule add cron:"0 3 * * SUN" model:flowers timezone:Europe/Berlin catch-up:skip'],
        run: async (request, options) => {
          const { community, user } = request;
          const report = await reportedIn(request);
          const zone = await zoneOf(request);
          const schedule = await here().add({
            community,
            when: String(options.cron),
            timeZone: String(options.timezone ?? zone),
            wish: await here().wishFor(String(options.model)),
            catchUp: CATCH_UP.find((each): each is CatchUp => each === options["catch-up"]) ?? "once",
            by: { kind: "person", id: user.id, name: user.name },
            ...(report === undefined ? {} : { report }),
          });
          return one(schedule, `Added: ${schedule.words}, ${schedule.timeZone}.`, zone);
        },
      },
      {
        name: "schedule pause",
        description: "Stop a schedule for a while, or let it go on",
        who: "admin",
        audited: true,
        limit: LIMIT,
        options: {
          schedule: which,
          paused: { type: "boolean", description: "yes (the default) pauses, no lets it go on" },
        },
        examples: ["/schedule pause schedule:s1", "/schedule pause schedule:s1 paused:no"],
        run: (request, options) => pause(request, String(options.schedule), options.paused !== false),
      },
      {
        name: "schedule remove",
        description: "End a schedule for good",
        who: "admin",
        audited: true,
        limit: LIMIT,
        options: { schedule: which },
        examples: ["/schedule remove schedule:s1"],
        run: (request, options) => remove(request, String(options.schedule)),
      },
    ],
    actions: {
      pause: {
        who: "admin",
        audited: true,
        limit: LIMIT,
        run: (request) => replaced(pause(request, argument(request.ref, "schedule"), true)),
      },
      resume: {
        who: "admin",
        audited: true,
        limit: LIMIT,
        run: (request) => replaced(pause(request, argument(request.ref, "schedule"), false)),
      },
      remove: {
        who: "admin",
        audited: true,
        limit: LIMIT,
        run: (request) => replaced(remove(request, argument(request.ref, "schedule"))),
      },
    },
  };
}

const ADD_EXAMPLE = '/schedule add cron:"every Sunday at 03:00" model:digits';

async function replaced(reply: Promise<Message>): Promise<Message> {
  return { ...(await reply), replaces: true };
}

function buttonsOf({ id, paused }: Schedule): Button[] {
  const button = (label: string, action: string, style: Button["style"]): Button => ({
    label,
    style,
    press: { command: "schedule", action, args: { schedule: id } },
  });
  return [
    paused ? button("Go on", "resume", "primary") : button("Pause", "pause", "secondary"),
    button("Remove", "remove", "danger"),
  ];
}

function fieldOf(schedule: Schedule, next: readonly number[], zone: string): Field {
  const { id, words, timeZone, wish, paused, catchUp, history } = schedule;
  const [last] = history;
  const parts = [
    `trains ${wish.model}`,
    paused
      ? "paused"
      : next.length === 0
        ? "never again"
        : `next ${next.map((time) => timeIn(zone, time)).join("; ")} (${zone})`,
    catchUp === "once" ? "missed times are made good once" : "missed times are skipped",
    ...(last === undefined ? [] : [`last ${timeIn(zone, last.due)}: ${outcomeOf(last)}`]),
  ];
  return {
    name: `${id}: ${words}, ${timeZone}`,
    value: parts.join(" · "),
    ...(last?.outcome === "refused" || paused ? { tone: "warning" as const } : {}),
  };
}

const OUTCOMES: Readonly<Record<Firing["outcome"], string>> = {
  started: "started",
  joined: "joined",
  overlapped: "",
  missed: "",
  refused: "refused:",
};

const outcomeOf = ({ outcome, why }: Firing): string => `${OUTCOMES[outcome]} ${why}`.trim();

/** "Sun, 29 Nov 2026, 03:00" */
function timeIn(zone: string, time: number): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(time);
}

function zonesLike(typed: string): { value: string; label: string }[] {
  const wanted = typed.trim().toLowerCase().replaceAll(" ", "_");
  return Intl.supportedValuesOf("timeZone")
    .filter((zone) => zone.toLowerCase().includes(wanted))
    .slice(0, 25)
    .map((zone) => ({ value: zone, label: zone }));
}
