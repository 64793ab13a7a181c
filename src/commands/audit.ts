// /audit: who did what to this community's models, schedules, settings and queue; the newest in words, all as CSV.
import { csv } from "../csv.js";
import { type Actor, SHARED } from "../engine/queue/run.js";
import type { AuditEntry } from "./audit-list.js";
import type { Command } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { displayName } from "./display-name.js";
import { message } from "./private-message.js";
import type { Block, Message } from "./reply.js";

/** Entries in the message; the file has all. */
const SHOWN = 12;
/** Characters of what was done and of what came of it. */
const LONGEST_PART = 90;

export function auditCommand({ quiz, audit, models }: CommandContext): Command {
  return {
    name: "audit",
    description: "Who changed the models, schedules and settings of this community, and when",
    plain: {
      name: "audit",
      description: "The newest changes, and all of them as a CSV file",
      who: "admin",
      limit: { times: 10, seconds: 60 },
      options: {},
      run: async ({ platform, community, user }): Promise<Message> => {
        if (audit === undefined) throw new Error("/audit runs without its list");
        const isOperator = models?.operators.has(`${platform}:${user.id}`) === true;
        const entries: readonly Listed[] = isOperator
          ? inTime(await audit.list(community), await audit.list(SHARED))
          : await audit.list(community);
        if (entries.length === 0)
          return message([{ kind: "note", tone: "info", text: "Nothing was changed here yet." }]);
        const { timeZone } = await quiz.settings.of(community);
        return message([
          { kind: "heading", text: "Audit list" },
          ...entries.slice(0, SHOWN).map((entry) => lineOf(entry, timeZone)),
          {
            kind: "text",
            text: {
              italic: `Times in ${timeZone}.${entries.length > SHOWN ? ` The newest ${SHOWN} of ${entries.length}; the file has all.` : ""}`,
            },
          },
          {
            kind: "file",
            name: "audit.csv",
            mediaType: "text/csv; charset=utf-8",
            bytes: new TextEncoder().encode(auditCsv(entries)),
            description: `Audit list, ${entries.length} rows: time (UTC), who, id, what, result, words, on behalf of whom${isOperator ? ", whether of the shared models" : ""}`,
          },
        ]);
      },
    },
  };
}

interface Listed extends AuditEntry {
  /** Done to what all communities share, and shown to operators alone. */
  readonly isShared?: boolean;
}

/** Newest first, as both are; two of one moment stay in their order. */
function inTime(own: readonly AuditEntry[], shared: readonly AuditEntry[]): readonly Listed[] {
  return [...own, ...shared.map((entry) => ({ ...entry, isShared: true }))].toSorted((a, b) => b.at - a.at);
}

/** Newest first, times in UTC. */
export function auditCsv(entries: readonly Listed[]): string {
  return csv([
    ["time", "who", "id", "what", "result", "words", "on behalf of", "its id", "shared"],
    ...entries.map(({ at, by, behalfOf, what, result, words, isShared }) => [
      new Date(at).toISOString(),
      whoIs(by),
      idOf(by),
      what,
      result,
      words,
      behalfOf === undefined ? "" : whoIs(behalfOf),
      idOf(behalfOf),
      isShared === true ? "yes" : "",
    ]),
  ]);
}

/** Too long for a table's row. */
function lineOf(entry: Listed, timeZone: string): Block {
  const behalf = entry.behalfOf === undefined ? "" : ` for ${whoIs(entry.behalfOf)}`;
  const head = `${timeIn(timeZone, entry.at)} ${whoIs(entry.by)}${behalf}${entry.isShared === true ? ", shared" : ""}`;
  return { kind: "text", text: [{ bold: head }, " ", { code: inLine(entry.what) }, ` ${inLine(resultOf(entry))}`] };
}

function whoIs(by: Actor): string {
  if (by.kind === "person") return displayName(by.name);
  return by.kind === "schedule" ? `schedule ${by.id}` : by.kind;
}

function idOf(by: Actor | undefined): string {
  return by !== undefined && "id" in by ? by.id : "";
}

function resultOf({ result, words }: AuditEntry): string {
  if (result === "begun") return "begun; its end is not known";
  return result === "done" ? words : `${result}: ${words}`;
}

function timeIn(timeZone: string, at: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(at);
}

/** What was typed or answered, as one bounded line. */
function inLine(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\p{Cf}]/gu, " ")];
  return characters.length <= LONGEST_PART ? characters.join("") : `${characters.slice(0, LONGEST_PART - 1).join("")}…`;
}
