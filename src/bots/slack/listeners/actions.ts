// Buttons and menus, in messages and in App Home: what is pressed names its action.
import type { App, BlockAction } from "@slack/bolt";
import { communityOf, newResponse, type SlackBot, serve } from "../bot.js";
import { readPress } from "../controls.js";

export function listenToActions(app: App, bot: SlackBot): void {
  app.action<BlockAction>(/^(?:press|pick)[:=]/u, async ({ ack, action, body, client, context }) => {
    await ack();
    const pressed = readPress({
      action_id: action.action_id,
      value: "value" in action && typeof action.value === "string" ? action.value : undefined,
      selected_option: "selected_option" in action ? action.selected_option : undefined,
    });
    if (pressed === undefined) return;
    const channel = body.channel?.id ?? "";
    const { container } = body;
    const isEphemeral = container.is_ephemeral === true;
    const message = body.message;
    const thread = typeof message?.thread_ts === "string" ? message.thread_ts : undefined;
    const ts = message?.ts ?? (typeof container.message_ts === "string" ? container.message_ts : undefined);
    await serve(
      bot,
      {
        id: body.trigger_id ?? `${container.message_ts ?? container.view_id}/${action.action_ts}/${body.user.id}`,
        community: communityOf(context, [body.team?.id, body.user.team_id]),
        user: { id: body.user.id, name: body.user.name ?? body.user.username ?? "" },
        place: {
          client,
          user: body.user.id,
          channel,
          direct: channel.startsWith("D") && !isEphemeral && message !== undefined,
          ...(thread === undefined ? {} : { thread }),
          ...newResponse(bot, body.response_url),
          ...(channel === "" ? {} : { pressed: { private: isEphemeral, ...(ts === undefined ? {} : { ts }) } }),
        },
        trigger: body.trigger_id,
      },
      async (common) => ({
        kind: "action",
        ...common,
        ref: await bot.dispatcher.decode(pressed.token),
        ...(pressed.value === undefined ? {} : { value: pressed.value }),
      }),
    );
  });
}
