// Due times across the clock changes of a zone, whatever the zone of the machine is.
import { describe, expect, it } from "vitest";
import { dueBy, MOST_MISSED, timesAfter } from "../../../src/engine/schedule/times.js";

const BERLIN = "Europe/Berlin";
const at = (text: string): number => Date.parse(text);
const texts = (times: readonly number[]): string[] => times.map((time) => new Date(time).toISOString().slice(0, 16));

describe("in spring, when 02:00 becomes 03:00", () => {
  it("a night at 02:30 is made good at once after the gap, and is 02:30 again the next day", () => {
    expect(texts(timesAfter("30 2 * * *", BERLIN, at("2027-03-27T12:00Z"), 2))).toEqual([
      "2027-03-28T01:00",
      "2027-03-29T00:30",
    ]);
  });

  it("a Sunday at 02:30 does not lose its week", () => {
    expect(texts(timesAfter("30 2 * * 0", BERLIN, at("2027-03-27T12:00Z"), 2))).toEqual([
      "2027-03-28T01:00",
      "2027-04-04T00:30",
    ]);
  });

  it("every hour stays every hour", () => {
    expect(texts(timesAfter("0 * * * *", BERLIN, at("2027-03-28T00:10Z"), 3))).toEqual([
      "2027-03-28T01:00",
      "2027-03-28T02:00",
      "2027-03-28T03:00",
    ]);
  });
});

describe("in autumn, when 03:00 becomes 02:00", () => {
  it("a night at 02:30 is due once", () => {
    expect(texts(timesAfter("30 2 * * *", BERLIN, at("2027-10-30T12:00Z"), 2))).toEqual([
      "2027-10-31T00:30",
      "2027-11-01T01:30",
    ]);
    // After the first 02:30 the second of the same night is not due.
    expect(dueBy("30 2 * * *", BERLIN, at("2027-10-31T00:30Z"), at("2027-10-31T02:00Z"))).toBeUndefined();
  });

  it("every hour stays every hour", () => {
    expect(texts(timesAfter("0 * * * *", BERLIN, at("2027-10-30T23:10Z"), 4))).toEqual([
      "2027-10-31T00:00",
      "2027-10-31T01:00",
      "2027-10-31T02:00",
      "2027-10-31T03:00",
    ]);
  });
});

describe("what is due", () => {
  it("is the newest time, and how many were missed before it", () => {
    const sunday = ["0 3 * * SUN", BERLIN] as const;
    expect(dueBy(...sunday, at("2026-11-01T12:00Z"), at("2026-11-08T01:59Z"))).toBeUndefined();
    expect(dueBy(...sunday, at("2026-11-01T12:00Z"), at("2026-11-08T02:00Z"))).toEqual({
      due: at("2026-11-08T02:00Z"),
      missed: 0,
    });
    expect(dueBy(...sunday, at("2026-11-01T12:00Z"), at("2026-12-01T12:00Z"))).toEqual({
      due: at("2026-11-29T02:00Z"),
      missed: 3,
    });
  });

  it("is the newest time after a year without anybody, too, without counting for ever", () => {
    const found = dueBy("0 * * * *", "UTC", at("2020-01-01T00:00Z"), at("2026-11-26T15:30Z"));
    expect(found).toEqual({ due: at("2026-11-26T15:00Z"), missed: MOST_MISSED });
  });
});
