// Messages of their own in the playground's channels: posted once, edited by their id, put there again after a restart.
import { randomBytes } from "node:crypto";
import type { Poster } from "../../commands/live.js";
import { UserError } from "../../errors.js";
import { CHANNELS } from "./channels.js";
import { type Renderer, renderMessage } from "./render.js";
import type { Room } from "./room.js";

export function playgroundPoster(room: Room, renderer: Renderer): Poster {
  const check: Poster["check"] = async ({ channel }) => {
    if (CHANNELS.some(({ id }) => id === channel)) return;
    throw new UserError("cannot-post", "The playground has no such channel.", "Ask again in one of its channels.");
  };
  const put: Poster["edit"] = async (place, message) => {
    const { id, channel, asker = "Convo", asked = "" } = place;
    const before = room.find(id);
    const blocks = await renderMessage(renderer, message, { message: id, channel, person: "" });
    room.publish(
      {
        id,
        channel,
        at: before?.entry.at ?? Date.now(),
        private: false,
        streaming: false,
        invocation: { name: asker, verb: "used", what: asked },
        request: "",
        blocks,
      },
      "",
    );
  };
  return {
    platform: "playground",
    check,
    async post(place, message) {
      await check(place);
      const posted = { ...place, id: randomBytes(9).toString("base64url") };
      await put(posted, message);
      return posted;
    },
    edit: put,
    remove: async ({ id }) => room.remove(id),
  };
}
