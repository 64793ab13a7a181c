// The ten questions as the bot says them: texts, hints, choices, reading; read from assets/questions, filled in and checked.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { CORE_SCHEMA, load, YAMLException } from "js-yaml";
import { z } from "zod";
import { NetworkError } from "../engine/network/failure.js";
import { UserError } from "../errors.js";
import { fillIn } from "./fill-in.js";
import { type Grader, makeGrader } from "./grader/grade.js";
import { readRubric } from "./grader/read-rubric.js";
import type { Rubric } from "./grader/rubric.js";
import { networkFigures } from "./network-figures.js";

const text = z.string().trim().min(1);

const pointSchema = z.strictObject({
  id: text,
  title: text.max(60),
  explanation: text,
  hints: z.strictObject({ nudge: text, cue: text, example: text }),
});

const misconceptionSchema = z.strictObject({ id: text, title: text, explanation: text });

const choiceSchema = z.strictObject({
  id: text,
  point: text,
  prompt: text,
  right: text,
  wrong: z
    .array(z.strictObject({ text, misconception: text.optional(), why: text }))
    .min(2)
    .max(5),
  explanation: text,
});

/** A network whose figures the texts name, and one of the worked examples ({{example.parameters}}). */
const networkSchema = z.strictObject({ layers: text, batch: z.int().min(1).max(1_000_000) });
const networksSchema = z.object({ network: networkSchema.optional(), example: networkSchema.optional() });

const questionSchema = z.strictObject({
  id: text,
  title: text.max(45),
  topic: text,
  network: networkSchema.optional(),
  example: networkSchema.optional(),
  prompt: text,
  modelAnswer: text,
  points: z.array(pointSchema).min(1),
  misconceptions: z.array(misconceptionSchema),
  choices: z.array(choiceSchema).min(6),
  reading: z.array(z.strictObject({ title: text, url: z.url({ protocol: /^https$/ }) })).min(1),
});

export type QuestionText = z.infer<typeof questionSchema>;
export type PointText = z.infer<typeof pointSchema>;
export type ChoiceItem = z.infer<typeof choiceSchema>;

export interface Question extends QuestionText {
  readonly rubric: Rubric;
  readonly grade: Grader;
}

const SHIPPED = join(dirname(fileURLToPath(import.meta.url)), "../../assets/questions");

let shipped: Folder | undefined;

/** The ten questions that ship, in order; read once. */
export function questions(): readonly Question[] {
  shipped ??= openFolder(SHIPPED);
  return shipped.ids.map(shipped.question);
}

/** Reads this one alone, where not all are read yet. Throws UserError `question-unknown` with those that exist. */
export function questionById(id: string): Question {
  const wanted = id
    .trim()
    .toLowerCase()
    .replace(/^(?=\d)/, "q");
  shipped ??= openFolder(SHIPPED);
  if (shipped.ids.includes(wanted)) return shipped.question(wanted);
  const known = shipped.ids;
  throw new UserError(
    "question-unknown",
    `There is no question "${id.slice(0, 40)}".`,
    `There are ${known[0]} to ${known.at(-1)}.`,
  );
}

/** The points that one aims at: not the weaker twins that only stand in for a stronger one. */
export function goals(question: Question): PointText[] {
  const weaker = new Set(
    question.rubric.points.filter((point) => point.weakerThan !== undefined).map((point) => point.id),
  );
  return question.points.filter((point) => !weaker.has(point.id));
}

/** Reads a folder of qN.yaml and qN.rubric. Throws UserError `question-file` or `rubric-syntax` with the file and every mistake. */
export function readQuestions(folder: string): Question[] {
  const { ids, question } = openFolder(folder);
  return ids.map(question);
}

interface Folder {
  /** As the files are called, in order. */
  readonly ids: readonly string[];
  /** Read at first use. */
  question(id: string): Question;
}

function openFolder(folder: string): Folder {
  const names = readdirSync(folder);
  const rubrics = new Map(
    names.filter((name) => name.endsWith(".rubric")).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
  const read = new Map<string, Question>();
  return {
    ids: names
      .filter((name) => name.endsWith(".yaml"))
      .map((name) => name.slice(0, -".yaml".length))
      .sort((a, b) => a.localeCompare(b, "en", { numeric: true })),
    question(id) {
      const question = read.get(id) ?? readQuestion(join(folder, `${id}.yaml`), rubrics);
      read.set(id, question);
      return question;
    },
  };
}

function readQuestion(file: string, rubrics: ReadonlyMap<string, string>): Question {
  if (!existsSync(file)) throw new UserError("question-file", `${file} is missing.`, "Restore it from the release.");
  const result = questionSchema.safeParse(filled(file, parsed(file)));
  if (!result.success)
    throw new UserError("question-file", `${file}: ${z.prettifyError(result.error)}`, "Mend the file.");
  const question = result.data;
  const complain = (what: string): never => {
    throw new UserError(
      "question-file",
      `${file}: ${what}.`,
      `Make ${question.id}.yaml and ${question.id}.rubric name the same things.`,
    );
  };
  if (basename(file) !== `${question.id}.yaml`) complain(`its id is "${question.id}"`);
  const rubric = readRubric(question.id, rubrics);
  const explained = new Set(question.points.map((point) => point.id));
  for (const point of rubric.points)
    if (!explained.has(point.id)) complain(`the point "${point.id}" of the rubric has no text`);
  const named = new Set(question.misconceptions.map((each) => each.id));
  for (const each of rubric.misconceptions)
    if (!named.has(each.id)) complain(`the misconception "${each.id}" of the rubric has no text`);
  for (const item of question.choices) {
    if (!explained.has(item.point)) complain(`the choice ${item.id} asks for an unknown point "${item.point}"`);
    for (const wrong of item.wrong)
      if (wrong.misconception !== undefined && !named.has(wrong.misconception))
        complain(`the choice ${item.id} names an unknown misconception "${wrong.misconception}"`);
  }
  return { ...question, rubric, grade: makeGrader(rubric, question.prompt) };
}

/** Right figures are not written down but counted: by the engine, from the question's networks. */
function filled(file: string, content: unknown): unknown {
  const refuse = (what: string, cause?: unknown): never => {
    throw new UserError("question-file", `${file}: ${what}.`, "Mend the file.", { cause });
  };
  const networks = networksSchema.safeParse(content);
  // Whatever is wrong with them, the whole question's check says it.
  if (!networks.success) return content;
  const { network, example } = networks.data;
  try {
    const figures = new Map(network === undefined ? [] : networkFigures(network));
    for (const [name, figure] of example === undefined ? [] : networkFigures(example))
      figures.set(`example.${name}`, figure);
    return fillIn(content, figures, refuse);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return refuse(`${error.what} ${error.fix}`, error);
  }
}

function parsed(file: string): unknown {
  try {
    return load(readFileSync(file, "utf8"), { schema: CORE_SCHEMA });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new UserError("question-file", `${file}: ${error.message.trim()}`, "Mend the file.", { cause: error });
  }
}
