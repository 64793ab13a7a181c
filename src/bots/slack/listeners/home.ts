// App Home: the learner's progress and what is due, by the command's own reply.
import type { App } from "@slack/bolt";
import type { Message } from "../../../commands/reply.js";
import { communityOf, type SlackBot } from "../bot.js";
import { guarded } from "../conversation.js";
import { renderHome } from "../render.js";
import { pictureUpload } from "../uploads.js";
import { voiceAt } from "../voice.js";

export function listenToHome(app: App, bot: SlackBot): void {
  app.event("app_home_opened", async ({ event, body, client, context }) => {
    if (event.tab !== "home") return;
    const { dispatcher, renderer, people, log } = bot;
    const place = { client, user: event.user, channel: "", direct: false };
    await guarded({ voice: voiceAt(place, renderer, log) }, log, async () => {
      const community = communityOf(context, [body.team_id]);
      const person = await people.of(client, community, event.user, "");
      const request = {
        kind: "command" as const,
        id: body.event_id,
        platform: "slack",
        community,
        channel: event.channel,
        ...person,
        attachments: [],
        command: "progress",
        options: {},
      };
      let last: Message | undefined;
      for await (const reply of dispatcher.handle(request)) if (reply.kind === "message") last = reply;
      if (last === undefined) return;
      const blocks = await renderHome(renderer, last, pictureUpload(client, log));
      await client.views.publish({ user_id: event.user, view: { type: "home", blocks } });
    });
  });
}
