// A local Slack with the bot of a world on it, and what people see there.

import { type RunningSlack, startSlack } from "../../../src/bots/slack/slack.js";
import type { SlackConfig } from "../../../src/config.js";
import { makeLog } from "../../../src/log.js";
import type { World } from "../../support/world.js";
import {
  APP_TOKEN,
  BOT_TOKEN,
  type LocalSlack,
  type Member,
  type OpenView,
  type Shown,
  SIGNING_SECRET,
  startLocalSlack,
} from "./local-slack.js";
import * as people from "./people.js";
import { shownAfter } from "./shown-after.js";

export interface Stage {
  readonly slack: LocalSlack;
  readonly log: Record<string, unknown>[];
  bot: RunningSlack;
  /** Says `/convo …` and resolves with what is shown for it. */
  say(who: Member, text: string): Promise<Shown>;
  press(who: Member, on: Shown, label: string): Promise<Shown>;
  /** Presses what opens a form. */
  open(who: Member, on: Shown, label: string): Promise<OpenView>;
  submit(who: Member, view: OpenView, fields: Readonly<Record<string, string | readonly string[]>>): Promise<Shown>;
  /** The next change of what is shown (to `who`; `alone`: to nobody else) after `act`: a new message, an edit, or a view. */
  after(act: () => Promise<unknown>, who?: Member, alone?: boolean): Promise<Shown | OpenView>;
  restart(world?: World): Promise<void>;
  close(): Promise<void>;
}

export const deliveries = {
  socket: { kind: "socket", appToken: APP_TOKEN },
  http: { kind: "http", signingSecret: SIGNING_SECRET },
} as const satisfies Record<string, SlackConfig["delivery"]>;

export async function openStage(world: World, options: Partial<SlackConfig> = {}): Promise<Stage> {
  const slack = await startLocalSlack();
  const log: Record<string, unknown>[] = [];
  const byHttp = options.delivery?.kind === "http";
  const start = (at: World): Promise<RunningSlack> =>
    startSlack({
      config: {
        botToken: BOT_TOKEN,
        delivery: deliveries.socket,
        apiUrl: slack.apiUrl,
        port: 0,
        ...options,
      },
      attachmentHosts: [],
      dispatcher: at.dispatcher,
      posters: at.posters,
      store: at.store,
      log: makeLog({ level: "debug", pretty: false }, { write: (line) => void log.push(JSON.parse(line)) }),
    });
  const stage: Stage = {
    slack,
    log,
    bot: await start(world),
    say: async (who, text) =>
      shown(await stage.after(() => slack.deliver("slash_commands", people.slashPayload(slack, who, "/convo", text)))),
    press: async (who, on, label) =>
      shown(await stage.after(() => slack.deliver("interactive", people.pressPayload(slack, who, on, label)))),
    open: async (who, on, label) => {
      const found = await stage.after(() => slack.deliver("interactive", people.pressPayload(slack, who, on, label)));
      if (!("view" in found)) throw new Error(`no form, but: ${JSON.stringify(found.blocks).slice(0, 500)}`);
      return found;
    },
    submit: async (who, view, fields) =>
      shown(await stage.after(() => slack.deliver("interactive", people.submitPayload(slack, who, view, fields)))),
    async after(act, who, alone = false) {
      return await shownAfter(slack, act, { who, alone }).catch((error: unknown) => {
        throw new Error(`${String(error)}; log: ${JSON.stringify(log.slice(-5))}`);
      });
    },
    async restart(again = world) {
      await stage.bot.close();
      stage.bot = await start(again);
      if (byHttp) slack.httpPort = stage.bot.port;
    },
    async close() {
      await stage.bot.close();
      await slack.close();
    },
  };
  if (byHttp) slack.httpPort = stage.bot.port;
  return stage;
}

function shown(found: Shown | OpenView): Shown {
  if ("view" in found) throw new Error(`a form, and no message: ${JSON.stringify(found.view).slice(0, 300)}`);
  return found;
}
