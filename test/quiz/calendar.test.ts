// Days and weeks as a community counts them, and streaks over them.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkedZone, dayIn, fromNow, shiftDay, startOfWeek } from "../../src/quiz/calendar.js";
import { progressOf } from "../../src/quiz/progress.js";
import { refusal } from "../support/errors.js";
import { ada, answers, picks, Q4 } from "../support/learning.js";
import { DAY, HOUR, MINUTE, openWorld, type World } from "../support/world.js";

const at = (text: string): number => Date.parse(text);

describe("a day", () => {
  test.each([
    ["UTC", "2026-03-01T23:59:59Z", "2026-03-01"],
    ["Asia/Tokyo", "2026-03-01T15:00:00Z", "2026-03-02"],
    ["America/New_York", "2026-03-02T04:59:00Z", "2026-03-01"],
    ["Pacific/Kiritimati", "2026-03-01T10:00:00Z", "2026-03-02"],
    ["Asia/Kathmandu", "2026-03-01T18:15:00Z", "2026-03-02"],
  ])("in %s at %s is %s", (zone, time, day) => expect(dayIn(zone, at(time))).toBe(day));

  test("lasts 23 or 25 hours where the clocks change, and still there is one after the other", () => {
    const days = Array.from({ length: 50 }, (_, hour) =>
      dayIn("Europe/Berlin", at("2026-03-28T12:00:00Z") + hour * HOUR),
    );
    expect(new Set(days)).toEqual(new Set(["2026-03-28", "2026-03-29", "2026-03-30"]));
    expect(shiftDay("2026-03-28", 1)).toBe("2026-03-29");
    expect(shiftDay("2026-03-01", -1)).toBe("2026-02-28");
    expect(shiftDay("2028-02-28", 1)).toBe("2028-02-29");
    expect(shiftDay("2026-12-31", 1)).toBe("2027-01-01");
  });
});

describe("a week", () => {
  test.each([
    ["monday", "2026-03-02", "2026-03-02"],
    ["monday", "2026-03-08", "2026-03-02"],
    ["sunday", "2026-03-02", "2026-03-01"],
    ["sunday", "2026-03-08", "2026-03-08"],
    ["saturday", "2026-03-02", "2026-02-28"],
    ["saturday", "2026-03-07", "2026-03-07"],
  ] as const)("that starts on %s: %s belongs to the one of %s", (start, day, first) =>
    expect(startOfWeek(day, start)).toBe(first),
  );
});

describe("a time zone", () => {
  test("is known by its name, in any case and with blanks around it", () => {
    expect(checkedZone(" europe/berlin ")).toBe("Europe/Berlin");
    expect(checkedZone("UTC")).toBe("UTC");
  });

  test.each(["Berlin", "Mars/Olympus", "", "x".repeat(5_000)])(
    "that is none is refused with examples",
    async (zone) => {
      const error = await refusal(() => checkedZone(zone));
      expect(error.code).toBe("time-zone");
      expect(error.fix).toContain("Europe/Berlin");
      expect(error.message.length).toBeLessThan(250);
    },
  );
});

test.each([
  [-5 * MINUTE, "now"],
  [20_000, "now"],
  [MINUTE, "in 1 minute"],
  [59 * MINUTE, "in 59 minutes"],
  [3 * HOUR, "in 3 hours"],
  [DAY, "tomorrow"],
  [3 * DAY, "in 3 days"],
])("%d ms from now is said as %s", (distance, words) => expect(fromNow(1e12 + distance, 1e12)).toBe(words));

describe("a streak", () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const streak = async () => (await progressOf(world.quiz, ada)).streak;
  const answerOn = async (time: string) => {
    world.clock.at = at(time);
    await answers(world, ada, "q4", Q4.none);
  };

  test("grows by a day for each day in a row with an answer, however many of them", async () => {
    expect(await streak()).toEqual({ days: 0, longest: 0 });
    await answerOn("2026-03-02T08:00:00Z");
    await answerOn("2026-03-02T22:00:00Z");
    expect(await streak()).toEqual({ days: 1, longest: 1 });
    await answerOn("2026-03-03T00:05:00Z");
    await answerOn("2026-03-04T23:55:00Z");
    expect(await streak()).toEqual({ days: 3, longest: 3 });
  });

  test("counts a pick as well", async () => {
    await picks(world, ada, "q4", false);
    expect((await streak()).days).toBe(1);
  });

  test("lives until the end of the next day, and breaks after it", async () => {
    await answerOn("2026-03-02T08:00:00Z");
    world.clock.at = at("2026-03-03T23:59:00Z");
    expect((await streak()).days).toBe(1);
    world.clock.at = at("2026-03-04T00:01:00Z");
    expect(await streak()).toEqual({ days: 0, longest: 1 });
    await answerOn("2026-03-04T12:00:00Z");
    expect(await streak()).toEqual({ days: 1, longest: 1 });
  });

  test("remembers the longest one", async () => {
    for (const day of ["02", "03", "04", "07", "08"]) await answerOn(`2026-03-${day}T12:00:00Z`);
    expect(await streak()).toEqual({ days: 2, longest: 3 });
  });

  test("follows the community's midnight, not Greenwich's", async () => {
    await world.quiz.settings.change("course", (settings) => ({ ...settings, timeZone: "Asia/Tokyo" }));
    await answerOn("2026-03-02T14:00:00Z");
    await answerOn("2026-03-02T16:00:00Z");
    expect((await streak()).days).toBe(2);
  });

  test("is not harmed by a clock that was set back", async () => {
    await answerOn("2026-03-03T12:00:00Z");
    await answerOn("2026-03-02T12:00:00Z");
    await answerOn("2026-03-04T12:00:00Z");
    expect(await streak()).toEqual({ days: 2, longest: 2 });
  });
});
