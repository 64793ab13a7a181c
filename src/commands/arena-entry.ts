// One entry of the arena, as its owner sees it: waiting, learning, ranked, or why not.
import type { Arena, Entry } from "../engine/arena/arena.js";
import { boardOf } from "../engine/arena/board.js";
import type { RunProgress } from "../engine/queue/run.js";
import { message } from "./private-message.js";
import type { Block, Button, Message } from "./reply.js";

export async function entryMessage(arena: Arena, entry: Entry): Promise<Message> {
  return message([...(await entryBlocks(arena, entry)), { kind: "buttons", buttons: buttonsOf(entry) }]);
}

/** What there is to say of an entry now, without buttons. */
export async function entryBlocks(arena: Arena, entry: Entry): Promise<Block[]> {
  const { result } = entry;
  if (result?.kind === "ranked") {
    const { byAccuracy, all } = boardOf(await arena.entries(entry.community, entry.round));
    const place = byAccuracy.find((other) => other.entry.contender.id === entry.contender.id);
    const isOwnBest = place?.entry.id === entry.id;
    const best = all.find((other) => other.entry.id === entry.id)?.best === true;
    return [
      {
        kind: "note",
        tone: "good",
        text: `${percent(result.accuracy)} of 5,000 digits are right (${percent(result.low)} to ${percent(result.high)}): ${isOwnBest ? `place ${place?.rank} of ${byAccuracy.length}` : "your better entry keeps its place"}.`,
      },
      ...(best ? [{ kind: "text", text: "Nobody is smaller and as good." } as const] : []),
    ];
  }
  if (result !== undefined)
    return [{ kind: "note", tone: result.kind === "failed" ? "error" : "info", text: result.why }];
  const { place, progress } = await arena.standing(entry);
  return [{ kind: "text", text: place === undefined ? learning(progress) : waiting(place) }];
}

function waiting(place: number): string {
  return place === 1 ? "It is the next to be trained." : `It waits for its turn, place ${place}.`;
}

function learning(progress: RunProgress | undefined): string {
  const last = progress?.epochs.at(-1);
  if (last === undefined) return "It is being trained: the first epoch.";
  return `It is being trained: ${percent(last.validationAccuracy)} right after epoch ${last.epoch}.`;
}

function buttonsOf({ id, round, result }: Entry): Button[] {
  const args = { round: String(round), entry: id };
  return [
    ...(result === undefined
      ? ([
          { label: "How is it going?", style: "primary", press: { command: "arena", action: "status", args } },
          { label: "Withdraw", style: "danger", press: { command: "arena", action: "withdraw", args } },
        ] as const)
      : ([
          { label: "Submit another", style: "primary", press: { command: "arena", action: "form", args: {} } },
        ] as const)),
    { label: "Board", style: "secondary", press: { command: "arena", action: "board", args: {} } },
  ];
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
