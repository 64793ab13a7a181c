// `convo grade`: answers from standard input, many as JSON lines or one as a learner sees it.
import { once } from "node:events";
import { z } from "zod";
import { feedback } from "../commands/feedback.js";
import { UserError } from "../errors.js";
import { questionById } from "../quiz/question.js";
import { linesOf } from "./lines.js";
import { toTerminal } from "./terminal.js";

/** Characters of one line: a longest answer with every character escaped, and room to spare. */
const LONGEST_LINE = 200_000;

const lineSchema = z.object({ question: z.string(), answer: z.string() });

export async function gradeCommand(options: { jsonl?: boolean; question?: string; explain?: boolean }): Promise<void> {
  if (options.jsonl === true) await gradeLines(process.stdin, process.stdout);
  else if (options.question !== undefined) await gradeOne(options.question, options.explain === true);
  else
    throw new UserError(
      "usage",
      "convo grade needs to know what it reads.",
      "Write convo grade --jsonl, or convo grade --question q4.",
    );
}

/** One line out for each line in, in order; a bad line gives an error line and the rest goes on. Empty lines are passed over. */
export async function gradeLines(input: AsyncIterable<string | Buffer>, output: NodeJS.WritableStream): Promise<void> {
  for await (const { text, tooLong } of linesOf(input, LONGEST_LINE)) {
    if (text.trim() === "" && !tooLong) continue;
    const line = tooLong
      ? errorLine("line-too-long", `A line has more than ${LONGEST_LINE.toLocaleString("en")} characters.`)
      : gradeLine(text);
    if (!output.write(`${JSON.stringify(line)}\n`)) await once(output, "drain");
  }
}

function gradeLine(text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return errorLine("bad-json", `This is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return errorLine("bad-line", 'A line is {"question":"q4","answer":"…"}, both of them text.');
  try {
    const { question, score, met, missing, misconceptions, guard } = questionById(parsed.data.question).grade(
      parsed.data.answer,
    );
    return { question, score, met, missing, misconceptions, ...(guard === undefined ? {} : { guard }) };
  } catch (error) {
    if (error instanceof UserError) return errorLine(error.code, error.message);
    throw error;
  }
}

function errorLine(code: string, message: string): object {
  return { error: { code, message } };
}

async function gradeOne(id: string, explained: boolean): Promise<void> {
  const question = questionById(id);
  if (process.stdin.isTTY) process.stderr.write(`${question.prompt.trim()}\n\nYour answer, then Ctrl+D:\n`);
  process.stdin.setEncoding("utf8");
  let answer = "";
  for await (const chunk of process.stdin) {
    answer += String(chunk);
    if (answer.length > LONGEST_LINE) break;
  }
  const grade = question.grade(answer.trim());
  process.stdout.write(
    `${toTerminal([{ kind: "heading", text: `${question.id}: ${question.title}` }, ...feedback(question, grade)])}\n`,
  );
  if (!explained) return;
  for (const [name, { words, rule }] of Object.entries(grade.evidence))
    process.stdout.write(`${name} ← "${words}"\n    ${rule}\n`);
}
