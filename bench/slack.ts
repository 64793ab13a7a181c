// How soon Slack hears back: `npm run bench:slack`. 1,000 slash commands over Socket Mode, Convo and a bare Bolt bot, idle and with both cores busy.
import { Worker } from "node:worker_threads";
import { App, SocketModeReceiver } from "@slack/bolt";
import { APP_TOKEN, BOT_TOKEN, type LocalSlack, startLocalSlack } from "../test/platforms/slack/local-slack.js";
import { join, slashPayload } from "../test/platforms/slack/people.js";
import { openStage } from "../test/platforms/slack/stage.js";
import { openWorld } from "../test/support/world.js";

const CALLS = 1_000;
/** 25 a second: a class of 200 in which everyone presses something every eight seconds. */
const EVERY_MS = 40;
const BURN = "for (let x = 0; ; x++) Math.sqrt(x)";

async function measure(name: string, slack: LocalSlack): Promise<void> {
  const people = Array.from({ length: 200 }, (_, index) => join(slack, `p${index}`));
  const delivered: Promise<unknown>[] = [];
  for (let call = 0; call < CALLS; call += 1) {
    const who = people[call % people.length];
    if (who !== undefined)
      delivered.push(slack.deliver("slash_commands", slashPayload(slack, who, "/convo", "quiz q4")));
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
  await Promise.all(delivered);
  const sorted = slack.acknowledgements.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.ceil(share * sorted.length) - 1] ?? 0).toFixed(1);
  console.log(`${name}: median ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`);
}

async function both(state: string): Promise<void> {
  const world = await openWorld();
  const stage = await openStage(world);
  await measure(`Convo, ${state}`, stage.slack);
  await stage.close();
  await world.close();

  const slack = await startLocalSlack();
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const receiver = new SocketModeReceiver({ appToken: APP_TOKEN, installerOptions: { clientOptions } });
  const app = new App({ token: BOT_TOKEN, receiver, clientOptions });
  app.command("/convo", async ({ ack }) => ack("pong"));
  await app.start();
  await measure(`bare Bolt, ${state}`, slack);
  await app.stop();
  await slack.close();
}

await both("idle");
const burners = [0, 1].map(() => new Worker(BURN, { eval: true }));
await both("both cores busy");
await Promise.all(burners.map((worker) => worker.terminate()));
process.exit(0);
