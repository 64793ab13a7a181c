// A time zone as a person writes it → its IANA name, or the nearest one that there is.
import { UserError } from "../../errors.js";
import { nearest } from "../../nearest.js";

/** Throws UserError `time-zone`, which names the nearest zone. */
export function readTimeZone(text: string): string {
  const wanted = text.trim().replace(/\s+/g, "_");
  const zones = Intl.supportedValuesOf("timeZone");
  // "berlin" is enough where only one zone ends so.
  const cities = zones.filter((zone) => zone.split("/").at(-1)?.toLowerCase() === wanted.toLowerCase());
  const [city] = cities;
  if (cities.length === 1 && city !== undefined) return city;
  try {
    const resolved = new Intl.DateTimeFormat("en", { timeZone: wanted }).resolvedOptions().timeZone;
    // "+02:00" would be accepted: an offset knows no summer time.
    if (/^[A-Za-z]/.test(resolved)) return resolved;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new UserError("time-zone", `There is no time zone "${text.trim().slice(0, 60)}".`, fixFor(wanted, zones));
}

function fixFor(wanted: string, zones: readonly string[]): string {
  const near = nearestZone(wanted, zones);
  return near === undefined
    ? "Use a name such as Europe/Berlin, America/New_York or UTC."
    : `Did you mean ${near}? Names are such as Europe/Berlin, America/New_York or UTC.`;
}

/** By the whole name, else by the city alone. */
function nearestZone(wanted: string, zones: readonly string[]): string | undefined {
  const lower = wanted.toLowerCase();
  const whole = nearest(
    lower,
    zones.map((zone) => zone.toLowerCase()),
  );
  const found = zones.find((zone) => zone.toLowerCase() === whole);
  if (found !== undefined) return found;
  const cityOf = (zone: string): string => zone.split("/").at(-1)?.toLowerCase() ?? "";
  const city = nearest(lower.split("/").at(-1) ?? "", zones.map(cityOf));
  return city === undefined ? undefined : zones.find((zone) => cityOf(zone) === city);
}
