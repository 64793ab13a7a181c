// What the page posts → what the commands get: typed text, presses and submitted forms become Requests.
import { z } from "zod";
import { findCallable } from "../../commands/callables.js";
import type { Command } from "../../commands/command.js";
import type { Dispatcher } from "../../commands/dispatch.js";
import { fileOption } from "../../commands/options.js";
import { type Attachment, ROLES, type User } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import { parseTyped, type Typed } from "../typed.js";
import { CHANNELS, COMMUNITY } from "./channels.js";
import type { Asked } from "./conversation.js";
import { COMPLETED_CHARACTERS, TEXT_CHARACTERS } from "./limits.js";
import { Refusal } from "./refusal.js";
import type { Room } from "./room.js";
import type { Signer } from "./signing.js";
import { readAction } from "./tokens.js";

const event = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, "8 to 64 letters, digits, - or _");
const channel = z.enum(CHANNELS.map(({ id }) => id));
const token = z.string().max(16_000);

/** The bodies of the POST requests. */
export const bodies = {
  login: z.object({ token: z.string().min(1).max(1_000) }),
  person: z.object({ name: z.string().max(400), role: z.enum(ROLES).optional() }),
  command: z.union([
    z.object({ id: event, channel, text: z.string().max(TEXT_CHARACTERS, `at most ${TEXT_CHARACTERS} characters`) }),
    z.object({
      id: event,
      channel,
      command: z.string().min(1).max(100),
      subcommand: z.string().max(100).optional(),
      options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    }),
  ]),
  complete: z.object({
    command: z.string().max(100),
    subcommand: z.string().max(100).optional(),
    option: z.string().max(100),
    typed: z.string().max(COMPLETED_CHARACTERS),
  }),
  action: z.object({ id: event, token, value: z.string().max(1_000).optional() }),
  submit: z.object({ id: event, token, fields: z.record(z.string(), z.string()) }),
};

/** Who asks, in which language (BCP 47). */
export interface Sender {
  readonly user: User;
  readonly locale: string;
}

/** A command to run, or a hint where what was typed is none. Throws Refusal `files-not-taken`. */
export function askCommand(
  body: z.infer<typeof bodies.command>,
  attachments: readonly Attachment[],
  commands: readonly Command[],
  sender: Sender,
): Asked | { hint: Extract<Typed, { kind: "hint" }>; text: string } {
  const typed = "text" in body ? parseTyped(body.text, commands) : structured(body);
  if ("kind" in typed && typed.kind === "hint") return { hint: typed, text: "text" in body ? body.text.trim() : "" };
  const { command, subcommand, options } = typed;
  const name = `/${command}${subcommand === undefined ? "" : ` ${subcommand}`}`;
  const option = fileOption(findCallable(commands, { command, subcommand }));
  if (attachments.length > 0 && option === undefined) {
    throw new Refusal(
      422,
      "files-not-taken",
      `${name} takes no files, so nothing was sent.`,
      "Remove the file and send the command again.",
    );
  }
  const what = "text" in body ? body.text.trim() : written(name, options);
  const files = attachments.map((file) => file.name);
  return {
    event: body.id,
    invocation: () => ({ name: sender.user.name, verb: "used", what, ...(files.length > 0 ? { files } : {}) }),
    request: {
      kind: "command",
      ...common(body.id, body.channel, sender),
      attachments,
      command,
      ...(subcommand === undefined ? {} : { subcommand }),
      // The option itself holds the file's name: the file is among the attachments.
      options: option === undefined || files[0] === undefined ? options : { ...options, [option]: files[0] },
    },
  };
}

/** A press or a pick. Throws Refusal `token-forged`; `button-expired` and `button-unknown` with status 410. */
export async function askAction(
  body: z.infer<typeof bodies.action>,
  dispatcher: Dispatcher,
  signer: Signer,
  room: Room,
  sender: Sender,
): Promise<Asked> {
  const { user } = sender;
  const action = readAction(signer, body.token, user.id);
  if (action.gesture === "submit")
    throw new Refusal(400, "body-invalid", "A form must be submitted, not pressed.", "Send it to /api/submit.");
  const ref = await decode(dispatcher, action.reference);
  // What one picked may be an answer: the others read only that something was picked.
  const picked = (isPrivate: boolean) =>
    (isPrivate ? optionLabel(room, action.message, body) : undefined) ?? action.label;
  return {
    event: body.id,
    invocation: (isPrivate) =>
      action.gesture === "pick"
        ? { name: user.name, verb: "picked", what: picked(isPrivate) }
        : { name: user.name, verb: "pressed", what: action.label },
    pressed: { message: action.message, private: action.private },
    request: {
      kind: "action",
      ...common(body.id, action.channel, sender),
      attachments: [],
      ref,
      ...(body.value === undefined ? {} : { value: body.value }),
    },
  };
}

/** A submitted form. Throws as `askAction` does. */
export async function askSubmit(
  body: z.infer<typeof bodies.submit>,
  dispatcher: Dispatcher,
  signer: Signer,
  room: Room,
  sender: Sender,
): Promise<Asked> {
  const action = readAction(signer, body.token, sender.user.id);
  if (action.gesture !== "submit")
    throw new Refusal(400, "body-invalid", "This is not a form.", "Send it to /api/action.");
  const ref = await decode(dispatcher, action.reference);
  const origin = room.find(action.message);
  return {
    event: body.id,
    invocation: () => ({ name: sender.user.name, verb: "submitted", what: action.label }),
    pressed: { message: action.message, private: origin?.entry.private ?? true },
    request: { kind: "action", ...common(body.id, action.channel, sender), attachments: [], ref, fields: body.fields },
  };
}

function common(id: string, channelId: string, { user, locale }: Sender) {
  // The person belongs to the id: nobody can use up the id of somebody else's event.
  return { id: `${user.id}:${id}`, platform: "playground", community: COMMUNITY, channel: channelId, user, locale };
}

async function decode(dispatcher: Dispatcher, reference: string) {
  try {
    return await dispatcher.decode(reference);
  } catch (error) {
    if (error instanceof UserError) throw new Refusal(410, error.code, error.what, error.fix);
    throw error;
  }
}

function optionLabel(
  room: Room,
  message: string,
  body: { token: string; value?: string | undefined },
): string | undefined {
  for (const block of room.find(message)?.entry.blocks ?? []) {
    if (block.kind !== "choice" || block.token !== body.token) continue;
    return block.options.find((option) => option.value === body.value)?.label;
  }
  return undefined;
}

function structured(body: {
  command: string;
  subcommand?: string | undefined;
  options: Record<string, string | number | boolean>;
}) {
  const { command, subcommand, options } = body;
  return { command, ...(subcommand === undefined ? {} : { subcommand }), options };
}

function written(name: string, options: Readonly<Record<string, string | number | boolean>>): string {
  return [name, ...Object.entries(options).map(([option, value]) => `${option}:${value}`)].join(" ");
}
