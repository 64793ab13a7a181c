// Discord's driver for the contract suite: the real bot and its real client, against the local Discord.
import { type DiscordBot, startDiscord } from "../../../src/bots/discord/bot.js";
import { makeLog } from "../../../src/log.js";
import type { World } from "../../support/world.js";
import type { MenuDriver, Platform } from "../driver.js";
import { type LocalDiscord, openLocalDiscord, TOKEN } from "./local-discord.js";
import { CHANNEL, GUILD, type StoredMessage } from "./objects.js";
import { People } from "./person.js";

export interface DiscordDriver extends MenuDriver {
  readonly discord: LocalDiscord;
  readonly people: People;
  /** The bot's log, parsed. */
  readonly log: Record<string, unknown>[];
  /** Milliseconds by which the bot's clock is behind Discord's. */
  readonly lag: { ms: number };
  /** Ends the bot alone. */
  stop(): Promise<void>;
}

export async function startDriver(
  world: World,
  options: Parameters<typeof openLocalDiscord>[0] = {},
): Promise<DiscordDriver> {
  const discord = await openLocalDiscord(options);
  const people = new People(discord, world.dispatcher.commands);
  const log: Record<string, unknown>[] = [];
  const lag = { ms: 0 };
  const start = (): Promise<DiscordBot> =>
    startDiscord({
      config: { token: TOKEN, apiUrl: discord.apiUrl },
      attachmentHosts: [discord.host],
      dispatcher: people.watched(world.dispatcher),
      posters: world.posters,
      now: () => discord.interactions.now() - lag.ms,
      log: makeLog({ level: "debug", pretty: false }, { write: (line) => void log.push(JSON.parse(line)) }),
    });
  let bot = await start();
  return {
    community: GUILD,
    discord,
    people,
    log,
    lag,
    say: (who, line, given = {}, files = {}) => people.done(who, { type: 2, data: people.command(line, given, files) }),
    press: (who, message, label) => people.done(who, people.press(message, label)),
    pick: (who, message, label) => people.done(who, people.pick(message, label)),
    submit: (who, form, fields) => people.done(who, people.submit(form, fields)),
    menu: (who, entry, file) => people.done(who, people.menu(entry, file)),
    uploaded: ({ handle }) =>
      (handle as readonly StoredMessage[]).flatMap(({ attachments }) => attachments.map(({ bytes }) => bytes)),
    person: (who) => people.member(who).user.id,
    channel: () => CHANNEL,
    role: () => "1700000000000000001",
    mistakes: () => discord.rest.mistakes,
    stop: () => bot.close(),
    async restart() {
      await bot.close();
      bot = await start();
    },
    async close() {
      await bot.close();
      await discord.close();
    },
  };
}

export const discordPlatform: Platform<MenuDriver> = { name: "Discord", start: (world) => startDriver(world) };
