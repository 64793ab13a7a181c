// Starts and stops the bot on Discord: one client, the Guilds intent alone, and everything that may go wrong on the way.
import { Client, Events, GatewayIntentBits, type Interaction, Options } from "discord.js";
import { Agent } from "undici";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Posters } from "../../commands/live.js";
import type { DiscordConfig } from "../../config.js";
import type { Log } from "../../log.js";
import { onInteraction } from "./interactions.js";
import { CLOSE_PATIENCE, DOWNLOAD_TIMEOUT, GATEWAY_PATIENCE, LIMITS } from "./limits.js";
import { discordPoster } from "./poster.js";
import { ready } from "./ready.js";
import { after } from "./waiting.js";

export interface DiscordParts {
  readonly config: DiscordConfig;
  /** Hosts besides Discord's own from which files may be downloaded. */
  readonly attachmentHosts: readonly string[];
  readonly dispatcher: Dispatcher;
  /** Where its poster is entered. */
  readonly posters?: Posters;
  readonly log: Log;
  /** For tests: milliseconds; only differences count. */
  readonly now?: () => number;
}

export interface DiscordBot {
  /** The bot's name there and in how many guilds it is. */
  readonly description: string;
  /** Takes nothing new, gives answers that are under way a moment, and closes the gateway, all shards at once. At most 7 s. */
  close(): Promise<void>;
}

/** Discord's own servers for files. */
const FILE_HOSTS = ["cdn.discordapp.com", "media.discordapp.net"];

/**
 * Resolves when the bot is ready to be spoken to.
 * Throws UserError `discord-token`, `discord-unreachable`, `discord-slow`.
 */
export async function startDiscord(parts: DiscordParts): Promise<DiscordBot> {
  const { config, attachmentHosts, dispatcher, posters, log, now = Date.now } = parts;
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // As many as Discord recommends, one for some 2,500 guilds, all in this process: posters and shutdown know every guild.
    shards: "auto",
    // An agent of the undici that discord.js itself uses: the default one is shared by all copies in the process, Slack's library
    // brings another major version, and whichever comes first breaks the uploads of the other.
    rest: { api: config.apiUrl, agent: new Agent() },
    allowedMentions: { parse: [], repliedUser: false },
    // An interaction brings all that an answer needs; at hundreds of guilds the rest would only fill memory.
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, ...UNUSED }),
  });
  const works = new Set<Promise<void>>();
  let closing = false;
  const downloads = {
    hosts: FILE_HOSTS,
    trustedHosts: attachmentHosts,
    maxBytes: LIMITS.uploadBytes,
    timeoutMs: DOWNLOAD_TIMEOUT,
  };
  client.on(Events.InteractionCreate, (interaction: Interaction) => {
    if (closing) return;
    const work = onInteraction({ dispatcher, log, downloads, now }, interaction);
    works.add(work);
    void work.finally(() => works.delete(work));
  });
  // Without a listener an error of the client would end the process.
  client.on(Events.Error, (error) => log.error({ platform: "discord", err: error }, "the client failed"));
  client.on(Events.Warn, (message) => log.warn({ platform: "discord" }, message));
  client.on(Events.ShardError, (error, shard) =>
    log.warn({ platform: "discord", shard, err: error }, "the gateway failed"),
  );
  client.on(Events.ShardReconnecting, (shard) => log.info({ platform: "discord", shard }, "the gateway reconnects"));
  client.on(Events.ShardResume, (shard, replayed) =>
    log.info({ platform: "discord", shard, replayed }, "the gateway resumed"),
  );
  client.on(Events.ShardDisconnect, ({ code }, shard) =>
    log.error({ platform: "discord", shard, code }, "the gateway is closed for good: start Convo again"),
  );
  client.rest.on("rateLimited", ({ route, retryAfter }) =>
    log.info({ platform: "discord", route, retryAfter }, "waits for Discord's rate limit"),
  );
  try {
    await ready(client, config);
  } catch (error) {
    await client.destroy();
    throw error;
  }
  posters?.set("discord", discordPoster(client, dispatcher, log));
  const guilds = client.guilds.cache.size;
  const description = `Discord as ${client.user?.username ?? "the bot"}, ${whereabouts(guilds)}`;
  log.info({ platform: "discord", guilds, shards: client.ws.shards.size }, "ready");
  return {
    description,
    async close() {
      closing = true;
      await Promise.race([Promise.allSettled(works), after(CLOSE_PATIENCE)]);
      // A dead connection does not say farewell, and the library would wait half a minute for it.
      await Promise.race([client.destroy(), after(GATEWAY_PATIENCE)]);
    },
  };
}

function whereabouts(guilds: number): string {
  if (guilds === 0) return "in no server yet: invite it (docs/discord.md, step 2)";
  return guilds === 1 ? "in 1 server" : `in ${guilds} servers`;
}

const UNUSED = {
  MessageManager: 0,
  ReactionManager: 0,
  PresenceManager: 0,
  ThreadManager: 0,
  ThreadMemberManager: 0,
  VoiceStateManager: 0,
  StageInstanceManager: 0,
  GuildEmojiManager: 0,
  GuildStickerManager: 0,
  GuildScheduledEventManager: 0,
  GuildInviteManager: 0,
  GuildBanManager: 0,
  AutoModerationRuleManager: 0,
  GuildMemberManager: {
    maxSize: 100,
    keepOverLimit: (member: { readonly id: string; readonly client: Client }) => member.id === member.client.user?.id,
  },
  UserManager: {
    maxSize: 100,
    keepOverLimit: (user: { readonly id: string; readonly client: Client }) => user.id === user.client.user?.id,
  },
};
