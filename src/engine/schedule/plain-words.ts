// "every Sunday at 03:00" → 0 3 * * 0: the plain words that are understood, and what is said of those that are not.
import { UserError } from "../../errors.js";
import { nearest } from "../../nearest.js";
import { WEEKDAY_NAMES } from "./words-of.js";

/** Where no time is said: at night, when no one waits for the machine. */
const NIGHT = { hour: 3, minute: 0 };

const NUMBERS: Readonly<Record<string, number>> = { two: 2, three: 3, four: 4, six: 6, eight: 8, twelve: 12 };
const ORDINALS: Readonly<Record<string, number>> = { first: 1, second: 2, third: 3, fourth: 4, fifth: 5 };

/** Five fields of cron. Throws UserError `schedule-words` and `schedule-too-often`. */
export function readWords(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[.,;&]/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  refuseOften(plain);
  const hourly = readHourly(plain);
  if (hourly !== undefined) return hourly;
  const { rest, time } = takeTime(plain, text);
  const days = readDays(rest);
  if (days === undefined) throw notUnderstood(text);
  const { hour, minute } = time ?? NIGHT;
  return `${minute} ${hour} ${days}`;
}

const OFTEN =
  /^(?:(?:every|each) (?:(?:([\w-]+) |(\d+))?(min|sec)(?:ute|ond)?s?|(?:half|quarter)(?: an| of an|-)? ?hours?)|minutely)(?:$| (?:on|of|at|from) )/;

/** "every 5 minutes", "every half hour": understood, but no schedule. */
function refuseOften(text: string): void {
  const [found, word, figures, unit] = OFTEN.exec(text) ?? [];
  if (found === undefined || Number(word ?? figures ?? 1) >= (unit === "sec" ? 3600 : 60)) return;
  throw new UserError(
    "schedule-too-often",
    `"${text.slice(0, 80)}" is more than once within an hour.`,
    'A schedule is due at most once an hour: write for instance "hourly", "every 6 hours" or "daily at 02:30".',
  );
}

function readHourly(text: string): string | undefined {
  const found = /^(?:hourly|every hour|every (\w+) hours)(?: at (?:minute |:)(\d{1,2}))?$/.exec(text);
  if (found === null) return undefined;
  const [, often, minute = "0"] = found;
  if (Number(minute) > 59) throw new UserError("schedule-words", `An hour has no minute ${minute}.`, "Take 0 to 59.");
  if (often === undefined) return `${Number(minute)} * * * *`;
  const hours = NUMBERS[often] ?? Number(often);
  if (hours >= 1 && 24 % hours === 0) return `${Number(minute)} ${hours === 1 ? "*" : `*/${hours}`} * * *`;
  throw new UserError(
    "schedule-words",
    `Every ${often.slice(0, 20)} hours does not come out even with a day.`,
    "Take 1, 2, 3, 4, 6, 8 or 12 hours.",
  );
}

interface Time {
  readonly hour: number;
  readonly minute: number;
}

const TIME = String.raw`(noon|midnight|\d{1,2}(?::\d{2})?(?: ?(?:am|pm|o'clock|h))?)`;

/** The time said at the end or at the beginning, and the rest. */
function takeTime(text: string, original: string): { rest: string; time?: Time } {
  const end = new RegExp(`^(.*?) (?:at |@ ?)${TIME}$`).exec(text) ?? /^(.*?) (\d{1,2}:\d{2}(?: ?[ap]m)?)$/.exec(text);
  if (end !== null) return { rest: end[1] ?? "", time: readTime(end[2] ?? "", original) };
  const begin = new RegExp(`^at ${TIME} (.*)$`).exec(text);
  if (begin !== null) return { rest: begin[2] ?? "", time: readTime(begin[1] ?? "", original) };
  return { rest: text };
}

