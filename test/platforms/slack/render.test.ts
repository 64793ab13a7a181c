// Replies and forms beyond every limit, as Slack would check them; and what a phone shows of a table.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formView, readFields, readMetadata } from "../../../src/bots/slack/form.js";
import { speaker } from "../../../src/bots/slack/names.js";
import { type Renderer, renderHome, renderMessage } from "../../../src/bots/slack/render.js";
import { readTyped } from "../../../src/bots/slack/typedText.js";
import type { Block, Form, Message } from "../../../src/commands/reply.js";
import { openWorld, type World } from "../../support/world.js";
import { checkMessage, checkView, readable } from "./payload-check.js";

let world: World;
let renderer: Renderer;
beforeAll(async () => {
  world = await openWorld();
  renderer = { dispatcher: world.dispatcher, speak: speaker(world.dispatcher.commands) };
});
afterAll(() => world.close());

const origin = { c: "C1", a: 0, p: true, d: false, u: `https://hooks.slack.com/${"x".repeat(200)}` };
const noPicture = async () => undefined;
const message = (...blocks: Block[]): Message => ({ kind: "message", private: true, blocks });
const shown = async (...blocks: Block[]): Promise<string> => {
  const payloads = await renderMessage(renderer, message(...blocks), noPicture);
  for (const payload of payloads) checkMessage(payload);
  return payloads.map(({ blocks: each }) => readable(each)).join("\n");
};

test("a form with a long title, long labels, values and arguments is within the limits of a view", async () => {
  const form: Form = {
    kind: "form",
    title: "T".repeat(200),
    introduction: "i".repeat(10_000),
    fields: [
      {
        name: "answer",
        label: "L".repeat(3_000),
        type: "paragraph",
        required: true,
        value: "v".repeat(5_000),
        help: "h".repeat(3_000),
        placeholder: "p".repeat(400),
        maxLength: 9_000,
      },
      {
        name: "which",
        label: "Which",
        type: "select",
        required: false,
        value: "v3",
        options: Array.from({ length: 150 }, (_, index) => ({ value: `v${index}`, label: "o".repeat(200) })),
      },
    ],
    submitLabel: "S".repeat(60),
    submit: { command: "quiz", action: "submit", args: { s: "x".repeat(4_000) } },
  };
  const view = await formView(renderer, form, origin);
  checkView(view);
  const metadata = readMetadata(view.private_metadata ?? "");
  expect(await world.dispatcher.decode(metadata?.r ?? "")).toEqual(form.submit);
  expect(readable(view.blocks)).toContain("T".repeat(100));
});

test("fields come back by their names; what is none of ours is no metadata", () => {
  const values = {
    answer: { text: { value: "a" } },
    which: { select: { selected_option: { value: "v3" } } },
    none: { text: { value: null } },
  };
  expect(readFields(values)).toEqual({ answer: "a", which: "v3", none: "" });
  for (const text of ["", "{}", "null", "x", '{"o":1}']) expect(readMetadata(text)).toBeUndefined();
});

test("App Home is cut at a hundred blocks, with a note", async () => {
  const many = message(
    ...Array.from({ length: 300 }, (_, index): Block => ({ kind: "text", text: `paragraph ${index}` })),
  );
  const blocks = await renderHome(renderer, many, noPicture);
  checkView({ type: "home", blocks });
  expect(readable(blocks)).toContain("Shortened");
});

test("an empty reply, empty texts and names of nothing are still messages that Slack takes", async () => {
  await shown();
  await shown({ kind: "text", text: "" }, { kind: "heading", text: "" }, { kind: "quote", text: "" });
  await shown({ kind: "fields", fields: [] }, { kind: "table", columns: [{ title: "" }], rows: [[""]] });
  await shown(
    { kind: "fields", fields: [{ name: "", value: "" }] },
    { kind: "picture", name: "x", png: new Uint8Array(), alt: "" },
  );
});

test("a picture that could not be sent is told in words", async () => {
  expect(await shown({ kind: "picture", name: "p.png", png: Uint8Array.of(1), alt: "Two known, one due" })).toContain(
    "Two known, one due",
  );
});

test("literal text stays literal: no markup, no mention, no character lost", async () => {
  const typed = "*bold* _it_ ~s~ `c` <https://x|y> &amp; 🦊";
  expect(await shown({ kind: "text", text: typed })).toContain(typed);
  expect(await shown({ kind: "quote", text: "<!channel> <@U1> @everyone @here" })).not.toMatch(
    /<!channel|<@U1|@everyone|@here/,
  );
  const foxes = await shown({ kind: "quote", text: "🦊".repeat(5_000) });
  expect(foxes.match(/🦊/gu)).toHaveLength(5_000);
});

describe("a table", () => {
  const columns = [{ title: "Name" }, { title: "Points", align: "right" }] as const;
  test("that fits a phone is set in columns", async () => {
    expect(
      await shown({
        kind: "table",
        columns,
        rows: [
          ["Ada", "100"],
          ["Bob", "7"],
        ],
      }),
    ).toContain("Name  Points\nAda      100\nBob        7");
  });

  test("that is wider becomes a paragraph a row, with the columns' names", async () => {
    const text = await shown({
      kind: "table",
      columns,
      rows: [["A long name that no phone shows in one line", "100"]],
    });
    expect(text).toContain("Points: 100");
  });
});

describe("names of commands", () => {
  test.each([
    ["Start with /quiz.", "Start with /convo quiz."],
    ["/quiz question:q4, /help or (/progress)", "/convo quiz question:q4, /convo help or (/convo progress)"],
    ["https://example.com/quiz and a/quiz and /quizzes", "https://example.com/quiz and a/quiz and /quizzes"],
    ["/convo quiz", "/convo quiz"],
  ])("in %j are said as on Slack", (text, said) => {
    expect(renderer.speak(text)).toBe(said);
  });
});

describe("typed text", () => {
  const read = (text: string) => readTyped(text, world.dispatcher.commands);
  test.each([
    ["quiz q4 mode=choice", { command: "quiz", options: { question: "q4", mode: "choice" } }],
    ["/quiz question:q4", { command: "quiz", options: { question: "q4" } }],
    ["  QUIZ  mode：“choice”", { command: "quiz", options: { mode: "choice" } }],
    [
      "settings time week–starts:monday",
      { command: "settings", subcommand: "time", options: { "week-starts": "monday" } },
    ],
    ["", { command: "help", options: {} }],
    ["quiz &lt;b&gt; &amp;amp;", { command: "quiz", options: { question: "<b> &amp;" } }],
    ["quiz <@U12|ada> <https://x.org|x.org>", { command: "quiz", options: { question: "@ada x.org" } }],
  ])("%j is understood", (text, expected) => {
    expect(read(text)).toEqual({ kind: "command", ...expected });
  });

  test("that names a person or a group is refused where Slack knows none of that name", () => {
    const people = (text: string) => read(`settings instructors ${text}`);
    expect(people("add-person:@adda")).toMatchObject({ kind: "hint", code: "option-type" });
    expect(people("add-role:tutors")).toMatchObject({ kind: "hint", code: "option-type" });
    expect(people("add-person:<@U12|ada> add-role:<!subteam^S1|@tutors>")).toMatchObject({ kind: "command" });
    expect(people("remove-person:U12")).toMatchObject({ kind: "command" });
  });
});
