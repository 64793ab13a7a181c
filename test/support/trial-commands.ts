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

/** Commands as the product will have them and has not yet: a file, a message's menu, completions, admins alone, a public answer. */
export const futureCommands: readonly Command[] = [
  {
    name: "look",
    description: "Says what a file is",
    alone: true,
    plain: {
      ...base,
      name: "look",
      options: {
        image: { type: "attachment", description: "A picture", required: true },
        network: {
          type: "string",
          description: "A network",
          complete: async (typed, { community }) =>
            ["lenet", "resnet50", "vgg16"]
              .filter((name) => name.startsWith(typed))
              .map((value) => ({ value, label: `${value} of ${community}` })),
        },
      },
      messageMenu: { label: "Look at image", option: "image" },
      run: async (request) => {
        const [file] = request.attachments;
        return note(file === undefined ? "no file" : `${file.name}: ${file.mediaType}, ${file.size} bytes`);
      },
    },
  },
  {
    name: "promote",
    description: "For admins alone",
    plain: {
      ...base,
      who: "admin",
      public: true,
      name: "promote",
      run: async () => ({
        kind: "message",
        private: false,
        blocks: [
          { kind: "text", text: "Promote the model?" },
          {
            kind: "buttons",
            buttons: [{ label: "Promote", style: "danger", press: { command: "promote", action: "yes", args: {} } }],
          },
        ],
      }),
    },
    actions: { yes: { who: "admin", run: async () => note("promoted") } },
  },
  {
    name: "flood",
    description: "Says more than any platform takes",
    plain: {
      ...base,
      name: "flood",
      run: async () => ({
        kind: "message",
        private: true,
        blocks: [
          { kind: "heading", text: "h".repeat(1_000) },
          ...Array.from({ length: 60 }, (_, index) => ({
            kind: "text" as const,
            text: `${index} ${"*word_ ".repeat(200)}`,
          })),
          {
            kind: "buttons",
            buttons: Array.from({ length: 12 }, (_, index) => ({
              label: `b${index} ${"x".repeat(100)}`,
              style: "secondary" as const,
              press: { command: "flood", action: "again", args: { long: "y".repeat(300) } },
            })),
          },
          {
            kind: "choice",
            style: "select",
            label: "Pick ".repeat(40),
            options: Array.from({ length: 60 }, (_, index) => ({
              value: `${index} ${"v".repeat(150)}`,
              label: "l".repeat(200),
            })),
            pick: { command: "flood", action: "again", args: {} },
          },
        ],
      }),
    },
  },
  {
    name: "pages",
    description: "A table, a picture with words, many buttons, a list",
    plain: {
      ...base,
      name: "pages",
      run: async () => ({
        kind: "message",
        private: true,
        blocks: [
          {
            kind: "table",
            columns: [{ title: "Layer" }, { title: "Parameters", align: "right" }],
            rows: Array.from({ length: 120 }, (_, index) => [`conv${index}`, String(index * 1_000)]),
          },
          { kind: "picture", name: "a plot.png", png: Uint8Array.of(0x89, 0x50, 0x4e, 0x47), alt: "Two curves" },
          { kind: "picture", name: "a plot.png", png: Uint8Array.of(0x89, 0x50, 0x4e, 0x47), alt: "Two more" },
          {
            kind: "choice",
            style: "select",
            label: "Pick one",
            options: Array.from({ length: 30 }, (_, index) => ({
              value: `${"v".repeat(120)}${index}`,
              label: `option ${index}`,
            })),
            pick: { command: "pages", action: "picked", args: {} },
          },
        ],
      }),
    },
    actions: { picked: { who: "learner", run: async (request) => note(`picked ${request.value ?? "nothing"}`) } },
  },
];
