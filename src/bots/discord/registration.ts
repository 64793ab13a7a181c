// The declarations → what Discord registers: slash commands with typed options, and menus of messages.
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
} from "discord.js";
import type { Callable, Command, OptionSpec } from "../../commands/command.js";
import { callablesOf } from "../../commands/help.js";
import { LIMITS } from "./limits.js";
import { shortened } from "./markdown.js";

/** One command as Discord's API takes it, every property set that decides anything. */
export interface Registration {
  readonly type: ApplicationCommandType.ChatInput | ApplicationCommandType.Message;
  readonly name: string;
  readonly description: string;
  readonly options: readonly APIApplicationCommandOption[];
  /** A bit set; null: everybody. */
  readonly default_member_permissions: number | null;
  readonly integration_types: readonly ApplicationIntegrationType[];
  readonly contexts: readonly InteractionContextType[];
  readonly nsfw: boolean;
}

/**
 * Everything to register for these commands.
 * Throws an Error where a declaration exceeds what Discord takes: that is for its author to mend.
 */
export function registrations(commands: readonly Command[]): readonly Registration[] {
  const all = commands.flatMap((command) => [slash(command), ...menus(command)]);
  for (const each of all) check(each);
  return all;
}

/** The callable behind a message menu's label. */
export function menuCallable(commands: readonly Command[], label: string): Callable | undefined {
  return commands.flatMap(callablesOf).find((callable) => callable.messageMenu?.label === label);
}

function slash(command: Command): Registration {
  const { plain } = command;
  return {
    type: ApplicationCommandType.ChatInput,
    name: command.name,
    description: shortened(command.description, LIMITS.commandDescription),
    options:
      plain !== undefined
        ? optionsOf(plain)
        : (command.subcommands ?? []).map((each) => ({
            type: ApplicationCommandOptionType.Subcommand as const,
            name: each.name.split(" ")[1] ?? each.name,
            description: shortened(each.description, LIMITS.commandDescription),
            options: optionsOf(each),
          })),
    ...reach(command, callablesOf(command)),
  };
}

function menus(command: Command): Registration[] {
  return callablesOf(command).flatMap((callable) =>
    callable.messageMenu === undefined
      ? []
      : [
          {
            type: ApplicationCommandType.Message as const,
            name: callable.messageMenu.label,
            description: "",
            options: [],
            ...reach(command, [callable]),
          },
        ],
  );
}

/**
 * Discord hides a command from those without the permission; only where every part of it is for admins, since an
 * instructor is made by our own settings and would otherwise not see it.
 */
function reach(command: Command, callables: readonly Callable[]) {
  const admins = callables.length > 0 && callables.every(({ who }) => who === "admin");
  const alone = command.alone === true && !admins;
  const { GuildInstall, UserInstall } = ApplicationIntegrationType;
  const { Guild, BotDM, PrivateChannel } = InteractionContextType;
  return {
    default_member_permissions: admins ? Number(PermissionFlagsBits.ManageGuild) : null,
    integration_types: alone ? [GuildInstall, UserInstall] : [GuildInstall],
    contexts: alone ? [Guild, BotDM, PrivateChannel] : [Guild],
    nsfw: false,
  };
}

/** Discord wants the needed ones first. */
function optionsOf(callable: Callable): APIApplicationCommandBasicOption[] {
  return Object.entries(callable.options)
    .toSorted(([, a], [, b]) => Number(b.required === true) - Number(a.required === true))
    .map(([name, spec]) => option(name, spec));
}

function option(name: string, spec: OptionSpec): APIApplicationCommandBasicOption {
  const common = {
    name,
    description: shortened(spec.description, LIMITS.commandDescription),
    required: spec.required === true,
  };
  switch (spec.type) {
    case "string":
      return { type: ApplicationCommandOptionType.String, ...common, ...strings(spec) };
    case "integer":
      return {
        type: ApplicationCommandOptionType.Integer,
        ...common,
        ...(spec.min === undefined ? {} : { min_value: spec.min }),
        ...(spec.max === undefined ? {} : { max_value: spec.max }),
      };
    case "boolean":
      return { type: ApplicationCommandOptionType.Boolean, ...common };
    case "user":
      return { type: ApplicationCommandOptionType.User, ...common };
    case "role":
      return { type: ApplicationCommandOptionType.Role, ...common };
    case "channel":
      return { type: ApplicationCommandOptionType.Channel, ...common };
    case "attachment":
      return { type: ApplicationCommandOptionType.Attachment, ...common };
  }
}

/** Few choices are offered as such; many, and completions, while one types. */
function strings({ choices, complete, maxLength }: OptionSpec) {
  const length = maxLength === undefined ? {} : { max_length: Math.min(maxLength, LIMITS.optionText) };
  if (complete !== undefined || (choices !== undefined && choices.length > LIMITS.commandChoices))
    return { ...length, autocomplete: true as const };
  if (choices === undefined) return length;
  return { choices: choices.map(({ value, label }) => ({ name: shortened(label, LIMITS.selectText), value })) };
}

function check({ type, name, description, options }: Registration): void {
  const fail = (what: string): never => {
    throw new Error(`/${name} cannot be registered with Discord: ${what}`);
  };
  const wellNamed = (text: string): boolean => /^[-_'\p{L}\p{N}]{1,32}$/u.test(text) && text === text.toLowerCase();
  if (type === ApplicationCommandType.Message) {
    if (name.length === 0 || name.length > LIMITS.commandName) fail("a menu's label has 1 to 32 characters");
    return;
  }
  const nested = options.flatMap((each) => ("options" in each ? [each, ...(each.options ?? [])] : [each]));
  for (const each of [{ name, description }, ...nested]) {
    if (!wellNamed(each.name)) fail(`the name "${each.name}"`);
    if (each.description.length === 0) fail(`"${each.name}" needs a description`);
  }
  for (const each of [{ options }, ...options])
    if ("options" in each && (each.options?.length ?? 0) > LIMITS.commandOptions) fail("more than 25 options");
  if (JSON.stringify([name, description, nested]).replace(/"[a-z_]+":/g, "").length > LIMITS.commandText)
    fail("its names, descriptions and choices have more than 8,000 characters");
}
