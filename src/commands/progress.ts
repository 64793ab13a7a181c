// /progress: what the asker knows, point by point, as a picture and in words.
import { progressPng } from "../charts/progress.js";
import { fromNow } from "../quiz/calendar.js";
import { type Progress, progressOf, type QuestionProgress } from "../quiz/progress.js";
import type { Command } from "./command.js";
import { type CommandContext, personOf } from "./command-context.js";
import { message } from "./private-message.js";
import type { Button, Message } from "./reply.js";

export function progressCommand({ quiz }: CommandContext): Command {
  return {
    name: "progress",
    description: "What you know, point by point, your streak, and what is due when",
    alone: true,
    plain: {
      name: "progress",
      description: "Your own results; only you see them",
      who: "learner",
      limit: { times: 10, seconds: 60 },
      options: {},
      run: async (request): Promise<Message> => {
        const progress = await progressOf(quiz, personOf(request));
        if (progress.answers === 0) {
          return message([
            {
              kind: "note",
              tone: "info",
              text: ["You have not answered anything yet. Start with ", { code: "/quiz" }, "."],
            },
            { kind: "buttons", buttons: [ask("First question", "open")] },
          ]);
        }
        const now = quiz.now();
        return message([
          { kind: "heading", text: "Your progress" },
          { kind: "picture", name: "progress.png", png: await picture(progress), alt: inWords(progress) },
          { kind: "fields", fields: summary(progress, now) },
          { kind: "buttons", buttons: buttons(progress) },
        ]);
      },
    },
    actions: {},
  };
}

async function picture(progress: Progress): Promise<Uint8Array> {
  return await progressPng({
    title: "Your ten questions, point by point",
    rows: progress.questions.map(({ question, points, best }) => ({
      label: `${question.id.slice(1)}  ${question.title}`,
      cells: points.map(({ state, mastery }) => ({ state, level: mastery })),
      best: best === undefined ? "–" : String(Math.round(best * 100)),
    })),
  });
}

/** The picture for those who cannot see it. */
function inWords(progress: Progress): string {
  const rows = progress.questions.filter(({ points }) => points.some((point) => point.state !== "new"));
  const row = ({ question, points, best }: QuestionProgress): string => {
    const count = (state: string): number => points.filter((point) => point.state === state).length;
    const parts = [
      `${count("known")} known`,
      `${count("due")} due`,
      `${count("missed")} missed`,
      `${count("new")} not seen`,
    ].filter((part) => !part.startsWith("0"));
    return `${question.id}: ${parts.join(", ")}${best === undefined ? "" : `, best ${Math.round(best * 100)} of 100`}`;
  };
  return `Points by question. ${rows.map(row).join(". ")}. Other questions: not seen yet.`;
}

function summary(progress: Progress, now: number): { name: string; value: string }[] {
  const points = progress.questions.flatMap((question) => question.points);
  const known = points.filter((point) => point.state === "known").length;
  const { days, longest } = progress.streak;
  const later = progress.nextDue === undefined ? "nothing" : fromNow(progress.nextDue, now);
  return [
    { name: "Points known", value: `${known} of ${points.length}` },
    { name: "Streak", value: `${days} ${days === 1 ? "day" : "days"} in a row; the longest was ${longest}` },
    {
      name: "Due now",
      value:
        progress.dueNow === 0
          ? `nothing; the next comes back ${later}`
          : `${progress.dueNow} ${progress.dueNow === 1 ? "point" : "points"}`,
    },
    { name: "Answers so far", value: String(progress.answers) },
  ];
}

function buttons(progress: Progress): Button[] {
  const missed = progress.questions.some((question) => question.points.some((point) => point.state === "missed"));
  return [
    ...(progress.dueNow > 0 ? [ask("Review what is due", "review")] : []),
    ask("Next question", "open"),
    ...(missed ? [ask("What I missed", "mistakes")] : []),
  ];
}

/** Belongs to /quiz: asking there and here is one thing. */
function ask(label: string, mode: string): Button {
  return {
    label,
    style: mode === "open" ? "secondary" : "primary",
    press: { command: "quiz", action: "ask", args: { mode } },
  };
}
