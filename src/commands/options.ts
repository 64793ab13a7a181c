// Options as typed by a person → values of the declared types; every mistake names its fix.
import { UserError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { Callable, OptionSpec, OptionValues } from "./command.js";
import { displayName } from "./display-name.js";

const LONGEST_OPTION = 3_000;

/** Throws UserError `option-unknown`, `option-missing`, `option-type`, `option-choice`, `option-range`. */
export function checkOptions(
  callable: Callable,
  given: Readonly<Record<string, string | number | boolean>>,
): OptionValues {
  const names = Object.keys(callable.options);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    const near = nearest(name.toLowerCase(), names);
    throw new UserError(
      "option-unknown",
      `/${callable.name} has no option "${displayName(name)}".`,
      near !== undefined
        ? `Did you mean ${near}:?`
        : names.length === 0
          ? "It takes no options."
          : `It takes ${names.map((each) => `${each}:`).join(", ")}.`,
    );
  }
  return Object.fromEntries(
    Object.entries(callable.options).map(([name, spec]) => {
      const value = given[name];
      if (value !== undefined && value !== "") return [name, checked(name, spec, value)];
      if (spec.required !== true) return [name, undefined];
      throw new UserError(
        "option-missing",
        `/${callable.name} needs ${name}.`,
        `Write /${callable.name} ${name}:… (${spec.description})`,
      );
    }),
  );
}

/** Name of the first option that takes a file. */
export function fileOption(callable: Callable | undefined): string | undefined {
  return Object.entries(callable?.options ?? {}).find(([, option]) => option.type === "attachment")?.[0];
}

function checked(name: string, spec: OptionSpec, value: string | number | boolean): string | number | boolean {
  if (spec.type === "integer") return checkedInteger(name, spec, value);
  if (spec.type === "boolean") return checkedBoolean(name, value);
  const text = String(value).trim();
  const longest = spec.maxLength ?? LONGEST_OPTION;
  if (text.length > longest)
    throw new UserError(
      "option-range",
      `${name} has ${text.length.toLocaleString("en")} characters.`,
      `Use at most ${longest.toLocaleString("en")}.`,
    );
  if (spec.choices === undefined) return text;
  const choice = spec.choices.find(
    (each) => each.value.toLowerCase() === text.toLowerCase() || each.label.toLowerCase() === text.toLowerCase(),
  );
  if (choice !== undefined) return choice.value;
  const values = spec.choices.map((each) => each.value);
  const near = nearest(text.toLowerCase(), values);
  throw new UserError(
    "option-choice",
    `${name} cannot be "${displayName(text)}".`,
    `${near === undefined ? "" : `Did you mean ${near}? `}It is one of ${values.join(", ")}.`,
  );
}

function checkedInteger(name: string, spec: OptionSpec, value: string | number | boolean): number {
  const number =
    typeof value === "number" ? value : /^[+-]?\d{1,15}$/.test(String(value).trim()) ? Number(value) : Number.NaN;
  const range =
    spec.min !== undefined || spec.max !== undefined ? ` from ${spec.min ?? "…"} to ${spec.max ?? "…"}` : "";
  if (!Number.isSafeInteger(number))
    throw new UserError(
      "option-type",
      `${name} is a whole number, and "${displayName(String(value))}" is none.`,
      `Write ${name}: and a whole number${range}.`,
    );
  if (number < (spec.min ?? number) || number > (spec.max ?? number))
    throw new UserError("option-range", `${name} cannot be ${number}.`, `It is a whole number${range}.`);
  return number;
}

function checkedBoolean(name: string, value: string | number | boolean): boolean {
  const text = String(value).trim().toLowerCase();
  if (["true", "yes", "on", "1"].includes(text)) return true;
  if (["false", "no", "off", "0"].includes(text)) return false;
  throw new UserError(
    "option-type",
    `${name} is yes or no, and "${displayName(text)}" is neither.`,
    `Write ${name}:yes or ${name}:no.`,
  );
}
