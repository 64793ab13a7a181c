// `convo grade`: many answers as JSON lines, or one as a learner sees it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { gradeLines } from "../../src/cli/grade.js";
import { questionById } from "../../src/quiz/question.js";
import { convo, MAIN } from "../support/convo.js";
import { Q4 } from "../support/learning.js";

interface Line {
  readonly question?: string;
  readonly score?: number;
  readonly met?: string[];
  readonly missing?: string[];
  readonly misconceptions?: string[];
  readonly guard?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** By the program itself. */
async function graded(input: string | Buffer): Promise<Line[]> {
  const { code, stdout, stderr } = await convo(["grade", "--jsonl"], { input });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return parsed(stdout);
}

/** By the program's own function, from a stream of small pieces: for the many shapes that an input can have. */
async function gradedHere(input: string | Buffer): Promise<Line[]> {
  const bytes = Buffer.from(input);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 11) }, (_, at) => bytes.subarray(at * 11, at * 11 + 11));
  const output = new PassThrough();
  await gradeLines(Readable.from(pieces), output);
  output.end();
  return parsed(await text(output));
}

function parsed(output: string): Line[] {
  expect(output === "" || output.endsWith("\n")).toBe(true);
  return output
    .split("\n")
    .slice(0, -1)
    .map((each) => JSON.parse(each));
}

const line = (answer: unknown, question: unknown = "q4"): string => JSON.stringify({ question, answer });
const codes = (lines: readonly Line[]): (string | number | undefined)[] =>
  lines.map((each) => each.error?.code ?? each.score);

describe("--jsonl", () => {
  test("writes one grade a line, in order, with the fields that the issue names", async () => {
    const lines = await graded([line(Q4.full), line(Q4.half), line(Q4.none), line("🎓", "q8")].join("\n"));
    expect(lines[0]).toEqual({ question: "q4", score: 1, met: ["noparams"], missing: [], misconceptions: [] });
    expect(lines[1]).toMatchObject({ score: 0.5, met: ["cheap", "overfit"], missing: ["noparams"] });
    expect(lines[2]).toMatchObject({ score: 0, met: [] });
    expect(lines[3]).toMatchObject({ question: "q8", score: 0, guard: "emoji" });
  });

  test("keeps the order of thousands of lines", async () => {
    const answers = [Q4.full, Q4.half, Q4.none];
    const lines = await graded(
      answers
        .map((answer) => `${line(answer)}\n`)
        .join("")
        .repeat(700),
    );
    expect(lines.map(({ score }) => score)).toEqual(Array.from({ length: 700 }, () => [1, 0.5, 0]).flat());
  });

  test("a bad line gives an error line in its place, and the rest goes on", async () => {
    const input = [
      line(Q4.full),
      "no json",
      "{",
      "[1,2]",
      "null",
      '"text"',
      '{"question":"q4"}',
      '{"answer":"x"}',
      line(4),
      line("x", 4),
      line("x", "q11"),
      line("x", "q1x"),
      line("x".repeat(10_001)),
      line(Q4.full),
    ].join("\n");
    const lines = await graded(input);
    expect(codes(lines)).toEqual([
      1,
      ...["bad-json", "bad-json", "bad-line", "bad-line", "bad-line", "bad-line", "bad-line", "bad-line", "bad-line"],
      ...["question-unknown", "question-unknown", "answer-too-long"],
      1,
    ]);
    for (const { error } of lines) if (error !== undefined) expect(error.message.length).toBeGreaterThan(10);
  });

  test("a line of megabytes gives an error line, and the next line is graded", async () => {
    const lines = await graded([line("x".repeat(5_000_000)), line(Q4.full), "y".repeat(3_000_000)].join("\n"));
    expect(codes(lines)).toEqual(["line-too-long", 1, "line-too-long"]);
    expect(lines[0]?.error?.message).toContain("200,000");
  });

  test.each([
    ["lines that end as Windows ends them", `${line(Q4.full)}\r\n${line(Q4.half)}\r\n`],
    ["a byte order mark", `\ufeff${line(Q4.full)}\n${line(Q4.half)}\n`],
    ["empty lines", `\n\n${line(Q4.full)}\n   \n\r\n${line(Q4.half)}\n\n`],
    ["no line break at the end", `${line(Q4.full)}\n${line(Q4.half)}`],
    ["blanks around the braces", `  ${line(Q4.full)}  \n\t${line(Q4.half)}`],
    ["more fields than these", `{"id":7,${line(Q4.full).slice(1)}\n{"x":{"y":[]},${line(Q4.half).slice(1)}`],
    ["other spellings of the question", `${line(Q4.full, "Q4")}\n${line(Q4.half, " 4 ")}`],
  ])("%s are fine", async (_, input) => {
    expect(codes(await gradedHere(input))).toEqual([1, 0.5]);
  });

  test("nothing in gives nothing out", async () => {
    expect(await graded("")).toEqual([]);
    expect(await gradedHere("\n\n")).toEqual([]);
  });

  test("bytes that are no UTF-8 do not stop it", async () => {
    const bad = Buffer.concat([
      Buffer.from('{"question":"q4","answer":"no parameters '),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from(`"}\n${line(Q4.full)}\n`),
    ]);
    const lines = await gradedHere(bad);
    expect(lines).toHaveLength(2);
    expect(lines[1]?.score).toBe(1);
  });

  test("characters that a pipe cuts in two are read whole", async () => {
    const [first] = await gradedHere(line("Weil eine Pooling-Schicht keine Gewichte trägt, äöü 漢字 👩‍🏫"));
    expect(first).toMatchObject({ question: "q4", guard: "language" });
    const [second] = await gradedHere(`{"question":"q4 äöü漢字👩‍🏫","answer":""}`);
    expect(second?.error?.message).toContain("q4 äöü漢字👩‍🏫");
  });

  test("a reader that closes its end early ends it quietly", async () => {
    const child = spawn(process.execPath, [MAIN, "grade", "--jsonl"]);
    let err = "";
    child.stderr.on("data", (chunk: Buffer) => (err += chunk));
    child.stdin.on("error", () => {});
    child.stdout.once("data", () => child.stdout.destroy());
    child.stdin.end(`${line(Q4.full)}\n`.repeat(20_000));
    const [code] = await once(child, "close");
    expect(err).toBe("");
    expect(code).toBe(0);
  });
});

