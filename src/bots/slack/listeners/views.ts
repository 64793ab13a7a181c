// Submitted forms: acknowledged when what was sent is stored and its answer is there, or after a moment at the latest.
import type { App, ViewSubmitAction } from "@slack/bolt";
import { UserError } from "../../../errors.js";
import { communityOf, placeOf, type SlackBot, serve, type Wish } from "../bot.js";
import { commandWish } from "../commandWish.js";
import { filesIn } from "../files.js";
import { FILES, FORM, readFields, readMetadata } from "../form.js";
import { ACKNOWLEDGE_MS } from "../limits.js";

export function listenToViews(app: App, bot: SlackBot): void {
  app.view<ViewSubmitAction>(
    { type: "view_submission", callback_id: /^(?:form|files)$/u },
    async ({ ack, body, client, context, view }) => {
      const metadata = readMetadata(view.private_metadata);
      if (metadata === undefined) {
        await ack();
        return;
      }
      let answered = (): void => undefined;
      const first = new Promise<void>((resolve) => {
        answered = resolve;
        setTimeout(resolve, ACKNOWLEDGE_MS);
      });
      const wish: Wish = async (common, attach) => {
        const { r: token, w: wanted } = metadata;
        if (view.callback_id === FORM && token !== undefined) {
          const ref = await bot.dispatcher.decode(token);
          return { kind: "action", ...common, ref, fields: readFields(view.state.values) };
        }
        if (view.callback_id !== FILES || wanted === undefined)
          throw new UserError("button-unknown", "This form belongs to an older version.", "Ask again.");
        const files = filesIn(Object.values(view.state.values[wanted.f] ?? {})[0]?.files);
        const { c: command, s: subcommand, o: options } = wanted;
        const typed = {
          kind: "command",
          command,
          ...(subcommand === undefined ? {} : { subcommand }),
          options,
        } as const;
        return await commandWish(typed, common, bot.dispatcher.commands, files, attach);
      };
      const served = serve(
        bot,
        {
          // Sent again after a bad connection, it is the same view.
          id: `view/${view.id}`,
          community: communityOf(context, [body.team?.id, body.user.team_id]),
          user: { id: body.user.id, name: body.user.name },
          place: placeOf(bot, client, body.user.id, metadata.o),
          trigger: body.trigger_id,
          answered,
        },
        wish,
      );
      await first;
      await ack();
      await served;
    },
  );
}
