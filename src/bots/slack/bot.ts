// What every listener works with, and the common beginning of each: who asks, where the answer goes, nothing thrown.
import type { Context } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Attachment, Request } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import type { Log } from "../../log.js";
import { type Asked, converse, guarded } from "./conversation.js";
import { type FileRules, fetchFile, type SlackFile } from "./files.js";
import { formView, type Origin } from "./form.js";
import type { People } from "./people.js";
import type { Renderer } from "./render.js";
import { type ResponseUrl, responseUrl } from "./responseUrl.js";
import { type Place, platformError, voiceAt } from "./voice.js";

export interface SlackBot {
  readonly dispatcher: Dispatcher;
  readonly renderer: Renderer;
  readonly people: People;
  readonly files: FileRules;
  readonly log: Log;
  /** Work that a shutdown waits for. */
  readonly running: Set<Promise<void>>;
}

/** One interaction: what of it every listener knows. */
export interface Interaction {
  /** Slack's own identifier: delivered again, it is the same. */
  readonly id: string;
  readonly community: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly place: Place;
  /** Opens one view within 3 s; absent for events. */
  readonly trigger?: string;
  readonly answered?: () => void;
}

/** What of a request is particular: its kind and what was asked. Made inside, so that its errors are said. */
export type Wish = (common: Common, attach: Attach) => Promise<Request | undefined>;
export type Attach = (files: readonly SlackFile[]) => Promise<Attachment[]>;
type Common = Omit<Extract<Request, { kind: "command" }>, "kind" | "command" | "subcommand" | "options">;

/** Runs to its end; never throws. */
export function serve(bot: SlackBot, interaction: Interaction, wish: Wish): Promise<void> {
  const work = answer(bot, interaction, wish).finally(() => bot.running.delete(work));
  bot.running.add(work);
  return work;
}

async function answer(bot: SlackBot, interaction: Interaction, wish: Wish): Promise<void> {
  const { dispatcher, renderer, people, files, log } = bot;
  const { id, community, user, place, trigger, answered } = interaction;
  const voice = voiceAt(place, renderer, log);
  const asked = {
    voice,
    open: async (form) => {
      if (trigger === undefined) throw new Error("a form was answered where none can be opened");
      await openView(place.client, trigger, await formView(renderer, form, originOf(place)));
    },
    ...(answered === undefined ? {} : { answered }),
  } satisfies Omit<Asked, "request">;
  await guarded(asked, log, async () => {
    const person = await people.of(place.client, community, user.id, user.name);
    const common = { id, platform: "slack", community, channel: place.channel, ...person, attachments: [] };
    const attach: Attach = (each) => Promise.all(each.map((file) => fetchFile(place.client, file, files)));
    const request = await wish(common, attach);
    if (request !== undefined) await converse(dispatcher, { ...asked, request }, log);
  });
  answered?.();
}

/** Throws UserError `form-late` where the three seconds are over. */
export async function openView(
  client: WebClient,
  trigger: string,
  view: Parameters<WebClient["views"]["open"]>[0]["view"],
): Promise<void> {
  try {
    await client.views.open({ trigger_id: trigger, view });
  } catch (error) {
    const code = platformError(error);
    if (code !== "expired_trigger_id" && code !== "exchanged_trigger_id") throw error;
    throw new UserError("form-late", "The form came too late for Slack, which waits three seconds.", "Press again.", {
      cause: error,
    });
  }
}

/** Workspace, else organisation: everything stored belongs to one. */
export function communityOf(context: Context, teams: readonly (string | null | undefined)[] = []): string {
  return teams.find((team) => typeof team === "string" && team !== "") ?? context.teamId ?? context.enterpriseId ?? "";
}

export function newResponse(bot: SlackBot, url: string | undefined, since = Date.now()): { response?: ResponseUrl } {
  return url === undefined || url === "" ? {} : { response: responseUrl(url, since, bot.files.hosts, bot.log) };
}

export function originOf(place: Place): Origin {
  return {
    c: place.channel,
    ...(place.thread === undefined ? {} : { t: place.thread }),
    ...(place.response === undefined ? {} : { u: place.response.url }),
    a: place.response?.since ?? Date.now(),
    ...(place.pressed?.ts === undefined ? {} : { m: place.pressed.ts }),
    p: place.pressed?.private ?? true,
    d: place.direct,
  };
}

export function placeOf(bot: SlackBot, client: WebClient, user: string, origin: Origin): Place {
  return {
    client,
    user,
    channel: origin.c,
    direct: origin.d,
    ...(origin.t === undefined ? {} : { thread: origin.t }),
    ...newResponse(bot, origin.u, origin.a),
    pressed: { private: origin.p, ...(origin.m === undefined ? {} : { ts: origin.m }) },
  };
}
