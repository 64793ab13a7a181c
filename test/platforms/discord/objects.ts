// Discord's objects as its API documents them, with what a bot reads of them.
import type { Role } from "../../../src/commands/request.js";

export const APPLICATION = "1100000000000000001";
export const BOT = {
  id: "1100000000000000002",
  username: "Convo",
  discriminator: "0000",
  avatar: null,
  bot: true,
  global_name: null,
};
export const GUILD = "1200000000000000001";
export const CHANNEL = "1300000000000000001";

let last = BigInt(Date.now() - 1_420_070_400_000) << 22n;
/** Discord's ids carry their time: milliseconds since 2015, then 22 bits. */
export function snowflake(): string {
  const now = BigInt(Date.now() - 1_420_070_400_000) << 22n;
  last = now > last ? now : last + 1n;
  return String(last);
}

export interface Member {
  readonly user: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly roles: readonly string[];
  readonly permissions: string;
}

const VIEW_AND_SEND = 3072n;
/** What everybody in the guild may: see channels, write in them and in their threads, attach files. */
const EVERYBODY = VIEW_AND_SEND | 32_768n | (1n << 38n);
const MANAGE_GUILD = 32n;

/** `roles`: ids. An instructor has no platform flag: our settings name him. */
export function member(id: string, name: string, role: Role, roles: readonly string[] = []): Member & object {
  return {
    user: {
      id,
      username: name.toLowerCase().replace(/\W+/g, "_"),
      global_name: name,
      discriminator: "0",
      avatar: null,
    },
    roles,
    permissions: String(role === "admin" ? VIEW_AND_SEND | MANAGE_GUILD : VIEW_AND_SEND),
    ...{ joined_at: "2026-01-01T00:00:00.000Z", deaf: false, mute: false, flags: 0, nick: null, avatar: null },
  };
}

/** `denied`: permissions that the channel's settings take from everybody, as bits. */
export const channel = (id: string, guild: string, denied = 0n) => ({
  ...{ id, type: 0, name: "general", guild_id: guild, position: 0 },
  permission_overwrites: [{ id: guild, type: 0, allow: "0", deny: String(denied) }],
  ...{ nsfw: false, topic: null, parent_id: null, last_message_id: null, rate_limit_per_user: 0, flags: 0 },
});

export function guild(id: string, channelId: string) {
  const everyone = {
    id,
    name: "@everyone",
    color: 0,
    hoist: false,
    position: 0,
    permissions: String(EVERYBODY),
    managed: false,
    mentionable: false,
    flags: 0,
  };
  return {
    ...{ id, name: "A course", icon: null, owner_id: "1400000000000000001", features: [], roles: [everyone] },
    ...{
      channels: [channel(channelId, id)],
      // Without the privileged intent Discord tells of the bot itself alone.
      members: [{ user: BOT, roles: [], joined_at: "2026-01-01T00:00:00.000Z", deaf: false, mute: false, flags: 0 }],
      threads: [],
      emojis: [],
      stickers: [],
      presences: [],
      voice_states: [],
    },
    ...{
      stage_instances: [],
      guild_scheduled_events: [],
      soundboard_sounds: [],
      member_count: 30,
      large: false,
      unavailable: false,
    },
    ...{ joined_at: "2026-01-01T00:00:00.000Z", preferred_locale: "en-GB", premium_tier: 0, verification_level: 0 },
    ...{ default_message_notifications: 0, explicit_content_filter: 0, mfa_level: 0, nsfw_level: 0, afk_timeout: 300 },
    ...{ system_channel_flags: 0, premium_progress_bar_enabled: false },
  };
}

export interface StoredMessage {
  readonly id: string;
  readonly channel: string;
  flags: number;
  components: readonly object[];
  attachments: readonly {
    readonly filename: string;
    readonly description?: string;
    readonly size: number;
    readonly bytes: Uint8Array;
  }[];
  /** Whose alone it is; undefined: everybody's. */
  readonly reader?: string;
}

export const EPHEMERAL = 64;

export function messageObject(message: StoredMessage): object {
  const { id, channel: channelId, flags, components, attachments } = message;
  return {
    ...{
      id,
      channel_id: channelId,
      flags,
      components,
      author: BOT,
      content: "",
      type: 20,
      application_id: APPLICATION,
    },
    ...{
      timestamp: "2026-03-02T12:00:00.000Z",
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      pinned: false,
    },
    ...{ mentions: [], mention_roles: [], embeds: [], webhook_id: APPLICATION },
    attachments: attachments.map(({ filename, size, description }, index) => ({
      ...{ id: String(index + 1), filename, size, description },
      ...{ url: `https://cdn.discordapp.com/${filename}`, proxy_url: `https://media.discordapp.net/${filename}` },
    })),
  };
}

/** What an interaction of a guild tells besides its own data. */
export function interactionObject(
  kind: { readonly type: number; readonly id: string; readonly token: string },
  who: Member,
  place: { readonly guild?: string; readonly channel: string },
): object {
  const inGuild =
    place.guild === undefined
      ? { user: who.user, context: 1, authorizing_integration_owners: { "1": who.user.id } }
      : {
          member: who,
          guild_id: place.guild,
          guild: { id: place.guild, locale: "en-GB", features: [] },
          guild_locale: "en-GB",
          context: 0,
          authorizing_integration_owners: { "0": place.guild },
        };
  return {
    ...kind,
    ...inGuild,
    application_id: APPLICATION,
    version: 1,
    channel_id: place.channel,
    channel:
      place.guild === undefined ? { id: place.channel, type: 1, recipients: [] } : channel(place.channel, place.guild),
    locale: "en-GB",
    entitlements: [],
    app_permissions: "2147483647",
    attachment_size_limit: 10_485_760,
  };
}
