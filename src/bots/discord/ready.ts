// The way from a token to a bot that can be spoken to: logged in, every shard ready, and why not.
import { type Client, Events } from "discord.js";
import type { DiscordConfig } from "../../config.js";
import { UserError } from "../../errors.js";
import { READY_PATIENCE } from "./limits.js";
import { explainRest } from "./register.js";

/**
 * Resolves when every shard is ready and its guilds are known.
 * Throws UserError `discord-token`, `discord-unreachable`, `discord-gateway`, `discord-slow`.
 */
export async function ready(client: Client, { token, apiUrl }: DiscordConfig): Promise<void> {
  const isReady = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
  const refused = new Promise<never>((_, reject) => {
    client.once(Events.ShardDisconnect, ({ code }) => reject(gatewayError(code)));
  });
  const slow = silence(client, READY_PATIENCE);
  // Whichever loses a race is no failure of its own.
  for (const loser of [refused, slow]) loser.catch(() => undefined);
  try {
    await Promise.race([client.login(token), refused, slow]);
  } catch (error) {
    const invalid = error instanceof Error && "code" in error && error.code === "TokenInvalid";
    throw explainRest(invalid ? Object.assign(error, { status: 401 }) : error, apiUrl);
  }
  await Promise.race([isReady, refused, slow]);
}

/** Close codes of the gateway after which nothing reconnects (Discord: Gateway close event codes). */
function gatewayError(code: number): UserError {
  if (code === 4004)
    return new UserError(
      "discord-token",
      "Discord's gateway does not take this token.",
      "Copy it anew into DISCORD_TOKEN.",
    );
  return new UserError(
    "discord-gateway",
    `Discord's gateway closed the connection for good (${code}).`,
    "Look the code up in Discord's documentation under gateway close event codes; Convo needs the Guilds intent alone.",
  );
}

interface ShardsBecomeReady {
  on(event: Events.ShardReady, listener: () => void): unknown;
}

/**
 * Rejects with UserError `discord-slow` when no shard has become ready for so long: shards come one after the other, 5 s apart, and a
 * bot that has many is not slow. Never resolves.
 * @param patience milliseconds
 */
export function silence(client: ShardsBecomeReady, patience: number): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => {
      reject(
        new UserError(
          "discord-slow",
          `Discord's gateway was not ready within ${patience / 1_000} s.`,
          "Check this machine's network and https://discordstatus.com, then start again.",
        ),
      );
    }, patience);
    timer.unref();
    client.on(Events.ShardReady, () => void timer.refresh());
  });
}
