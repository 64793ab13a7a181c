// Compares what Discord has registered with the declarations, and changes only what differs.
import { type APIApplicationCommand, DiscordAPIError, REST, Routes } from "discord.js";
import type { Command } from "../../commands/command.js";
import type { DiscordConfig } from "../../config.js";
import { codeOf, UserError } from "../../errors.js";
import { type Registration, registrations } from "./registration.js";

/** `same`: nothing is sent for it. */
export interface Difference {
  readonly change: "new" | "changed" | "gone" | "same";
  /** "/quiz", or a menu's label. */
  readonly name: string;
  /** What differs, as "path: before → after". */
  readonly details: readonly string[];
}

export interface Registered {
  /** The guild's id; without it, everywhere. */
  readonly guild?: string;
  readonly differences: readonly Difference[];
}

/**
 * Registers globally, or in `guild` alone. `dryRun`: only compares.
 * Throws UserError `discord-token`, `discord-guild`, `discord-unreachable`.
 */
export async function registerCommands(
  config: Pick<DiscordConfig, "token" | "apiUrl">,
  commands: readonly Command[],
  { guild, dryRun }: { readonly guild?: string; readonly dryRun: boolean },
): Promise<Registered> {
  const rest = new REST({ api: config.apiUrl, version: "10" }).setToken(config.token);
  try {
    const { id } = (await rest.get(Routes.currentApplication())) as { id: string };
    const all = guild === undefined ? Routes.applicationCommands(id) : Routes.applicationGuildCommands(id, guild);
    const one = (command: string): `/${string}` => `${all}/${command}`;
    const found = (await rest.get(all)) as APIApplicationCommand[];
    const differences: Difference[] = [];
    for (const wanted of registrations(commands)) {
      const body = guild === undefined ? wanted : inGuild(wanted);
      const current = found.find(({ type, name }) => type === wanted.type && name === wanted.name);
      const details = current === undefined ? [] : detailsOf(comparable(current), comparable(body));
      const change = current === undefined ? "new" : details.length > 0 ? "changed" : "same";
      differences.push({ change, name: nameOf(wanted), details });
      if (dryRun || change === "same") continue;
      if (current === undefined) await rest.post(all, { body });
      else await rest.patch(one(current.id), { body: withoutType(body) });
    }
    for (const current of found) {
      if (registrations(commands).some(({ type, name }) => type === current.type && name === current.name)) continue;
      differences.push({ change: "gone", name: nameOf(current), details: [] });
      if (!dryRun) await rest.delete(one(current.id));
    }
    return { ...(guild === undefined ? {} : { guild }), differences };
  } catch (error) {
    throw explainRest(error, config.apiUrl, guild);
  } finally {
    rest.clearHandlerSweeper();
    rest.clearHashSweeper();
  }
}

/** What a REST failure means for whoever runs the bot. Anything else stays as it is. */
export function explainRest(error: unknown, apiUrl: string, guild?: string): unknown {
  const cause = { cause: error };
  if (error instanceof UserError) return error;
  const status = error instanceof Error && "status" in error ? error.status : undefined;
  if (status === 401)
    return new UserError(
      "discord-token",
      "Discord does not know this token.",
      "Copy the bot's token anew (Developer Portal → your application → Bot → Reset Token) into DISCORD_TOKEN.",
      cause,
    );
  if (guild !== undefined && (status === 403 || status === 404))
    return new UserError(
      "discord-guild",
      `The bot is not in the guild ${guild}.`,
      "Invite it there with the scopes bot and applications.commands (docs/discord.md, step 2), or correct --guild, or DISCORD_GUILD where that named it.",
      cause,
    );
  if (error instanceof DiscordAPIError) return error;
  const code = String(codeOf(error) ?? "");
  if (
    /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|UND_ERR|CERT|ERR_TLS|ABORT)/.test(code) ||
    error instanceof TypeError
  )
    return new UserError(
      "discord-unreachable",
      `Discord does not answer at ${apiUrl}.`,
      "Check this machine's network, and DISCORD_API_URL where it is set.",
      cause,
    );
  return error;
}

type Comparable = Readonly<Record<string, unknown>>;

/** Only guilds' commands have neither contexts nor places where they are installed. */
function inGuild({ contexts: _, integration_types: __, ...rest }: Registration): Partial<Registration> {
  return rest;
}

function withoutType({ type: _, ...rest }: Partial<Registration>): object {
  return rest;
}

/** Both sides in one form: what Discord leaves out is its default, and its bit sets are texts. */
function comparable(command: Partial<Registration> | APIApplicationCommand): Comparable {
  const { description, options, default_member_permissions: permissions, contexts, integration_types: types } = command;
  return {
    description: description ?? "",
    options: (options ?? []).map(optionComparable),
    default_member_permissions: permissions === null || permissions === undefined ? null : String(permissions),
    ...(contexts === undefined || contexts === null ? {} : { contexts: [...contexts].toSorted() }),
    ...(types === undefined ? {} : { integration_types: [...types].toSorted() }),
    nsfw: command.nsfw ?? false,
  };
}

function optionComparable(option: object): Comparable {
  const { options, choices, required, autocomplete, ...rest } = option as {
    options?: readonly object[];
    choices?: readonly { name: string; value: string }[];
    required?: boolean;
    autocomplete?: boolean;
  } & Record<string, unknown>;
  const kept = Object.entries(rest).filter(([name, value]) => OPTION_KEYS.includes(name) && value !== undefined);
  return {
    ...Object.fromEntries(kept),
    required: required ?? false,
    autocomplete: autocomplete ?? false,
    choices: (choices ?? []).map(({ name, value }) => ({ name, value })),
    options: (options ?? []).map(optionComparable),
  };
}

const OPTION_KEYS = ["type", "name", "description", "min_value", "max_value", "max_length"];

/** Leaves that differ, by their path. A guild's command has no contexts to compare. */
function detailsOf(before: unknown, after: unknown, path = ""): string[] {
  if (isNested(before) && isNested(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
    return keys.flatMap((key) => {
      if (path === "" && !(key in after)) return [];
      return detailsOf(before[key], after[key], path === "" ? labelled(key, after) : `${path}.${labelled(key, after)}`);
    });
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [`${path}: ${written(before)} → ${written(after)}`];
}

function isNested(value: unknown): value is Comparable {
  return typeof value === "object" && value !== null;
}

/** An element of a list goes by its name where it has one. */
function labelled(key: string, parent: Comparable): string {
  const element = parent[key];
  return Array.isArray(parent) && isNested(element) && typeof element.name === "string" ? element.name : key;
}

function written(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = isNested(value) && typeof value.name === "string" ? value.name : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function nameOf({ type, name }: { readonly type: number; readonly name: string }): string {
  return type === 1 ? `/${name}` : `menu "${name}"`;
}
