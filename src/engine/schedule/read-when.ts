// When a schedule is due, as a person says it: five fields of cron, or plain words for the common ones; always told back in words.
import { Cron } from "croner";
import { UserError } from "../../errors.js";
import { readWords } from "./plain-words.js";
import { describeCron } from "./words-of.js";

export interface When {
  /** Five fields, single blanks. */
  readonly cron: string;
  /** What was understood: "every Sunday at 03:00". */
  readonly words: string;
}

/**
 * Throws UserError `schedule-words`, `schedule-cron` (with the field and the place of its first character), `schedule-never`,
 * `schedule-too-often`.
 */
export function readWhen(text: string): When {
  const trimmed = text.trim();
  if (trimmed === "") throw new UserError("schedule-cron", "It is not said when.", EXAMPLES);
  const cron = /^[a-z]/i.test(trimmed) ? readWords(trimmed) : readCron(trimmed);
  refuseOften(cron);
  refuseNever(cron);
  return { cron, words: describeCron(cron) };
}

const EXAMPLES =
  'Write for instance "every Sunday at 03:00", "daily at 02:30", or five fields of cron such as 0 3 * * SUN.';

const FIELDS = [
  { name: "minute", range: "0 to 59" },
  { name: "hour", range: "0 to 23" },
  { name: "day of the month", range: "1 to 31, or L for the last" },
  { name: "month", range: "1 to 12, or JAN to DEC" },
  { name: "day of the week", range: "0 to 7 (0 and 7 are Sunday), or SUN to SAT" },
] as const;

const NICKNAMES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
};

function readCron(text: string): string {
  const nickname = Object.hasOwn(NICKNAMES, text.toLowerCase()) ? NICKNAMES[text.toLowerCase()] : undefined;
  if (nickname !== undefined) return nickname;
  const parts = [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], at: match.index + 1 }));
  const [first] = parts;
  if (parts.length === 6 && first !== undefined) {
    if (!/^0+$/.test(first.text)) {
      throw new UserError(
        "schedule-too-often",
        `Six fields begin with the second, and "${shown(first.text)}" there fires within a minute.`,
        "Leave the field for seconds out: a schedule is due at most once an hour, such as 0 3 * * SUN.",
      );
    }
    parts.shift();
  }
  if (parts.length !== FIELDS.length) {
    throw new UserError(
      "schedule-cron",
      `A cron expression has five fields (minute, hour, day, month, weekday); "${shown(text)}" has ${parts.length}.`,
      EXAMPLES,
    );
  }
  return parts.map((part, index) => checkedField(part, index)).join(" ");
}

function checkedField({ text, at }: { text: string; at: number }, index: number): string {
  const field = FIELDS[index];
  if (field === undefined) throw new Error(`no field ${index}`);
  const wrong = (): UserError =>
    new UserError(
      "schedule-cron",
      `The field for the ${field.name} (at character ${at}) cannot be "${shown(text)}".`,
      `It is *, a number from ${field.range}, a range such as 1-5, a list such as 1,3, or a step such as */2.`,
    );
  if (!/^[\dA-Za-z*,/#-]+$/.test(text)) throw wrong();
  try {
    // One field at a time tells which of them is wrong.
    new Cron(FIELDS.map((_, other) => (other === index ? text : "*")).join(" "), { paused: true });
  } catch (error) {
    throw new UserError("schedule-cron", wrong().what, wrong().fix, { cause: error });
  }
  return text.toUpperCase();
}

/** At most once an hour: a run takes minutes, and the next would be left out. */
function refuseOften(cron: string): void {
  const [minute = "*"] = cron.split(" ");
  const hour = new Date(Date.UTC(2026, 0, 1));
  const [first, second] = new Cron(`${minute} 0 1 1 *`, { timezone: "UTC", paused: true }).nextRuns(
    2,
    new Date(hour.getTime() - 1),
  );
  if (first === undefined || second === undefined || second.getTime() - first.getTime() >= 3_600_000) return;
  throw new UserError(
    "schedule-too-often",
    `The minutes "${shown(minute)}" are due more than once within an hour.`,
    "A schedule is due at most once an hour: name one minute, such as 0 * * * *.",
  );
}

function refuseNever(cron: string): void {
  if (new Cron(cron, { timezone: "UTC", paused: true }).nextRun(new Date()) !== null) return;
  const [, , day = "*", month = "*"] = cron.split(" ");
  throw new UserError(
    "schedule-never",
    `This is never due: month ${shown(month)} has no day ${shown(day)}.`,
    "Choose a day that there is; L stands for the last of a month.",
  );
}

function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
