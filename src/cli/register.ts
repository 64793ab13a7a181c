// `convo register`: shows how Discord's registered commands differ from ours, and makes them the same.
import { config as readDotEnv } from "dotenv";
import type { Difference } from "../bots/discord/register.js";
import { readConfig } from "../config.js";
import { UserError } from "../errors.js";
import type { Quiz } from "../quiz/quiz.js";

export interface RegisterOptions {
  readonly guild?: string;
  /** Although DISCORD_GUILD is set. */
  readonly everywhere?: boolean;
  /** Takes them all away instead. */
  readonly remove?: boolean;
  readonly dryRun?: boolean;
}

/** Throws UserError `usage`, `config`, `discord-token`, `discord-guild`, `discord-unreachable`. */
export async function register({ guild: given, everywhere, remove, dryRun = false }: RegisterOptions): Promise<void> {
  readDotEnv({ quiet: true });
  const { discord } = readConfig(process.env, process.stderr.isTTY === true);
  if (discord === undefined)
    throw new UserError(
      "usage",
      "convo register needs the bot's token.",
      "Set DISCORD_TOKEN in the environment or in .env (docs/discord.md).",
    );
  if (given !== undefined && !/^\d{15,20}$/.test(given))
    throw new UserError(
      "usage",
      "--guild takes the id of a guild, 17 to 20 digits.",
      "In Discord: Settings → Advanced → Developer Mode, then right-click the server → Copy Server ID.",
    );
  if (given !== undefined && everywhere === true)
    throw new UserError("usage", "--guild and --everywhere exclude each other.", "Leave one of them out.");
  const guild = everywhere === true ? undefined : (given ?? discord.guild);
  // After the checks: a mistake is told without loading every command and discord.js.
  const [{ registerCommands }, { allCommands }, { questions }] = await Promise.all([
    import("../bots/discord/register.js"),
    import("../commands/all.js"),
    import("../quiz/question.js"),
  ]);
  // Declarations need the questions' names and nothing of the store.
  const quiz = { questions: questions() } as Quiz;
  const { differences } = await registerCommands(discord, remove === true ? [] : allCommands({ quiz }), {
    dryRun,
    ...(guild === undefined ? {} : { guild }),
  });
  process.stdout.write(report(differences, guild, dryRun));
}

const SIGNS = { new: "+", changed: "~", gone: "-", same: "=" } as const;

function report(differences: readonly Difference[], guild: string | undefined, dryRun: boolean): string {
  const where = guild === undefined ? "everywhere" : `in the guild ${guild}`;
  const lines = differences.flatMap(({ change, name, details }) => [
    `${SIGNS[change]} ${name}${change === "same" ? "" : ` (${change})`}`,
    ...details.map((detail) => `    ${detail}`),
  ]);
  const changes = differences.filter(({ change }) => change !== "same").length;
  const end =
    changes === 0
      ? "Nothing to change."
      : `${changes} of ${differences.length} ${dryRun ? "would change; nothing was sent." : "changed."}`;
  return `Commands ${where}:\n${lines.join("\n")}\n${end}\n`;
}
