// A Discord interaction → a Request: typed options, files downloaded at once, references read.
import {
  ApplicationCommandOptionType,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type CommandInteractionOption,
  type Attachment as DiscordAttachment,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
  type StringSelectMenuInteraction,
} from "discord.js";
import type { Callable } from "../../commands/command.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { ActionRequest, Attachment, CommandRequest } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import { fetchAttachment } from "../attachments/attachment.js";
import type { DownloadPolicy } from "../attachments/download.js";
import { fieldsOf } from "./forms.js";
import { communityOf, userOf, type Whence } from "./people.js";
import { readReference } from "./references.js";

export type Gesture = ButtonInteraction | StringSelectMenuInteraction | ModalSubmitInteraction;
export type Spoken = ChatInputCommandInteraction | MessageContextMenuCommandInteraction;

/** What an interaction asks for, known before its files are there. */
export interface Wish {
  readonly command: string;
  readonly subcommand?: string;
  readonly options: CommandRequest["options"];
  readonly files: readonly DiscordAttachment[];
}

export function wishOf(interaction: ChatInputCommandInteraction): Wish {
  const [first] = interaction.options.data;
  const nested = first?.type === ApplicationCommandOptionType.Subcommand;
  const given = nested ? (first.options ?? []) : interaction.options.data;
  return {
    command: interaction.commandName,
    ...(nested ? { subcommand: first.name } : {}),
    options: Object.fromEntries(given.flatMap(optionOf)),
    files: given.flatMap(({ attachment }) => (attachment === undefined ? [] : [attachment])),
  };
}

/** The first file of the message is the option. Throws UserError `file-missing`. */
export function menuWishOf(interaction: MessageContextMenuCommandInteraction, callable: Callable): Wish {
  const [command = "", subcommand] = callable.name.split(" ");
  const file = interaction.targetMessage.attachments.first();
  if (file === undefined)
    throw new UserError(
      "file-missing",
      "That message has no file.",
      "Choose this on a message to which a picture was uploaded.",
    );
  return {
    command,
    ...(subcommand === undefined ? {} : { subcommand }),
    options: { [callable.messageMenu?.option ?? ""]: file.name },
    files: [file],
  };
}

/** Throws UserError `attachment-…` where a file cannot be had. */
export async function commandRequest(interaction: Spoken, wish: Wish, policy: DownloadPolicy): Promise<CommandRequest> {
  const { command, subcommand, options, files } = wish;
  const attachments: Attachment[] = [];
  for (const { name, url, size } of files) attachments.push(await fetchAttachment({ name, url, size }, policy));
  return {
    kind: "command",
    ...common(interaction),
    attachments,
    command,
    ...(subcommand === undefined ? {} : { subcommand }),
    options,
  };
}

/** Throws UserError `button-expired` or `button-unknown`. */
export async function actionRequest(
  interaction: Gesture,
  dispatcher: Pick<Dispatcher, "decode">,
): Promise<ActionRequest> {
  const picked = interaction.isStringSelectMenu() ? interaction.values[0] : undefined;
  const { ref, value } = await readReference(dispatcher, interaction.customId, picked);
  return {
    kind: "action",
    ...common(interaction),
    attachments: [],
    ref,
    ...(value === undefined ? {} : { value }),
    ...(interaction.isModalSubmit() ? { fields: fieldsOf(interaction) } : {}),
  };
}

function common(
  interaction: Whence & { readonly id: string; readonly channelId: string | null; readonly locale: string },
) {
  return {
    id: interaction.id,
    platform: "discord",
    community: communityOf(interaction),
    channel: interaction.channelId ?? "",
    user: userOf(interaction),
    locale: interaction.locale,
  };
}

function optionOf({ name, value, attachment }: CommandInteractionOption): [string, string | number | boolean][] {
  if (attachment !== undefined) return [[name, attachment.name]];
  return value === undefined ? [] : [[name, value]];
}
