// The arena's board: two tables and a picture; who is hidden in the standings is left out here, too.
import { type ArenaChart, arenaAlt, arenaPng } from "../charts/arena.js";
import type { Contender, Entry, Round } from "../engine/arena/arena.js";
import { BAR, type Board, boardOf, type Place } from "../engine/arena/board.js";
import { written } from "../engine/network/parameters.js";
import type { Quiz } from "../quiz/quiz.js";
import { key } from "../store/key-parts.js";
import { displayName } from "./display-name.js";
import type { Block, Button, Message } from "./reply.js";

/** Rows of a table that are read with pleasure. */
const SHOWN = 10;

export async function boardMessage(
  quiz: Quiz,
  community: string,
  { number, open }: Round,
  entries: readonly Entry[],
): Promise<Message> {
  const board = boardOf(await shownOf(quiz, community, entries));
  const waiting = entries.filter(({ result }) => result === undefined).length;
  const title = `Arena, round ${number}${open ? "" : " (closed)"}`;
  const buttons: Button[] = [
    ...(open
      ? [
          {
            label: "Submit a network",
            style: "primary",
            press: { command: "arena", action: "form", args: {} },
          } as const,
        ]
      : []),
    { label: "Look again", style: "secondary", press: { command: "arena", action: "board", args: {} } },
  ];
  return {
    kind: "message",
    private: false,
    blocks: [
      { kind: "heading", text: title },
      ...(board.all.length === 0 ? [empty(open)] : await ranked(board, title)),
      ...(waiting === 0
        ? []
        : [
            {
              kind: "text",
              text: {
                italic: `${waiting} ${waiting === 1 ? "entry waits or is" : "entries wait or are"} being trained.`,
              },
            } as const,
          ]),
      { kind: "buttons", buttons },
    ],
  };
}

function empty(isOpen: boolean): Block {
  return {
    kind: "text",
    text: isOpen
      ? ["No network is ranked yet. Be the first: ", { code: "/arena submit" }]
      : "No network was ranked in this round.",
  };
}

/** Without those who are hidden in the standings; with everyone's present name. */
async function shownOf(quiz: Quiz, community: string, entries: readonly Entry[]): Promise<Entry[]> {
  const people = new Map<string, { name: string; hidden: boolean }>();
  for (const { contender } of entries) {
    if (!people.has(contender.id)) people.set(contender.id, await personShown(quiz, community, contender));
  }
  return entries.flatMap((entry) => {
    const person = people.get(entry.contender.id);
    if (person === undefined || person.hidden) return [];
    return [{ ...entry, contender: { ...entry.contender, name: person.name } }];
  });
}

/** Present name, and whether the person is left out of the standings. */
export async function personShown(
  quiz: Quiz,
  community: string,
  contender: Contender,
): Promise<{ readonly name: string; readonly hidden: boolean }> {
  const known = await quiz.records.learners.get(key(community, contender.id));
  return { name: displayName(known?.name ?? contender.name), hidden: known?.hidden ?? false };
}

async function ranked({ byAccuracy, byParameters, all }: Board, title: string): Promise<Block[]> {
  const chart: ArenaChart = {
    title,
    bar: BAR,
    points: all.map(({ entry, best }) => ({
      name: entry.contender.name,
      parameters: Math.max(1, entry.parameters),
      accuracy: entry.result.accuracy,
      best,
    })),
  };
  return [
    { kind: "text", text: { bold: "The most accurate" } },
    table(byAccuracy),
    ...(byParameters.length === 0
      ? []
      : [{ kind: "text", text: { bold: `The smallest with ${100 * BAR} % and more` } } as const, table(byParameters)]),
    { kind: "picture", name: "arena.png", png: await arenaPng(chart), alt: arenaAlt(chart) },
    {
      kind: "text",
      text: {
        italic:
          "★ nobody is smaller and as good. Measured on 5,000 digits: differences below half a point may be luck.",
      },
    },
  ];
}

function table(places: readonly Place[]): Block {
  return {
    kind: "table",
    columns: [
      { title: "Rank", align: "right" },
      { title: "Learner" },
      { title: "Accuracy", align: "right" },
      { title: "Parameters", align: "right" },
    ],
    rows: places
      .slice(0, SHOWN)
      .map(({ rank, entry, best }) => [
        String(rank),
        `${entry.contender.name}${best ? " ★" : ""}`,
        `${(100 * entry.result.accuracy).toFixed(2)} %`,
        written(entry.parameters),
      ]),
  };
}
