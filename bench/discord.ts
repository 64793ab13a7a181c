// Acknowledgements on Discord: `npm run bench:discord [-- --count 1000] [-- --load 2]`. The real bot and a bare "pong" bot on discord.js, each in
// turn as a process against a local Discord in this one: time from the event to the acknowledgement, idle and with `--load` cores busy.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LIFE } from "../test/platforms/discord/interactions.js";
import { type LocalDiscord, openLocalDiscord, TOKEN } from "../test/platforms/discord/local-discord.js";
import { member, snowflake } from "../test/platforms/discord/objects.js";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    load: { type: "string", default: "2" },
    every: { type: "string", default: "10" },
    guilds: { type: "string", default: "1" },
  },
});
const [count, load, every] = [Number(values.count), Number(values.load), Number(values.every)];
const main = join(import.meta.dirname, "../dist/main.js");
const pong = join(import.meta.dirname, "discord-pong.mjs");
// A late one is to be measured, not refused.
LIFE.acknowledgement = 60_000;

for (const busy of [0, load]) {
  const eaters = Array.from({ length: busy }, () => spawn(process.execPath, ["-e", "for(;;);"]));
  for (const bot of ["pong", "convo"] as const)
    console.log(`${busy === 0 ? "idle" : `${busy} cores busy`}, ${bot}: ${await measure(bot)}`);
  for (const eater of eaters) eater.kill();
}

async function measure(bot: "pong" | "convo"): Promise<string> {
  const discord = await openLocalDiscord({ guilds: Number(values.guilds), unchecked: true });
  const folder = mkdtempSync(join(tmpdir(), "convo-discord-"));
  const child = spawn(process.execPath, bot === "convo" ? [main, "start"] : [pong], {
    env: {
      ...process.env,
      DISCORD_TOKEN: TOKEN,
      DISCORD_API_URL: discord.apiUrl,
      CONVO_STORE: `lmdb:${folder}`,
      CONVO_PLAYGROUND: "off",
      CONVO_LOG_LEVEL: "silent",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await printed(child, "ready");
    await ask(discord, 20, every);
    const started = performance.now();
    const times = (await ask(discord, count, every)).toSorted((a, b) => a - b);
    const steady = (performance.now() - started) / 1_000;
    const flood = performance.now();
    await ask(discord, count, 0);
    const rate = count / ((performance.now() - flood) / 1_000);
    // Linux alone says it.
    const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
    const [memory, most] = ["VmRSS", "VmHWM"].map((name) =>
      Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024),
    );
    const at = (share: number): string =>
      (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(0);
    return `acknowledged p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms (${count} in ${steady.toFixed(1)} s); all at once ${Math.round(rate)}/s; memory ${memory} MiB, at most ${most}`;
  } finally {
    child.kill();
    await new Promise((resolve) => child.once("exit", resolve));
    await discord.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each by somebody else, `pause` ms apart (0: all at once). Milliseconds until each acknowledgement. */
async function ask(discord: LocalDiscord, times: number, pause: number): Promise<number[]> {
  const data = { id: "1", name: "help", type: 1, options: [], resolved: {} };
  const sent = [];
  for (let index = 0; index < times; index += 1) {
    sent.push(discord.send(member(snowflake(), `Learner ${index}`, "learner"), { type: 2, data }));
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  while (sent.some(({ acknowledgedAt }) => acknowledgedAt === undefined))
    await new Promise((resolve) => setTimeout(resolve, 10));
  return sent.map(({ sentAt, acknowledgedAt = 0 }) => acknowledgedAt - sentAt);
}

async function printed(child: ChildProcess, word: string): Promise<void> {
  let text = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      text += String(chunk);
      if (text.includes(word)) resolve();
    });
    child.once("exit", () => reject(new Error(`the bot ended before it was ready: ${text}`)));
  });
}
