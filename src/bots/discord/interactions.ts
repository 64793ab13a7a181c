// Every interaction that Discord sends, to the place that answers it; nothing is thrown out of here.
import type { AutocompleteInteraction, Interaction } from "discord.js";
import { findCallable } from "../../commands/callables.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Log } from "../../log.js";
import type { DownloadPolicy } from "../attachments/download.js";
import { type Asked, answer, isLateAcknowledgement } from "./answer.js";
import { completions } from "./complete.js";
import { communityOf } from "./people.js";
import { menuCallable } from "./registration.js";
import { actionRequest, commandRequest, type Gesture, menuWishOf, wishOf } from "./requests.js";

export interface InteractionParts {
  readonly dispatcher: Dispatcher;
  readonly log: Log;
  readonly downloads: DownloadPolicy;
  /** Milliseconds; only differences count. */
  readonly now: () => number;
}

/** Never rejects. */
export async function onInteraction(parts: InteractionParts, interaction: Interaction): Promise<void> {
  const line = { platform: "discord", event: interaction.id, community: communityOf(interaction) };
  try {
    if (interaction.isAutocomplete()) return await complete(parts, interaction);
    const asked = askedBy(parts, interaction);
    if (asked === undefined) parts.log.warn({ ...line, type: interaction.type }, "an interaction of an unknown kind");
    else await answer(parts, asked);
  } catch (error) {
    if (isLateAcknowledgement(error)) parts.log.warn({ ...line, err: error }, "acknowledged too late");
    else parts.log.error({ ...line, err: error }, "Discord took no reply");
  }
}

function askedBy({ dispatcher, downloads }: InteractionParts, interaction: Interaction): Asked | undefined {
  const { commands } = dispatcher;
  if (interaction.isChatInputCommand()) {
    const wish = wishOf(interaction);
    const callable = findCallable(commands, wish);
    return {
      interaction,
      opensForm: callable?.opensForm === true,
      public: callable?.public === true,
      request: () => commandRequest(interaction, wish, downloads),
    };
  }
  if (interaction.isMessageContextMenuCommand()) {
    const callable = menuCallable(commands, interaction.commandName);
    if (callable === undefined) return undefined;
    return {
      interaction,
      opensForm: callable.opensForm === true,
      public: callable.public === true,
      request: async () => await commandRequest(interaction, menuWishOf(interaction, callable), downloads),
    };
  }
  if (interaction.isButton() || interaction.isStringSelectMenu() || interaction.isModalSubmit())
    return gesture(dispatcher, interaction);
  return undefined;
}

function gesture(dispatcher: Dispatcher, interaction: Gesture): Asked {
  // A short custom_id names its action; a stored one does so only in the store, which is too late to decide whether to defer.
  const opensForm = !interaction.isModalSubmit() && mayOpenForm(dispatcher, interaction.customId);
  return { interaction, opensForm, public: false, request: () => actionRequest(interaction, dispatcher) };
}

/** Also for stored references and for none of ours: then the answer is awaited a moment before it is deferred. */
function mayOpenForm({ commands }: Dispatcher, customId: string): boolean {
  const [, command, action] = /^([a-z-]+)\.([a-z-]+)/.exec(customId) ?? [];
  if (command === undefined || action === undefined) return true;
  const actions = commands.find(({ name }) => name === command)?.actions ?? {};
  return Object.hasOwn(actions, action) && actions[action]?.opensForm === true;
}

async function complete({ dispatcher, log }: InteractionParts, interaction: AutocompleteInteraction): Promise<void> {
  await interaction.respond(await completions(dispatcher.commands, interaction, log));
}
