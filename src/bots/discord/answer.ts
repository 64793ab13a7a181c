// The one place that acknowledges: defers at once (or opens the form), then shows each reply where it belongs.
import { type APIModalInteractionResponseCallbackData, DiscordAPIError, MessageFlags } from "discord.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Reply } from "../../commands/reply.js";
import type { Request } from "../../commands/request.js";
import { codeOf } from "../../errors.js";
import type { Log } from "../../log.js";
import { renderForm } from "./forms.js";
import { FORM_PATIENCE } from "./limits.js";
import { Place, type PlaceParts } from "./place.js";
import { problem } from "./problem.js";
import type { Gesture, Spoken } from "./requests.js";
import { after } from "./waiting.js";

export interface Asked {
  readonly interaction: Spoken | Gesture;
  /** A form comes first: nothing is deferred before it. */
  readonly opensForm: boolean;
  /** The answer is usually for everybody. */
  readonly public: boolean;
  /** Made after the acknowledgement, since it may download. A UserError becomes the reply. */
  request(): Promise<Request>;
}

/** Runs to the end of the answer. Throws only where Discord takes no reply at all. */
export async function answer(parts: PlaceParts, asked: Asked): Promise<void> {
  const { dispatcher, log } = parts;
  const { interaction } = asked;
  const replies = repliesTo(dispatcher, log, asked)[Symbol.asyncIterator]();
  if (!asked.opensForm) {
    await acknowledge(asked);
    await new Place(parts, asked).show(replies, replies.next());
    return;
  }
  const first = replies.next();
  const early = await Promise.race([first, after(FORM_PATIENCE)]);
  if (early !== undefined && early.done !== true && early.value.kind === "form" && !interaction.isModalSubmit()) {
    await interaction.showModal(await modal(dispatcher, early.value));
    return;
  }
  await acknowledge(asked);
  await new Place(parts, asked).show(replies, first);
}

async function modal(
  dispatcher: Dispatcher,
  form: Extract<Reply, { kind: "form" }>,
): Promise<APIModalInteractionResponseCallbackData> {
  return await renderForm(dispatcher, form);
}

/** A pressed button leaves its message as it is for now; a command gets "thinking", in private unless it answers in public. */
async function acknowledge(asked: Asked): Promise<void> {
  try {
    await defer(asked);
  } catch (error) {
    // A connection that Discord closed while it idled: a new one is there at once, the 3 s are not over.
    if (codeOf(error) === "UND_ERR_SOCKET") await defer(asked);
    else throw error;
  }
}

async function defer({ interaction, public: isPublic }: Asked): Promise<void> {
  if (interaction.isMessageComponent() || (interaction.isModalSubmit() && interaction.isFromMessage()))
    await interaction.deferUpdate();
  else await interaction.deferReply(isPublic ? {} : { flags: MessageFlags.Ephemeral });
}

async function* repliesTo(dispatcher: Dispatcher, log: Log, asked: Asked): AsyncGenerator<Reply> {
  let request: Request;
  try {
    request = await asked.request();
  } catch (error) {
    yield problem(error, log, asked.interaction.id);
    return;
  }
  yield* dispatcher.handle(request);
}

/** 10062: the token is unknown, since the acknowledgement came too late; 40060: somebody else acknowledged. */
export function isLateAcknowledgement(error: unknown): boolean {
  return error instanceof DiscordAPIError && (error.code === 10_062 || error.code === 40_060);
}
