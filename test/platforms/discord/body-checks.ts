// Whether Discord would take a body: its OpenAPI document where it is at hand, and the limits that only its prose says.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { ROOT } from "../../support/rubrics.js";

const DOCUMENT = join(ROOT, "../shared/specs/discord-openapi.json");

/** Without the document (a user's machine has none) only the prose limits are checked; the tests say so. */
export const hasDocument = existsSync(DOCUMENT);

type Json = Readonly<Record<string, unknown>>;

const validators = new Map<string, ValidateFunction | undefined>();
let ajv: Ajv2020 | undefined;
let paths: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {};

function load(): Ajv2020 {
  if (ajv !== undefined) return ajv;
  const document = JSON.parse(readFileSync(DOCUMENT, "utf8"));
  paths = document.paths;
  ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, "discord");
  return ajv;
}

/** What the document says against a body; empty: nothing. `path`: as the document writes it, "/gateway/bot". */
export function documentMistakes(method: string, path: string, body: unknown): string[] {
  if (!hasDocument) return [];
  const key = `${method} ${path}`;
  if (!validators.has(key)) {
    const compiler = load();
    const operation = paths[path]?.[method.toLowerCase()];
    if (operation === undefined) return [`${key}: the document has no such operation`];
    const place = `discord#/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}`;
    const has = typeof operation === "object" && operation !== null && "requestBody" in operation;
    const schema = `${place}/${method.toLowerCase()}/requestBody/content/application~1json/schema`;
    validators.set(key, has ? compiler.compile({ $ref: schema }) : undefined);
  }
  const validate = validators.get(key);
  if (validate === undefined || validate(body)) return [];
  return (validate.errors ?? []).slice(0, 12).map((each) => `${key}${each.instancePath}: ${each.message}`);
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Every component in there, the nested ones after their parents. */
export function componentsIn(components: unknown): Json[] {
  return list(components).flatMap((each) => [
    each,
    ...componentsIn(each.components),
    ...componentsIn(isObject(each.component) ? [each.component] : []),
    ...componentsIn(isObject(each.accessory) ? [each.accessory] : []),
  ]);
}

/** What the prose says against a message. `files`: names of its uploads. */
export function messageMistakes(
  body: Json,
  files: readonly { readonly name: string; readonly size: number }[],
): string[] {
  const mistakes: string[] = [];
  const all = componentsIn(body.components);
  const texts = all.filter(({ type }) => type === 10).map(({ content }) => String(content));
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (characters > 4_000) mistakes.push(`${characters} characters of text in one message`);
  if (texts.some((text) => text.trim() === "")) mistakes.push("an empty text");
  if (all.length > 40) mistakes.push(`${all.length} components in one message`);
  if (String(body.content ?? "").length > 2_000) mistakes.push("content of more than 2,000 characters");
  if (all.length > 0 && (Number(body.flags ?? 0) & 32_768) === 0 && all.some(({ type }) => Number(type) > 8))
    mistakes.push("today's components without their flag");
  mistakes.push(...sharedMistakes(all));
  for (const row of all.filter(({ type }) => type === 1))
    if (list(row.components).length > 5) mistakes.push("6 in a row");
  const references = JSON.stringify(body.components ?? []).match(/attachment:\/\/[^"]+/g) ?? [];
  for (const reference of references)
    if (!files.some(({ name }) => `attachment://${name}` === reference)) mistakes.push(`${reference} is not uploaded`);
  if (files.some(({ size }) => size > 10 * 1_048_576)) mistakes.push("an upload of more than 10 MiB");
  const mentions = isObject(body.allowed_mentions) ? body.allowed_mentions.parse : undefined;
  if (!Array.isArray(mentions) || mentions.length > 0) mistakes.push("mentions are not switched off");
  return mistakes;
}

export function modalMistakes(body: Json): string[] {
  const top = list(body.components);
  const all = componentsIn(body.components);
  const mistakes = sharedMistakes(all);
  if (top.length < 1 || top.length > 5) mistakes.push(`${top.length} components in a modal`);
  if (String(body.title).length > 45) mistakes.push("a title of more than 45 characters");
  if (!all.some(({ type }) => type === 4 || type === 3)) mistakes.push("a modal without an input");
  return mistakes;
}

/** Of commands, beyond the document. */
export function commandMistakes(body: Json): string[] {
  const nested = (options: unknown): Json[] => list(options).flatMap((each) => [each, ...nested(each.options)]);
  const all = [body, ...nested(body.options)];
  const mistakes = all
    .filter(({ name }) => body.type !== 3 && name !== undefined && !/^[-_\p{Ll}\p{N}]{1,32}$/u.test(String(name)))
    .map(({ name }) => `the name ${String(name)}`);
  if (body.type !== 3 && all.some((each) => "description" in each && each.description === ""))
    mistakes.push("no description");
  for (const each of all) {
    const options = list(each.options);
    const firstOptional = options.findIndex(({ required }) => required !== true);
    if (firstOptional >= 0 && options.slice(firstOptional).some(({ required }) => required === true))
      mistakes.push("a needed option after an optional one");
    if (new Set(options.map(({ name }) => name)).size < options.length) mistakes.push("two options of one name");
  }
  return mistakes;
}

function sharedMistakes(all: readonly Json[]): string[] {
  const ids = all.flatMap(({ custom_id }) => (custom_id === undefined ? [] : [String(custom_id)]));
  const mistakes = ids
    .filter((id) => id.length === 0 || id.length > 100)
    .map((id) => `custom_id of ${id.length} characters`);
  if (new Set(ids).size < ids.length) mistakes.push("a custom_id twice");
  for (const { options } of all.filter(({ type }) => type === 3)) {
    const values = list(options).map(({ value }) => String(value));
    if (values.length < 1 || values.length > 25) mistakes.push(`${values.length} options`);
    if (new Set(values).size < values.length) mistakes.push("an option's value twice");
  }
  return mistakes;
}
