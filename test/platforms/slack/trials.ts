// Commands that only Slack's tests have: files, a public message with a menu, slow progress, a reply beyond every limit.
import type { Command } from "../../../src/commands/command.js";
import type { Message } from "../../../src/commands/reply.js";
import { note } from "../../support/trial-commands.js";

const base = { description: "For this test", who: "learner", options: {} } as const;

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
