// Cron → words, for the expressions that people mean; others stay as they are.

export const WEEKDAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** "every Sunday at 03:00"; `cron 0 3 1-7 * 1` where there are no common words. */
export function describeCron(cron: string): string {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.split(" ");
  const everyDay = day === "*" && month === "*" && weekday === "*";
  if (!/^\d+$/.test(minute)) return `cron ${cron}`;
  if (everyDay && hour === "*") return Number(minute) === 0 ? "every hour" : `every hour at minute ${Number(minute)}`;
  const step = /^\*\/(\d+)$/.exec(hour)?.[1];
  if (everyDay && step !== undefined && 24 % Number(step) === 0) {
    return `every ${Number(step)} hours${Number(minute) === 0 ? "" : ` at minute ${Number(minute)}`}`;
  }
  if (!/^\d+$/.test(hour) || month !== "*") return `cron ${cron}`;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (everyDay) return `every day at ${time}`;
  if (weekday === "*") {
    if (day === "L") return `on the last day of every month at ${time}`;
    return /^\d+$/.test(day) ? `on day ${Number(day)} of every month at ${time}` : `cron ${cron}`;
  }
  const days = weekdaysOf(weekday);
  return day !== "*" || days === undefined ? `cron ${cron}` : `every ${days} at ${time}`;
}

/** "Monday, Wednesday and Friday"; undefined for steps and the like. */
function weekdaysOf(field: string): string | undefined {
  if (/^(1-5|MON-FRI)$/.test(field)) return "weekday (Monday to Friday)";
  const names = field.split(",").map((part) => {
    const index = /^[0-7]$/.test(part)
      ? Number(part) % 7
      : WEEKDAY_NAMES.findIndex((name) => name.slice(0, 3).toUpperCase() === part);
    return WEEKDAY_NAMES[index];
  });
  if (names.includes(undefined)) return undefined;
  const last = names.pop();
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}
