// A Discord on this machine, written from its documentation: REST v10, gateway and CDN over real sockets.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openCdn } from "./cdn.js";
import { openGateway, type Shard, shardOf } from "./gateway.js";
import { Interactions, type LiveInteraction } from "./interactions.js";
import {
  APPLICATION,
  BOT,
  CHANNEL,
  GUILD,
  guild,
  interactionObject,
  type Member,
  type StoredMessage,
} from "./objects.js";
import { Rest } from "./rest.js";

export const TOKEN = "local.bot.token";

export type LocalDiscord = Awaited<ReturnType<typeof openLocalDiscord>>;

/** `type` and `data` as the gateway sends them; `source`: the message whose component is used. */
export interface Sent {
  readonly type: 2 | 3 | 4 | 5;
  readonly data: object;
  readonly source?: { readonly message: StoredMessage; readonly object: object };
  /** In a direct message with the bot. */
  readonly direct?: boolean;
  /** In which of the guilds; 0 by default. */
  readonly guild?: number;
}

export async function openLocalDiscord(
  options: {
    readonly guilds?: number;
    readonly heartbeat?: number;
    readonly unchecked?: boolean;
    /** That `/gateway/bot` recommends; they may identify at once. */
    readonly shards?: number;
  } = {},
) {
  const interactions = new Interactions();
  const cdn = openCdn();
  // Longer than any pause of a test: an idle connection closed under a request in flight is no case of these.
  const server = createServer({ keepAliveTimeout: 120_000 });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gatewayUrl = () => `ws://${host}/gateway`;
  const { shards = 1, unchecked = false } = options;
  const guilds = Array.from({ length: options.guilds ?? 1 }, (_, index) => guild(guildId(index), channelId(index)));
  const guildsOf = ([shard, count]: Shard) => guilds.filter(({ id }) => shardOf(id, count) === shard);
  const inGuilds = guilds.map(({ id }) => id);
  const rest = new Rest({ token: TOKEN, interactions, gatewayUrl, unchecked, shards, guilds: inGuilds });
  server.on("request", (request, response) => {
    if (request.url?.startsWith("/attachments/") === true) cdn.handle(request, response);
    else
      rest.handle(request, response).catch((error: unknown) => {
        rest.mistakes.push(String(error));
        response.writeHead(500).end();
      });
  });
  const gateway = openGateway(server, gatewayUrl, {
    token: TOKEN,
    ...(options.heartbeat === undefined ? {} : { heartbeat: options.heartbeat }),
    ready: (shard) => ({
      user: BOT,
      guilds: guildsOf(shard).map(({ id }) => ({ id, unavailable: true })),
      application: { id: APPLICATION, flags: 0 },
    }),
    greetings: (shard) => guildsOf(shard).map((data) => ({ name: "GUILD_CREATE", data })),
  });

  return {
    host,
    apiUrl: `http://${host}/api`,
    interactions,
    rest,
    cdn,
    gateway,
    /** Somebody does something; the bot gets it through the gateway. */
    send(who: Member, { type, data, source, direct = false, guild = 0 }: Sent): LiveInteraction {
      const channel = direct ? "1500000000000000001" : channelId(guild);
      const place = direct ? { channel } : { guild: guildId(guild), channel };
      const live = interactions.open({
        type,
        person: who.user.id,
        channel,
        ...(source === undefined ? {} : { source: interactions.messages.get(source.message.id) ?? source.message }),
      });
      const { id, token } = live;
      const event = {
        ...interactionObject({ type, id, token }, who, place),
        data,
        ...(source === undefined ? {} : { message: source.object }),
      };
      gateway.dispatch("INTERACTION_CREATE", event, place.guild);
      return live;
    },
    async close() {
      gateway.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Ids carry their time, and by it guilds go to shards: each of these to the next. */
const guildId = (index: number): string => String(BigInt(GUILD) + (BigInt(index) << 22n));
const channelId = (index: number): string => String(BigInt(CHANNEL) + BigInt(index));
