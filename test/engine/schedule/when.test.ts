// What a person may say about when, what is understood, and how the rest is refused.
import { describe, expect, it } from "vitest";
import { readWhen } from "../../../src/engine/schedule/read-when.js";
import { readTimeZone } from "../../../src/engine/schedule/time-zone.js";
import { refusal } from "../../support/errors.js";

describe("when", () => {
  it.each([
    ["every Sunday at 03:00", "0 3 * * 0", "every Sunday at 03:00"],
    ["at 3 every sunday", "0 3 * * 0", "every Sunday at 03:00"],
    ["daily at 02:30", "30 2 * * *", "every day at 02:30"],
    ["every hour", "0 * * * *", "every hour"],
    ["hourly at :15", "15 * * * *", "every hour at minute 15"],
    ["every six hours", "0 */6 * * *", "every 6 hours"],
    ["every weekday at 6", "0 6 * * 1-5", "every weekday (Monday to Friday) at 06:00"],
    ["Sundays at 3pm", "0 15 * * 0", "every Sunday at 15:00"],
    ["mon, wed and fri at 12:30 am", "30 0 * * 1,3,5", "every Monday, Wednesday and Friday at 00:30"],
    ["weekends at noon", "0 12 * * 6,0", "every Saturday and Sunday at 12:00"],
    ["weekly on friday at 18", "0 18 * * 5", "every Friday at 18:00"],
    ["weekly", "0 3 * * 0", "every Sunday at 03:00"],
    ["monthly on the 1st at 04:00", "0 4 1 * *", "on day 1 of every month at 04:00"],
    ["on the last day of every month", "0 3 L * *", "on the last day of every month at 03:00"],
    ["0 3 * * sun", "0 3 * * SUN", "every Sunday at 03:00"],
    ["0  0 3 * * 1", "0 3 * * 1", "every Monday at 03:00"],
    ["@daily", "0 0 * * *", "every day at 00:00"],
    ["0 3 1-7 * 1#1", "0 3 1-7 * 1#1", "cron 0 3 1-7 * 1#1"],
  ])("%s is %s", (text, cron, words) => {
    expect(readWhen(text)).toEqual({ cron, words });
  });

  it.each([
    ["0 3 31 2 *", "schedule-never", "month 2 has no day 31"],
    ["* * * * * *", "schedule-too-often", "field for seconds"],
    ["* * * * *", "schedule-too-often", "more than once within an hour"],
    ["0,30 3 1 1 *", "schedule-too-often", "more than once within an hour"],
    ["*/15 3 * * *", "schedule-too-often", "name one minute"],
    ["every minute", "schedule-too-often", '"every minute" is more than once within an hour'],
    ["Every 30 seconds", "schedule-too-often", "every 6 hours"],
    ["every half hour", "schedule-too-often", "at most once an hour"],
    ["every 15 mins", "schedule-too-often", "at most once an hour"],
    ["every 90min", "schedule-words", '"every 6 hours"'],
    ["every 90 minutes", "schedule-words", '"every 6 hours"'],
    ["every second sunday", "schedule-words", '"every second sunday" is not understood'],
    ["61 3 * * *", "schedule-cron", 'minute (at character 1) cannot be "61"'],
    ["0 3 * * FOO", "schedule-cron", 'day of the week (at character 9) cannot be "FOO"'],
    ["0 3 ? * 1", "schedule-cron", "day of the month (at character 5)"],
    ["0 3 * *", "schedule-cron", "has 4"],
    ["", "schedule-cron", "not said when"],
    ["evry sunday at 3", "schedule-words", 'Did you mean "every"?'],
    ["every sunday at 25:00", "schedule-words", '"25:00" (at character 17) is no time'],
    ["every 5 hours", "schedule-words", "1, 2, 3, 4, 6, 8 or 12"],
    ["every fortnight", "schedule-words", '"fortnight" at character 7'],
  ])("%j is refused (%s)", async (text, code, part) => {
    const error = await refusal(() => readWhen(text));
    expect(error.code).toBe(code);
    expect(error.message).toContain(part);
  });
});

describe("a time zone", () => {
  it.each([
    ["Europe/Berlin", "Europe/Berlin"],
    [" europe/berlin ", "Europe/Berlin"],
    ["berlin", "Europe/Berlin"],
    ["New York", "America/New_York"],
    ["utc", "UTC"],
  ])("%j is %s", (text, zone) => {
    expect(readTimeZone(text)).toBe(zone);
  });

  it.each([
    ["Europa/Berlin", "Did you mean Europe/Berlin?"],
    ["Berln", "Did you mean Europe/Berlin?"],
    ["+02:00", "a name such as Europe/Berlin"],
    ["Mars/Olympus", "a name such as Europe/Berlin"],
  ])("%j is refused with the nearest", async (text, part) => {
    const error = await refusal(() => readTimeZone(text));
    expect(error.code).toBe("time-zone");
    expect(error.fix).toContain(part);
  });
});
