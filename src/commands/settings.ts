// /settings: who instructs, where the bot answers, the time zone, the week, the standings, how long pictures are kept, the gate.
import { FAIL_POLICIES, type FailPolicy, PASS_POLICIES, type PassPolicy } from "../engine/queue/run.js";
import { UserError } from "../errors.js";
import { checkedZone, WEEKDAYS, type Weekday } from "../quiz/calendar.js";
import type { Settings } from "../quiz/settings.js";
import type { Callable, Command, OptionSpec, OptionValues } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { displayName } from "./display-name.js";
import type { Message } from "./reply.js";
import type { Role } from "./request.js";

const LIMIT = { times: 20, seconds: 60 };

/** More would not fit into one message, and no course has them. */
const MOST = 50;

export function settingsCommand({ quiz }: CommandContext): Command {
  const change = (
    name: string,
    description: string,
    options: Readonly<Record<string, OptionSpec>>,
    examples: readonly string[],
    apply: (settings: Settings, values: OptionValues) => Settings,
    who: Role = "instructor",
  ): Callable => ({
    name: `settings ${name}`,
    description,
    who,
    audited: true,
    limit: LIMIT,
    options,
    examples,
    run: async (request, values) => {
      if (Object.values(values).every((value) => value === undefined)) {
        throw new UserError(
          "option-missing",
          `/settings ${name} needs to know what to change.`,
          `Give one of ${Object.keys(options)
            .map((each) => `${each}:`)
            .join(", ")}, for instance ${examples[0] ?? ""}`,
        );
      }
      return shown(await quiz.settings.change(request.community, (current) => apply(current, values)), "Changed.");
    },
  });
  return {
    name: "settings",
    description: "How Convo behaves in this community",
    subcommands: [
      {
        name: "settings show",
        description: "All settings as they are",
        who: "instructor",
        limit: LIMIT,
        options: {},
        run: async (request) => shown(await quiz.settings.of(request.community)),
      },
      change(
        "instructors",
        "Who instructs besides the platform's own admins: people or roles",
        {
          "add-person": { type: "user", description: "A person who instructs from now on" },
          "remove-person": { type: "user", description: "A person who no longer does" },
          "add-role": { type: "role", description: "A role or group of the platform whose members instruct" },
          "remove-role": { type: "role", description: "A role or group that no longer does" },
        },
        ["/settings instructors add-person:ada", "/settings instructors add-role:tutors"],
        (settings, values) => ({
          ...settings,
          instructors: {
            people: edited(settings.instructors.people, values["add-person"], values["remove-person"]),
            groups: edited(settings.instructors.groups, values["add-role"], values["remove-role"]),
          },
        }),
      ),
      change(
        "channels",
        "Where learners may use Convo; without any, everywhere",
        {
          add: { type: "channel", description: "A channel where learners may use it" },
          remove: { type: "channel", description: "A channel where they no longer may" },
          everywhere: { type: "boolean", description: "yes: forget the list, allow every channel" },
        },
        ["/settings channels add:quiz", "/settings channels everywhere:yes"],
        (settings, values) => ({
          ...settings,
          channels: values.everywhere === true ? [] : edited(settings.channels, bare(values.add), bare(values.remove)),
        }),
      ),
      change(
        "time",
        "The time zone and the start of the week, for streaks and weekly standings",
        {
          zone: { type: "string", description: "For instance Europe/Berlin", maxLength: 60 },
          "week-starts": {
            type: "string",
            description: "The first day of the week",
            choices: WEEKDAYS.map((day) => ({ value: day, label: day })),
          },
        },
        ["/settings time zone:Europe/Berlin week-starts:monday"],
        (settings, values) => ({
          ...settings,
          timeZone: values.zone === undefined ? settings.timeZone : checkedZone(String(values.zone)),
          weekStart: (values["week-starts"] ?? settings.weekStart) as Weekday,
        }),
      ),
      change(
        "standings",
        "Whether learners see the standings",
        { shown: { type: "boolean", description: "yes or no", required: true } },
        ["/settings standings shown:no"],
        (settings, values) => ({ ...settings, standingsShown: values.shown === true }),
      ),
      change(
        "pictures",
        "How long pictures are kept that learners judged after /classify",
        { days: { type: "integer", description: "1 to 730 days", required: true, min: 1, max: 730 } },
        ["/settings pictures days:90"],
        (settings, values) => ({ ...settings, picturesKept: Number(values.days) }),
      ),
      change(
        "gate",
        "What becomes of a newly trained model, after it was measured against the one in service",
        {
          passes: {
            type: "string",
            description: "One that is not worse",
            choices: PASS_POLICIES.map((value) => ({ value, label: sentence(PASSES[value]) })),
          },
          fails: {
            type: "string",
            description: "One that may be worse",
            choices: FAIL_POLICIES.map((value) => ({ value, label: sentence(FAILS[value]) })),
          },
        },
        ["/settings gate passes:keep", "/settings gate passes:promote fails:keep"],
        (settings, values) => ({
          ...settings,
          gate: {
            passes: PASS_POLICIES.find((each) => each === values.passes) ?? settings.gate.passes,
            fails: FAIL_POLICIES.find((each) => each === values.fails) ?? settings.gate.fails,
          },
        }),
        "admin",
      ),
    ],
  };
}

const PASSES: Readonly<Record<PassPolicy, string>> = {
  promote: "goes into service at once",
  keep: "waits as a candidate until an admin promotes it",
};
const FAILS: Readonly<Record<FailPolicy, string>> = {
  refuse: "is refused",
  keep: "stays a candidate that an admin may promote",
};

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;

function shown(settings: Settings, note?: string): Message {
  const list = (values: readonly string[], none: string): string =>
    values.length === 0 ? none : values.map(displayName).join(", ");
  return {
    kind: "message",
    private: true,
    blocks: [
      ...(note === undefined ? [] : [{ kind: "note" as const, tone: "good" as const, text: note }]),
      { kind: "heading", text: "Settings" },
      {
        kind: "fields",
        fields: [
          { name: "Instructors", value: list(settings.instructors.people, "only the platform's own admins") },
          { name: "Roles that instruct", value: list(settings.instructors.groups, "none") },
          {
            name: "Channels",
            value: list(
              settings.channels.map((channel) => `#${channel}`),
              "everywhere",
            ),
          },
          { name: "Time zone", value: settings.timeZone },
          { name: "Week starts on", value: settings.weekStart },
          { name: "Standings", value: settings.standingsShown ? "shown to learners" : "for instructors only" },
          { name: "Judged pictures", value: `kept for ${settings.picturesKept} days` },
          {
            name: "Gate",
            value: `a model that passes ${PASSES[settings.gate.passes]}; one that does not ${FAILS[settings.gate.fails]}`,
          },
        ],
      },
    ],
  };
}

function edited(list: readonly string[], add: OptionValues[string], remove: OptionValues[string]): string[] {
  const without = remove === undefined ? [...list] : list.filter((each) => each !== String(remove));
  if (remove !== undefined && without.length === list.length)
    throw new UserError(
      "not-there",
      `"${displayName(String(remove))}" is not in the list.`,
      "See the list: /settings show",
    );
  if (add === undefined || without.includes(String(add))) return without;
  if (without.length >= MOST)
    throw new UserError("too-many", `There are ${MOST} already.`, "Remove one first, or use a role.");
  return [...without, String(add)];
}

/** "#quiz" and "quiz" are one channel. */
function bare(value: OptionValues[string]): OptionValues[string] {
  return typeof value === "string" ? value.replace(/^#/, "") : value;
}
