// /grades: every learner's results as a table and a CSV file, for instructors.
import { type GradeRow, grades, gradesCsv } from "../quiz/grades.js";
import type { Command } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { message } from "./private-message.js";
import type { Block, Message } from "./reply.js";

/** Rows in the message; the file has all. */
const SHOWN = 15;

export function gradesCommand({ quiz }: CommandContext): Command {
  return {
    name: "grades",
    description: "Results of all learners, as a table and a CSV file",
    plain: {
      name: "grades",
      description: "Best and last score of each learner and question",
      who: "instructor",
      limit: { times: 10, seconds: 60 },
      options: {
        question: {
          type: "string",
          description: "Only this question",
          choices: quiz.questions.map((question) => ({
            value: question.id,
            label: `${question.id}: ${question.title}`,
          })),
        },
      },
      examples: ["/grades", "/grades question:q4"],
      run: async (request, options): Promise<Message> => {
        const question = options.question === undefined ? undefined : String(options.question);
        const rows = await grades(quiz, request.community, question);
        if (rows.length === 0)
          return message([{ kind: "note", tone: "info", text: "No one has answered in their own words yet." }]);
        const learners = new Set(rows.map((row) => row.learner)).size;
        const name = `grades${question === undefined ? "" : `-${question}`}.csv`;
        return message([
          { kind: "heading", text: `Grades of ${learners} ${learners === 1 ? "learner" : "learners"}` },
          table(rows),
          ...(rows.length > SHOWN
            ? [
                {
                  kind: "text" as const,
                  text: { italic: `The first ${SHOWN} of ${rows.length} rows; the file has all.` },
                },
              ]
            : []),
          {
            kind: "file",
            name,
            mediaType: "text/csv; charset=utf-8",
            bytes: new TextEncoder().encode(gradesCsv(rows)),
            description: `Grades, ${rows.length} rows: learner, name, question, attempts, best, last, points`,
          },
        ]);
      },
    },
  };
}

function table(rows: readonly GradeRow[]): Block {
  return {
    kind: "table",
    columns: [
      { title: "Learner" },
      { title: "Question" },
      { title: "Attempts", align: "right" },
      { title: "Best", align: "right" },
      { title: "Last", align: "right" },
      { title: "Points of the best" },
    ],
    rows: rows
      .slice(0, SHOWN)
      .map((row) => [
        row.name,
        row.question,
        String(row.attempts),
        row.best.toFixed(2),
        row.last.toFixed(2),
        row.points.join(", "),
      ]),
  };
}
