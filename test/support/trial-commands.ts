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
