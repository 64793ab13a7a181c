// Commands that only a test has: one that fails, one that reports progress, one with every kind of option.
import type { Command } from "../../src/commands/command.js";
import type { Message } from "../../src/commands/reply.js";

export const note = (text: string): Message => ({ kind: "message", private: true, blocks: [{ kind: "text", text }] });
const base = { description: "For this test", who: "learner", options: {} } as const;

export const trialCommands: readonly Command[] = [
  {
    name: "explode",
    description: "Throws",
    plain: {
      ...base,
      name: "explode",
      run: async () => {
        throw new TypeError("the fuse was wet");
      },
    },
  },
  {
    name: "work",
    description: "Reports progress",
    plain: {
      ...base,
      name: "work",
      async *run() {
        yield note("1 of 2");
        yield note("2 of 2");
        yield note("done");
      },
    },
  },
  {
    name: "stumble",
    description: "Fails after some progress",
    plain: {
      ...base,
      name: "stumble",
      async *run() {
        yield note("1 of 2");
        throw new Error("no second");
      },
    },
  },
  {
    name: "echo",
    description: "Says what it got",
    plain: {
      ...base,
      name: "echo",
      limit: { times: 3, seconds: 60 },
      options: {
        number: { type: "integer", description: "A number", min: 1, max: 10 },
        flag: { type: "boolean", description: "Yes or no" },
        word: { type: "string", description: "A word", maxLength: 20 },
        colour: {
          type: "string",
          description: "A colour",
          choices: [
            { value: "red", label: "Deep red" },
            { value: "blue", label: "Blue" },
          ],
        },
      },
      run: async (_, options) => note(JSON.stringify(options)),
    },
  },
  {
    name: "must",
    description: "Needs an option",
    plain: {
      ...base,
      name: "must",
      options: { what: { type: "string", description: "What", required: true } },
      run: async () => note("ok"),
    },
  },
];

/** What only platforms show: files, a public message with a menu, slow progress, a reply beyond every limit. */
export const platformTrials: readonly Command[] = [
  {
    name: "look",
    description: "Looks at a picture",
    plain: {
      ...base,
      name: "look",
      options: {
        picture: { type: "attachment", description: "The picture to look at", required: true },
        closely: { type: "boolean", description: "Look twice" },
      },
      messageMenu: { label: "Classify image", option: "picture" },
      run: async (request, options) => {
        const [file] = request.attachments;
        const bytes = (await file?.read()) ?? new Uint8Array();
        return {
          kind: "message",
          private: true,
          blocks: [
            { kind: "text", text: `${file?.name} ${file?.mediaType} ${bytes.length} closely=${options.closely}` },
            { kind: "picture", name: "seen.png", png: bytes, alt: "What was seen" },
          ],
        };
      },
    },
  },
  {
    name: "poll",
    description: "Asks everyone",
    plain: { ...base, name: "poll", public: true, run: async () => poll("Which one? <!channel> @everyone <@U1>") },
    actions: {
      vote: {
        who: "learner",
        run: async (request) => ({ ...poll(`${request.user.name} took ${request.value}`), replaces: true }),
      },
      close: { who: "instructor", run: async () => note("closed") },
    },
  },
  {
    name: "slow",
    description: "Reports progress slowly, for everyone",
    plain: {
      ...base,
      name: "slow",
      public: true,
      async *run() {
        for (const text of ["1 of 3", "2 of 3"]) {
          yield { ...note(text), private: false };
          await new Promise((resolve) => setTimeout(resolve, 120));
        }
        yield { ...note("3 of 3"), private: false };
      },
    },
  },
  {
    name: "flood",
    description: "Answers with more than any platform shows at once",
    plain: { ...base, name: "flood", run: async () => flood },
  },
];

function poll(text: string): Message {
  const pick = { command: "poll", action: "vote", args: {} };
  return {
    kind: "message",
    private: false,
    blocks: [
      { kind: "text", text },
      {
        kind: "choice",
        style: "select",
        label: "Take one",
        options: ["cat", "dog"].map((value) => ({ value, label: `a ${value}` })),
        pick,
      },
      {
        kind: "buttons",
        buttons: [{ label: "Close", style: "danger", press: { command: "poll", action: "close", args: {} } }],
      },
    ],
  };
}

const flood: Message = {
  kind: "message",
  private: true,
  blocks: [
    { kind: "heading", text: "H".repeat(400) },
    ...Array.from({ length: 120 }, (_, index) => ({ kind: "text" as const, text: `paragraph ${index} `.repeat(20) })),
    { kind: "text", text: "🦊".repeat(9_000) },
    {
      kind: "fields",
      fields: Array.from({ length: 90 }, (_, index) => ({ name: `n${index}`, value: "v".repeat(3_000) })),
    },
    {
      kind: "table",
      columns: [{ title: "Name" }, { title: "Points", align: "right" }],
      rows: Array.from({ length: 500 }, (_, index) => [`learner ${index}`, String(index)]),
    },
    {
      kind: "choice",
      style: "select",
      label: "L".repeat(300),
      options: Array.from({ length: 260 }, (_, index) => ({ value: `v${index}`, label: `${"o".repeat(200)}${index}` })),
      pick: { command: "poll", action: "vote", args: { a: "x".repeat(3_000) } },
    },
    {
      kind: "buttons",
      buttons: Array.from({ length: 40 }, (_, index) => ({
        label: `${"b".repeat(100)}${index}`,
        style: "primary" as const,
        press: { command: "poll", action: "vote", args: { a: "x".repeat(3_000) } },
      })),
    },
  ],
};