describe("--question", () => {
  test("reads one answer of several lines and prints what a learner sees; --explain adds the rubric's lines", async () => {
    const input = "It needs less computation,\nand it reduces overfitting.\n";
    const { code, stdout, stderr } = await convo(["grade", "--question", "q4", "--explain"], { input });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const question = questionById("q4");
    expect(stdout).toContain(`q4: ${question.title}`);
    expect(stdout).toContain("50 of 100.");
    expect(stdout).toContain(question.points[1]?.title);
    expect(stdout).toContain(question.points[0]?.hints.nudge.trim());
    expect(stdout).not.toContain("\u001b[");
    expect(stdout).toMatch(/overfit ← "reduces overfitting"\n\s+q4\.rubric:\d+ \+ /);
  });

  test("characters that a pipe cuts in two are read whole", async () => {
    const child = spawn(process.execPath, [MAIN, "grade", "--question", "q4"]);
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => (out += chunk));
    const bytes = Buffer.from("最大池化层没有参数");
    for (let at = 0; at < bytes.length; at += 4) {
      child.stdin.write(bytes.subarray(at, at + 4));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.stdin.end();
    await once(child, "close");
    expect(out).toContain("in English");
  });

  test("an unknown question says which there are; an answer that is too long, how long it may be", async () => {
    expect(await convo(["grade", "--question", "q12"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("q1 to q10"),
    });
    const long = await convo(["grade", "--question", "q4"], { input: "x".repeat(500_000) });
    expect(long).toMatchObject({ code: 2, stderr: expect.stringContaining("10,000") });
    expect(long.stderr).not.toContain("    at ");
  });
});
