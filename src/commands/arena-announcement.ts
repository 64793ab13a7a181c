// An entry's message in the channel: posted when it is submitted, edited until it tells the result, by another process too.
import type { Announcement, Arena, Entry } from "../engine/arena/arena.js";
import { written } from "../engine/network/parameters.js";
import { UserError } from "../errors.js";
import type { Log } from "../log.js";
import type { Quiz } from "../quiz/quiz.js";
import { personShown } from "./arena-board.js";
import { entryBlocks } from "./arena-entry.js";
import type { PostedMessage, Posters } from "./live.js";
import type { Message } from "./reply.js";
import type { Request } from "./request.js";

export interface AnnouncementParts {
  readonly arena: Arena;
  readonly quiz: Quiz;
  readonly posters: Posters | undefined;
}

/** Milliseconds between two looks, and so between two edits of a message. */
const EVERY = 5_000;

/** Posts nothing for who is hidden, nor where the bot may not write: its owner has the answer to the command. */
export async function announce(parts: AnnouncementParts, request: Request, entry: Entry): Promise<void> {
  const { arena, quiz, posters } = parts;
  const poster = posters?.get(request.platform);
  if (poster === undefined) return;
  if ((await personShown(quiz, entry.community, entry.contender)).hidden) return;
  const { platform, community, channel, user } = request;
  const here = { platform, community, channel, asker: user.name, asked: "/arena submit" };
  try {
    const place = await poster.post(here, await messageOf(parts, entry));
    await arena.announced(entry, { ...place }, await stateOf(arena, entry));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

/** Follows all announced entries of the platforms that run here. @returns ends it */
export function followArena(parts: AnnouncementParts & { readonly log: Log }): () => Promise<void> {
  let looking = Promise.resolve();
  const look = (): void => {
    looking = looking
      .then(() => followOnce(parts))
      .catch((err: unknown) => parts.log.error({ err }, "arena: messages"));
  };
  const timer = setInterval(look, EVERY);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}

/** Edits every message that does not say what is so by now. */
export async function followOnce(parts: AnnouncementParts): Promise<void> {
  for (const announcement of await parts.arena.announcements()) await follow(parts, announcement);
}

async function follow(parts: AnnouncementParts, announcement: Announcement): Promise<void> {
  const { arena, posters } = parts;
  const place = postedAt(announcement);
  const poster = posters?.get(place.platform);
  if (poster === undefined) return;
  const { community, round, entry: id, said } = announcement;
  try {
    const entry = await arena.entry(community, round, id);
    const state = await stateOf(arena, entry);
    if (state === said) return;
    await poster.edit(place, await messageOf(parts, entry));
    if (entry.result === undefined) await arena.announced(entry, announcement.place, state);
    else await arena.toldAll(announcement);
  } catch (error) {
    // Deleted by people, or forgotten with its owner: there is nothing to follow any more.
    if (!(error instanceof UserError)) throw error;
    await arena.toldAll(announcement);
  }
}

async function messageOf({ arena, quiz }: AnnouncementParts, entry: Entry): Promise<Message> {
  const { name } = await personShown(quiz, entry.community, entry.contender);
  return {
    kind: "message",
    private: false,
    blocks: [
      { kind: "text", text: [{ bold: name }, ` is in the arena with ${written(entry.parameters)} parameters.`] },
      ...(await entryBlocks(arena, entry)),
      {
        kind: "buttons",
        buttons: [{ label: "Board", style: "secondary", press: { command: "arena", action: "board", args: {} } }],
      },
    ],
  };
}

/** What a message says, in short: an edit that would change nothing is left out. */
async function stateOf(arena: Arena, entry: Entry): Promise<string> {
  if (entry.result !== undefined) return entry.result.kind;
  const { place, progress } = await arena.standing(entry);
  return place === undefined ? `epoch ${progress?.epochs.length ?? 0}` : `place ${place}`;
}

function postedAt({ place }: Announcement): PostedMessage {
  const { platform = "", community = "", channel = "", id = "" } = place;
  return { ...place, platform, community, channel, id };
}
