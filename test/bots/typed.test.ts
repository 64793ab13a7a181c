// How typed text is read: options, quotes, what phones make of them, and whatever else may come.
import { expect, test } from "vitest";
import { parseTyped } from "../../src/bots/typed.js";
import type { Command, OptionSpec } from "../../src/commands/command.js";

const text: OptionSpec = { type: "string", description: "text" };
const closed: OptionSpec = {
  type: "string",
  description: "one of",
  choices: [
    { value: "multi-part", label: "Parts" },
    { value: "choice", label: "Choice" },
  ],
};
const integer: OptionSpec = { type: "integer", description: "number" };
const nothing = async () => ({ kind: "message", private: true, blocks: [] }) as const;
const callable = (name: string, options: Record<string, OptionSpec>) => ({
  name,
  description: name,
  who: "learner" as const,
  options,
  run: nothing,
});

const commands: readonly Command[] = [
  { name: "quiz", description: "", plain: callable("quiz", { question: text, mode: closed, count: integer }) },
  { name: "answer", description: "", plain: callable("answer", { question: closed, text }) },
  { name: "help", description: "", plain: callable("help", {}) },
  { name: "run-all", description: "", plain: callable("run-all", { channel: { type: "channel", description: "" } }) },
  {
    name: "settings",
    description: "",
    subcommands: [callable("set", { key: text, value: text }), callable("show", {})],
  },
];

const parse = (typed: string) => parseTyped(typed, commands);
const options = (typed: string) => {
  const parsed = parse(typed);
  return parsed.kind === "command" ? parsed.options : parsed.code;
};

test("a command with named options", () => {
  expect(parse("/quiz question:q4 mode:choice")).toEqual({
    kind: "command",
    command: "quiz",
    options: { question: "q4", mode: "choice" },
  });
  expect(parse("  /QUIZ   question: q4  ")).toEqual({ kind: "command", command: "quiz", options: { question: "q4" } });
  expect(parse("/help")).toEqual({ kind: "command", command: "help", options: {} });
});

test("a command with subcommands", () => {
  expect(parse("/settings set key:quiz.size value:5")).toEqual({
    kind: "command",
    command: "settings",
    subcommand: "set",
    options: { key: "quiz.size", value: "5" },
  });
  expect(parse("/settings")).toEqual({ kind: "command", command: "settings", options: {} });
  expect(parse("/settings shwo")).toMatchObject({ subcommand: "shwo" });
});

test("values reach up to the next option, with or without quotes", () => {
  expect(options("/answer question:choice text:it has no parameters, at all")).toEqual({
    question: "choice",
    text: "it has no parameters, at all",
  });
  expect(options('/answer text:"a: b mode:x" question:choice')).toEqual({ text: "a: b mode:x", question: "choice" });
  expect(options('/answer text:"she said \\"stride\\""')).toEqual({ text: 'she said "stride"' });
  expect(options('/answer text:"one" and two')).toEqual({ text: '"one" and two' });
  expect(options('/answer text:"never closed')).toEqual({ text: '"never closed' });
  expect(options("/answer text:line one\nline two")).toEqual({ text: "line one\nline two" });
  expect(options("/answer text:")).toEqual({ text: "" });
});

test("words without a name belong to the first option", () => {
  expect(options("/quiz q4")).toEqual({ question: "q4" });
  expect(options("/quiz q4 mode:choice")).toEqual({ question: "q4", mode: "choice" });
  expect(options("/quiz conv 100 3x3 /2; conv 200 count:3")).toEqual({
    question: "conv 100 3x3 /2; conv 200",
    count: "3",
  });
  expect(options("/help me")).toEqual({ me: "" });
});

test("what phones type is undone: quotes round values, dashes in names and closed values", () => {
  expect(options("/answer text:“it has none” question:choice")).toEqual({ text: "it has none", question: "choice" });
  expect(options("/answer text:„es hat keine“")).toEqual({ text: "es hat keine" });
  expect(options("/answer text:«aucun»")).toEqual({ text: "aucun" });
  expect(options("/answer text:”none”")).toEqual({ text: "none" });
  expect(options("/answer text:‘none’")).toEqual({ text: "none" });
  expect(options("/quiz mode:multi–part count:−3")).toEqual({ mode: "multi-part", count: "-3" });
  expect(parse("/run—all channel:#lab")).toMatchObject({ command: "run-all", options: { channel: "lab" } });
  expect(options("/answer text:a kernel – a window")).toEqual({ text: "a kernel – a window" });
  expect(parse("／quiz question：q4")).toMatchObject({ command: "quiz", options: { question: "q4" } });
});

test("text with colons stays text; a slip in an option's name does not vanish in it", () => {
  expect(options("/answer text:ratio 3:4 and see https://example.org/a:b now:here")).toEqual({
    text: "ratio 3:4 and see https://example.org/a:b now:here",
  });
  expect(options("/answer text:none qestion:choice")).toEqual({ text: "none", qestion: "choice" });
  expect(options("/quiz mode:choice colour:red")).toEqual({ mode: "choice", colour: "red" });
});

test("an option given twice is asked about, not swallowed", () => {
  expect(options("/quiz question:q1 question:q2")).toBe("option-twice");
});

test("no command: a friendly hint", () => {
  for (const typed of ["hello", "", "quiz", "B"]) expect(options(typed)).toBe("not-a-command");
  for (const typed of ["/", "/ ", "//"]) expect(options(typed)).toBe("command-missing");
});

test("unknown commands and options arrive as they were typed, even with strange names", () => {
  expect(parse("/nothing a:1 B:2")).toEqual({ kind: "command", command: "nothing", options: { a: "1", B: "2" } });
  const strange = parse("/nothing __proto__:x constructor:y");
  expect(strange.kind === "command" && Object.entries(strange.options)).toEqual([
    ["__proto__", "x"],
    ["constructor", "y"],
  ]);
});

test("whatever is typed, the parser answers; what was quoted comes back whole", () => {
  const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
  console.log(`slash fuzz seed ${seed} (repeat with FUZZ_SEED=${seed})`);
  const random = mulberry(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const pieces = [
    "/",
    "／",
    "quiz",
    "answer",
    "settings",
    "set",
    "question:",
    "text：",
    "mode:",
    "zz:",
    " ",
    "\n",
    '"',
    "“",
    "”",
    "„",
    "«",
    "»",
    "'",
    "\\",
    "–",
    "—",
    "a",
    "3x3",
    "https://x",
    "🌷",
    "\u0000",
    "\ud800",
    "__proto__:",
    ":",
    "::",
  ];
  for (let round = 0; round < 20_000; round++) {
    const typed = Array.from({ length: Math.floor(random() * 12) }, () => pick(pieces)).join("");
    const parsed = parse(typed);
    if (parsed.kind === "command") {
      for (const value of Object.values(parsed.options)) expect(typeof value, typed).toBe("string");
    } else expect(parsed.fix, typed).not.toBe("");
  }
  for (let round = 0; round < 5_000; round++) {
    const value = Array.from({ length: Math.floor(random() * 10) }, () => pick(pieces)).join("");
    const other = pick(["choice", "multi-part"]);
    const quoted = `"${value.replace(/[\\"“”„«»'‘’]/gu, "\\$&")}"`;
    const typed =
      random() < 0.5 ? `/answer text:${quoted} question:${other}` : `/answer question:${other} text:${quoted}`;
    expect(options(typed), JSON.stringify({ typed, seed })).toEqual({ text: value, question: other });
  }
});

/** Small, fast, repeatable (mulberry32). */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