function readTime(text: string, original: string): Time {
  if (text === "noon") return { hour: 12, minute: 0 };
  if (text === "midnight") return { hour: 0, minute: 0 };
  const [, hours = "", minutes = "0", half] = /^(\d{1,2})(?::(\d{2}))?(?: ?(am|pm|o'clock|h))?$/.exec(text) ?? [];
  const [hour, minute] = [Number(hours), Number(minutes)];
  const isHalf = half === "am" || half === "pm";
  if (hours === "" || minute > 59 || hour > (isHalf ? 12 : 23) || (isHalf && hour === 0)) {
    throw new UserError(
      "schedule-words",
      `"${text}" (at character ${original.toLowerCase().indexOf(text) + 1}) is no time of the day.`,
      "Write 03:00, 3 am or 15:30.",
    );
  }
  return { hour: isHalf ? (hour % 12) + (half === "pm" ? 12 : 0) : hour, minute };
}

/** Fields three to five: day, month, weekday. */
function readDays(text: string): string | undefined {
  if (/^(daily|nightly|every (day|night))$/.test(text)) return "* * *";
  if (/^((every |on )?weekdays?|every (work(ing)? ?day))$/.test(text)) return "* * 1-5";
  if (/^((every |on )?weekends?)$/.test(text)) return "* * 6,0";
  if (/^(weekly|every week)$/.test(text)) return "* * 0";
  const monthly =
    /^(?:monthly|every month)(?: on (?:the )?(.+))?$/.exec(text) ??
    /^(?:on )?(?:the |every )?(.+?) (?:of|in) (?:the|every|each) month$/.exec(text);
  if (monthly !== null) {
    const day = dayOfMonth(monthly[1] ?? "1");
    return day === undefined ? undefined : `${day} * *`;
  }
  const names = text
    .replace(/^(weekly|every week) on /, "")
    .replace(/^(every|each|on) /, "")
    .split(/ and | /)
    .filter((word) => word !== "" && word !== "and");
  const days = names.map(weekdayOf);
  return days.length === 0 || days.includes(undefined) ? undefined : `* * ${[...new Set(days)].join(",")}`;
}

function dayOfMonth(word: string): string | undefined {
  if (/^last( day)?$/.test(word)) return "L";
  const bare = word.replace(/ day$/, "").replace(/^day /, "");
  const day = ORDINALS[bare] ?? Number(/^(\d{1,2})(?:st|nd|rd|th)?$/.exec(bare)?.[1]);
  return day >= 1 && day <= 31 ? String(day) : undefined;
}

/** By its name, its plural, or its first letters (at least three). */
function weekdayOf(word: string): number | undefined {
  const bare = word.replace(/s$/, "");
  const index = WEEKDAY_NAMES.findIndex((name) => {
    const day = name.toLowerCase();
    return word === day || bare === day || (word.length >= 3 && word.length <= 5 && day.startsWith(word));
  });
  return index < 0 ? undefined : index;
}

const VOCABULARY = [
  ...WEEKDAY_NAMES.map((name) => name.toLowerCase()),
  ..."every day daily night nightly week weekly weekday weekdays weekend month monthly hour hours hourly at on the of and first last noon midnight am pm minute".split(
    " ",
  ),
];

function notUnderstood(text: string): UserError {
  const words = [...text.toLowerCase().matchAll(/[a-z']+/g)];
  const odd = words.find(([word]) => !VOCABULARY.includes(word) && weekdayOf(word) === undefined);
  const near = odd === undefined ? undefined : nearest(odd[0], VOCABULARY);
  const where =
    odd === undefined ? "" : ` The word "${odd[0].slice(0, 40)}" at character ${odd.index + 1} is not known.`;
  return new UserError(
    "schedule-words",
    `"${text.slice(0, 80)}" is not understood.${where}`,
    `${near === undefined ? "" : `Did you mean "${near}"? `}Write for instance "every Sunday at 03:00", "daily at 02:30", "every weekday at 6", "every 6 hours", "monthly on the 1st at 04:00", or five fields of cron such as 0 3 * * SUN.`,
  );
}
