// Days and weeks as a community counts them: its time zone, its start of the week.
import { UserError } from "../errors.js";

export const WEEKDAYS = ["monday", "sunday", "saturday"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The calendar day at `time` (milliseconds) in an IANA time zone, as YYYY-MM-DD. */
export function dayIn(zone: string, time: number): string {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
    formatters.set(zone, formatter);
  }
  return formatter.format(time);
}

/** `days` later (or earlier); calendar days, so no clock change matters. */
export function shiftDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The first day of the week that `day` belongs to. */
export function startOfWeek(day: string, start: Weekday): string {
  const first = { sunday: 0, monday: 1, saturday: 6 }[start];
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return shiftDay(day, -((weekday - first + 7) % 7));
}

/** The canonical name of a time zone. Throws UserError `time-zone`. */
export function checkedZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone.trim() }).resolvedOptions().timeZone;
  } catch (error) {
    throw new UserError(
      "time-zone",
      `"${zone.slice(0, 60)}" is no time zone.`,
      "Use a name such as Europe/Berlin, America/New_York or UTC.",
      { cause: error },
    );
  }
}

/** "in 3 days", "tomorrow", "now": how far `time` is from `now`, in words. */
export function fromNow(time: number, now: number): string {
  const minutes = Math.round((time - now) / 60_000);
  if (minutes <= 0) return "now";
  const format = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  if (minutes < 60) return format.format(minutes, "minute");
  if (minutes < 24 * 60) return format.format(Math.round(minutes / 60), "hour");
  return format.format(Math.round(minutes / (24 * 60)), "day");
}
