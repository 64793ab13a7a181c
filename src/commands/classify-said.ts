// What a picture shows, as a person says it of any answer: a number, a label of any model of whole pictures, or none of these.
import { NONE_OF_THESE } from "../engine/corrections/correction.js";
import { LONGEST_LABEL } from "../engine/models/manifest.js";
import type { KnownModel } from "../engine/vision/open.js";
import { UserError } from "../errors.js";
import { nearest } from "../nearest.js";
import type { ActionRef, Form, Option } from "./reply.js";

/** `label`: a number, a label of the model, or `NONE_OF_THESE`. */
export interface Said {
  /** That learns from it. */
  readonly model: string;
  readonly label: string;
}

/** Digits on one page. */
export const LONGEST_NUMBER = 12;
/** Options of a list, and characters of an option's value: what a form carries on every platform. */
export const [MOST_OPTIONS, LONGEST_VALUE] = [25, 100];
/** Which model learns a number where no other is meant. */
const DIGITS = "digits";
/** And which is told of a picture of nothing, where no model took it for its own. */
export const FLOWERS = "flowers";
/** No name of a model has a colon. */
const [NONE, COLON] = ["none", ":"];
/** As typed. */
const NONE_WORDS = new Set(["none of these", "none", "nothing", "nothing of these", NONE_OF_THESE]);

/**
 * `models`: the one that answered or was asked first, then the others, as they are offered. A list and a line, of which one is
 * filled in: as `pick` and `number`.
 */
export function saidForm(models: readonly KnownModel[], submit: ActionRef): Form {
  const [first] = models;
  const named = models
    .filter(({ readsNumbers }) => !readsNumbers)
    .flatMap(({ model, labels }, at) => labels.map((label) => option(model, label, at > 0)))
    .filter(({ value }) => value.length <= LONGEST_VALUE);
  const options = [...named.slice(0, MOST_OPTIONS - 1), { value: NONE, label: shown(NONE_OF_THESE) }];
  const isCut = named.length >= MOST_OPTIONS;
  const isNumber = first?.readsNumbers === true;
  const list = {
    name: "pick",
    label: isNumber ? "Or it is" : "It is",
    type: "select",
    required: false,
    options,
  } as const;
  const line = {
    name: "number",
    label: isNumber ? "It is the number" : "Or it is the number",
    type: "line",
    help: isCut
      ? "All digits from left to right, or a name that the list has no room for."
      : "All digits from left to right.",
    placeholder: "2026",
    required: false,
    maxLength: LONGEST_LABEL,
  } as const;
  return {
    kind: "form",
    title: "What is it?",
    introduction: "The picture is kept for retraining when you send this.",
    fields: isNumber ? [line, list] : [list, line],
    submitLabel: "Send",
    submit,
  };
}

function option(model: string, label: string, isOther: boolean): Option {
  return { value: `${model}${COLON}${label}`, label: isOther ? `${label} (${model})` : label };
}

/**
 * `none`: the model that is told of a picture of none of these.
 * Throws UserError `label-missing`, `label-unknown`, `number-form`, and `labels-differ` where list and line say different things.
 */
export function saidIn(
  fields: Readonly<Record<string, string>>,
  models: readonly KnownModel[],
  none: string = FLOWERS,
): Said {
  const [pick, text] = [(fields.pick ?? "").trim(), (fields.number ?? "").trim()];
  const nothing = { model: none, label: NONE_OF_THESE };
  const picked = pick === NONE ? nothing : pick === "" ? undefined : pickedOf(pick, models);
  const typed = text === "" ? undefined : (typedOf(text, models) ?? nothing);
  const said = picked ?? typed;
  if (said === undefined) {
    throw new UserError(
      "label-missing",
      "Nothing was said.",
      "Press the button again and choose a name or write a number.",
    );
  }
  if (typed !== undefined && typed.label !== said.label) {
    throw new UserError(
      "labels-differ",
      `The list says ${shown(said.label)} and the line says ${shown(typed.label)}.`,
      "Press the button again and give one of the two.",
    );
  }
  return said;
}

function pickedOf(value: string, models: readonly KnownModel[]): Said {
  const [model = "", ...rest] = value.split(COLON);
  const label = rest.join(COLON);
  const known = models.find((one) => one.model === model && !one.readsNumbers);
  if (known?.labels.includes(label) === true) return { model, label };
  throw unknown(label, models);
}

/** undefined: none of these. */
function typedOf(text: string, models: readonly KnownModel[]): Said | undefined {
  const key = keyOf(text);
  const digits = key.replaceAll(" ", "");
  const number = /^\d+$/.test(digits) && digits.length <= LONGEST_NUMBER ? digits : undefined;
  const whole = models.filter(({ readsNumbers }) => !readsNumbers);
  // Classes may be called 1, 2 and 3: who answered is meant.
  const [first] = models;
  const own = first === undefined || first.readsNumbers ? undefined : labelIn(first, key);
  if (own !== undefined) return own;
  if (number !== undefined) return { model: readerOf(models), label: number };
  for (const model of whole) {
    const found = labelIn(model, key);
    if (found !== undefined) return found;
  }
  if (NONE_WORDS.has(key)) return undefined;
  if (!/\d/.test(text)) throw unknown(text, models);
  throw new UserError(
    "number-form",
    "That is no number of digits 0 to 9.",
    `Press the button again and write only digits, at most ${LONGEST_NUMBER}.`,
  );
}

/** Case and a plural's "s" left aside. */
function labelIn({ model, labels }: KnownModel, key: string): Said | undefined {
  const label = labels.find((one) => keyOf(one) === key) ?? labels.find((one) => stemOf(keyOf(one)) === stemOf(key));
  return label === undefined ? undefined : { model, label };
}

function readerOf(models: readonly KnownModel[]): string {
  return models.find(({ readsNumbers }) => readsNumbers)?.model ?? DIGITS;
}

function unknown(text: string, models: readonly KnownModel[]): UserError {
  const labels = models.flatMap((one) => (one.readsNumbers ? [] : one.labels));
  const near = nearest(keyOf(text), labels);
  const some = `${labels.slice(0, MOST_OPTIONS).join(", ")}${labels.length > MOST_OPTIONS ? ", …" : ""}`;
  return new UserError(
    "label-unknown",
    "No model here knows this label.",
    `${near === undefined ? "" : `Did you mean ${near}? `}It is one of ${some}, or a number.`,
  );
}

const stemOf = (key: string): string => key.replace(/s$/, "");
const keyOf = (text: string): string => text.normalize("NFKC").trim().replaceAll(/\s+/g, " ").toLowerCase();

/** A label as it is shown. */
export const shown = (label: string): string => (label === NONE_OF_THESE ? "none of these" : label);

/** The one that answered or was asked first, then the class's flowers, then its others, each once. */
export function inOrder(models: readonly KnownModel[], first: string | undefined): readonly KnownModel[] {
  const rank = ({ model }: KnownModel) => (model === first ? 0 : model === DIGITS || model === FLOWERS ? 1 : 2);
  const unique = models.filter(({ model }, at) => models.findIndex((one) => one.model === model) === at);
  return unique.toSorted((a, b) => rank(a) - rank(b));
}
