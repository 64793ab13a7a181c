// Amounts of memory as people write and read them: always with a unit, MB (10⁶) beside MiB (2²⁰).
import { UserError } from "../../errors.js";
import { LARGEST_COUNT } from "./limits.js";
import { written } from "./parameters.js";

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `8 GiB` → 8,589,934,592; fractions are rounded down to whole bytes. Throws `size-without-unit` and `bad-size`. */
export function readBytes(text: string): number {
  const parts = /^(\d{1,15}(?:,\d{3})*(?:\.\d{1,12})?)[ \u00a0_]?([a-z]*)$/i.exec(text.trim());
  const [, digits, unit = ""] = parts ?? [];
  if (digits === undefined) throw badSize(text);
  if (unit === "")
    throw new UserError(
      "size-without-unit",
      `"${shortened(text)}" has no unit.`,
      `Write ${digits} GiB or ${digits} GB.`,
    );
  const lower = unit.toLowerCase();
  const factor = Object.hasOwn(UNITS, lower) ? UNITS[lower] : undefined;
  if (factor === undefined) throw badSize(text);
  const bytes = Math.floor(Number(digits.replaceAll(",", "")) * factor);
  if (bytes >= 1 && bytes <= LARGEST_COUNT) return bytes;
  throw new UserError("bad-size", `${shortened(text)} is no size of a memory.`, "Write a size such as 8 GiB.");
}

/** `12,613,600 bytes = 12.61 MB = 12.03 MiB`; GB and GiB from 10⁹ on, kB and KiB below 10⁶, bytes below 1,000. */
export function writeBytes(bytes: number): string {
  return bytes < 1000 ? writeBytesShort(bytes) : `${written(bytes)} bytes = ${writeBytesShort(bytes)}`;
}

/** `12.61 MB = 12.03 MiB`. */
export function writeBytesShort(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const [decimal, binary, power] =
    bytes >= 1e12
      ? ["TB", "TiB", 4]
      : bytes >= 1e9
        ? ["GB", "GiB", 3]
        : bytes >= 1e6
          ? ["MB", "MiB", 2]
          : ["kB", "KiB", 1];
  return `${rounded(bytes / 1000 ** power)} ${decimal} = ${rounded(bytes / 1024 ** power)} ${binary}`;
}

/** Two decimals, four digits at least where they are known: 12.61, 565.6, 3,614. */
function rounded(value: number): string {
  const decimals = value >= 1000 ? 0 : value >= 100 ? 1 : 2;
  const [whole = "0", fraction] = value.toFixed(decimals).split(".");
  return fraction === undefined ? written(Number(whole)) : `${whole}.${fraction}`;
}

function badSize(text: string): UserError {
  return new UserError(
    "bad-size",
    `"${shortened(text)}" is no size of a memory.`,
    "Write a number with B, kB, MB, GB, KiB, MiB or GiB, such as 8 GiB.",
  );
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
