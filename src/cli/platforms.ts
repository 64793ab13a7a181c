// The platforms that `convo start` runs side by side: each is one entry of a list. discord.js and Bolt take a second to load, so
// each is loaded only where its platform is configured.
import type { Dispatcher } from "../commands/dispatch.js";
import type { Posters } from "../commands/live.js";
import type { Config } from "../config.js";
import type { Log } from "../log.js";
import type { Store } from "../store/store.js";

export interface PlatformParts {
  readonly config: Config;
  readonly dispatcher: Dispatcher;
  /** Each platform enters its own as it starts. */
  readonly posters: Posters;
  readonly store: Store;
  readonly log: Log;
}

export interface RunningPlatform {
  /** One line for whoever started it: where it is, and the first thing to do there. */
  readonly description: string;
  close(): Promise<void>;
}

export interface Platform {
  /** The setting that switches it on. */
  readonly setting: string;
  isOn(config: Config): boolean;
  /** Resolves when people can use it. Throws UserError where whoever runs it can mend the cause. */
  start(parts: PlatformParts): Promise<RunningPlatform>;
}

export const PLATFORMS: readonly Platform[] = [
  {
    setting: "CONVO_PLAYGROUND=on",
    isOn: ({ playground }) => playground.enabled,
    async start({ config, ...parts }) {
      const { startPlayground } = await import("../bots/playground/server.js");
      const { url, close } = await startPlayground({ config: config.playground, ...parts });
      return { description: `Convo is ready: ${url}\n  Open it in a browser and type /quiz.`, close };
    },
  },
  {
    setting: "DISCORD_TOKEN",
    isOn: ({ discord }) => discord !== undefined,
    async start({ config: { discord, attachmentHosts }, dispatcher, posters, log }) {
      if (discord === undefined) throw new Error("Discord is not configured");
      const { startDiscord } = await import("../bots/discord/bot.js");
      const { description, close } = await startDiscord({ config: discord, attachmentHosts, dispatcher, posters, log });
      return {
        description: `Convo is ready: ${description}\n  Type /quiz there (\`convo register\` makes the commands known).`,
        close,
      };
    },
  },
  {
    setting: "SLACK_BOT_TOKEN",
    isOn: ({ slack }) => slack !== undefined,
    async start({ config: { slack, attachmentHosts }, ...parts }) {
      if (slack === undefined) throw new Error("Slack is not configured");
      const { startSlack } = await import("../bots/slack/slack.js");
      const { description, close } = await startSlack({ config: slack, attachmentHosts, ...parts });
      return { description: `Convo is ready: ${description}\n  Type /convo quiz there.`, close };
    },
  },
];

/** "CONVO_PLAYGROUND=on or DISCORD_TOKEN" */
export const NAMED = PLATFORMS.map(({ setting }) => setting).join(" or ");

/** All at once. Where one fails, those that started are closed again and its error is thrown. */
export async function startAll(wanted: readonly Platform[], parts: PlatformParts): Promise<readonly RunningPlatform[]> {
  const results = await Promise.allSettled(wanted.map((platform) => platform.start(parts)));
  const running = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (failed === undefined) return running;
  await closeAll(running);
  throw failed.reason;
}

/** All at once; each bounds its own end. Throws what went wrong, after all have ended. */
export async function closeAll(running: readonly RunningPlatform[]): Promise<void> {
  const results = await Promise.allSettled(running.map((platform) => platform.close()));
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
