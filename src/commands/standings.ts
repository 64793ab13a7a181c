// /standings: who answered best, this week and of all time, with opting out.
import { type Standing, setHidden, standings } from "../quiz/standings.js";
import type { Command } from "./command.js";
import { type CommandContext, personOf } from "./command-context.js";
import type { Block, Button, Message } from "./reply.js";
import type { ActionRequest } from "./request.js";

/** As many as are read with pleasure; the asker's own row is added below. */
const SHOWN = 10;

export function standingsCommand({ quiz }: CommandContext): Command {
  return {
    name: "standings",
    description: "Who answered best in this community, this week and of all time",
    plain: {
      name: "standings",
      description: "The best scores of this community",
      who: "learner",
      public: true,
      limit: { times: 10, seconds: 60 },
      options: {
        period: {
          type: "string",
          description: "This week (the default) or all time",
          choices: [
            { value: "week", label: "This week" },
            { value: "all", label: "All time" },
          ],
        },
      },
      examples: ["/standings", "/standings period:all"],
      run: async (request, options): Promise<Message> => {
        const period = options.period === "all" ? "all" : "week";
        const { standingsShown } = await quiz.settings.of(request.community);
        if (!standingsShown && request.user.role === "learner") {
          return {
            kind: "message",
            private: true,
            blocks: [
              {
                kind: "note",
                tone: "info",
                text: ["Standings are switched off in this community. Your own results: ", { code: "/progress" }, "."],
              },
            ],
          };
        }
        const rows = await standings(quiz, request.community, period);
        const title = period === "week" ? "Standings of this week" : "Standings of all time";
        return {
          kind: "message",
          private: !standingsShown,
          blocks: [
            { kind: "heading", text: title },
            ...table(rows, quiz.questions.length),
            { kind: "buttons", buttons: [toggle(true), toggle(false)] },
          ],
        };
      },
    },
    actions: {
      hide: { who: "learner", limit: { times: 10, seconds: 60 }, run: (request) => hide(request, true) },
      show: { who: "learner", limit: { times: 10, seconds: 60 }, run: (request) => hide(request, false) },
    },
  };

  async function hide(request: ActionRequest, hidden: boolean): Promise<Message> {
    await setHidden(quiz, personOf(request), request.user.name, hidden);
    const text = hidden
      ? "You are left out of the standings from now on."
      : "You are shown in the standings from now on.";
    return { kind: "message", private: true, blocks: [{ kind: "note", tone: "good", text }] };
  }
}

function table(rows: readonly Standing[], questions: number): Block[] {
  if (rows.length === 0)
    return [{ kind: "text", text: ["No one has answered yet. Be the first: ", { code: "/quiz" }] }];
  return [
    {
      kind: "table",
      columns: [
        { title: "Rank", align: "right" },
        { title: "Learner" },
        { title: `Score of ${questions}`, align: "right" },
        { title: "Questions", align: "right" },
      ],
      rows: rows.slice(0, SHOWN).map((row) => [String(row.rank), row.name, row.score.toFixed(2), String(row.answered)]),
    },
    {
      kind: "text",
      text: {
        italic: `The sum of each learner's best answers in their own words${rows.length > SHOWN ? `; the first ${SHOWN} of ${rows.length}` : ""}.`,
      },
    },
  ];
}

function toggle(hide: boolean): Button {
  return {
    label: hide ? "Leave me out" : "Show me",
    style: "secondary",
    press: { command: "standings", action: hide ? "hide" : "show", args: {} },
  };
}
