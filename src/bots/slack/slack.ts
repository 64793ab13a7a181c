// Slack: Bolt over Socket Mode or signed HTTP, its events to the dispatcher; one life from start to close.
import type { Server } from "node:http";
import { App, HTTPReceiver, SocketModeReceiver } from "@slack/bolt";
import { InstallProvider } from "@slack/oauth";
import type { Dispatcher } from "../../commands/dispatch.js";
import type { Posters } from "../../commands/live.js";
import type { SlackConfig } from "../../config.js";
import { UserError } from "../../errors.js";
import { type Log, newReference } from "../../log.js";
import type { Store } from "../../store/store.js";
import { authorizer, clientsOf, identify } from "./authorize.js";
import { boltLog } from "./boltLog.js";
import type { SlackBot } from "./bot.js";
import { slackHosts } from "./hosts.js";
import { EVENTS_PATH, INSTALL_PATH, listen } from "./httpServer.js";
import { openInstallations } from "./installations.js";
import { listenToActions } from "./listeners/actions.js";
import { listenToCommands } from "./listeners/commands.js";
import { listenToHome } from "./listeners/home.js";
import { listenToMessages } from "./listeners/messages.js";
import { listenToShortcuts } from "./listeners/shortcuts.js";
import { listenToViews } from "./listeners/views.js";
import { BOT_SCOPES } from "./manifest.js";
import { speaker } from "./names.js";
import { knowPeople } from "./people.js";
import { slackPoster } from "./poster.js";
import { note } from "./render.js";
import { responseUrl } from "./responseUrl.js";
import { socketLink } from "./socketLink.js";
import { platformError } from "./voice.js";

export interface SlackParts {
  readonly config: SlackConfig;
  /** Here, further ports of a local Slack. */
  readonly attachmentHosts: readonly string[];
  readonly dispatcher: Dispatcher;
  /** Where its poster is entered. */
  readonly posters?: Posters;
  readonly store: Store;
  readonly log: Log;
}

export interface RunningSlack {
  /** For the log: how Slack reaches us. */
  readonly description: string;
  /** Where the HTTP server listens; undefined where there is none. */
  readonly port: number | undefined;
  /** Takes no more events and waits for the answers being given. */
  close(): Promise<void>;
}

/** Bytes of a file, and milliseconds for fetching it. */
const FILE_BYTES = 10 * 1024 * 1024;
const FILE_MS = 30_000;
const CLOSE_MS = 8_000;

/** Throws UserError `slack-token` (Slack refuses a token), `slack-unreachable`, `port-in-use`. */
export async function startSlack(parts: SlackParts): Promise<RunningSlack> {
  const { config, attachmentHosts, dispatcher, posters, store, log } = parts;
  const logger = boltLog(log);
  const clientOptions = { slackApiUrl: config.apiUrl, logger };
  // At the start, and for a new connection, an error is better known at once than tried again for half an hour.
  const impatient = { ...clientOptions, retryConfig: { retries: 2, minTimeout: 500 } };
  const installations = openInstallations(store);
  const installer =
    config.oauth &&
    new InstallProvider({
      ...config.oauth,
      installationStore: installations,
      // A local Slack has its own page for granting.
      authorizationUrl: new URL("../oauth/v2/authorize", config.apiUrl).href,
      clientOptions,
      logger,
    });
  const { delivery } = config;
  const http =
    delivery.kind === "http"
      ? new HTTPReceiver({ signingSecret: delivery.signingSecret, endpoints: EVENTS_PATH, logger })
      : undefined;
  const socket =
    delivery.kind === "socket"
      ? new SocketModeReceiver({
          appToken: delivery.appToken,
          logger,
          autoReconnectEnabled: false,
          installerOptions: { clientOptions: impatient },
        })
      : undefined;
  const link = socket && socketLink(socket.client, log);
  const receiver = http ?? socket;
  const keys = {
    installations,
    clientOptions,
    ...(installer && { installer }),
    ...(config.botToken && { botToken: config.botToken }),
  };
  const app = new App({
    ...(receiver && { receiver }),
    authorize: authorizer(keys),
    clientOptions,
    logger,
    extendedErrorHandler: true,
    deferInitialization: true,
    convoStore: false,
  });
  await app.init();
  const bot: SlackBot = {
    dispatcher,
    renderer: { dispatcher, speak: speaker(dispatcher.commands) },
    people: knowPeople(log),
    files: { hosts: slackHosts(config.apiUrl, attachmentHosts), maxBytes: FILE_BYTES, timeoutMs: FILE_MS },
    log,
    running: new Set(),
  };
  for (const register of LISTENERS) register(app, bot);
  posters?.set("slack", slackPoster(clientsOf(authorizer(keys), clientOptions), bot.renderer, log));
  app.event("app_uninstalled", async ({ context }) => {
    const { teamId, enterpriseId, isEnterpriseInstall } = context;
    await installations.deleteInstallation({ teamId, enterpriseId, isEnterpriseInstall });
  });
  app.error(async ({ error, body }: { error: Error; body: object }) => {
    const reference = newReference();
    log.error({ platform: "slack", reference, err: error }, "failed");
    if (!("response_url" in body) || typeof body.response_url !== "string") return;
    const text = `Something went wrong here. Try again; if it happens again, tell your instructor the reference ${reference}.`;
    const response = responseUrl(body.response_url, Date.now(), bot.files.hosts, log);
    await response.send({ text, blocks: [note(text)] }, { private: true, replaces: false });
  });

  let server: Server | undefined;
  let used: Token = "SLACK_BOT_TOKEN";
  try {
    if (config.botToken !== undefined) await identify(config.botToken, impatient);
    used = "SLACK_APP_TOKEN";
    if (http !== undefined || installer !== undefined) {
      const routes = {
        ...(http && { events: http.requestListener }),
        ...(installer && { install: { provider: installer, scopes: BOT_SCOPES } }),
      };
      server = await listen(config.port, routes, log);
    }
    await link?.open();
  } catch (error) {
    server?.close();
    throw explained(error, used, config.apiUrl);
  }
  const address = server?.address();
  const port = typeof address === "object" && address !== null ? address.port : undefined;
  return {
    description: described(socket === undefined, installer !== undefined, port),
    port,
    async close() {
      server?.close();
      server?.closeIdleConnections();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([Promise.allSettled([link?.close(), ...bot.running]), late]);
      clearTimeout(timer);
      server?.closeAllConnections();
    },
  };
}

const LISTENERS = [listenToCommands, listenToActions, listenToViews, listenToShortcuts, listenToMessages, listenToHome];

/** Where Slack, or whoever installs the app, reaches it. */
function described(byHttp: boolean, installable: boolean, port: number | undefined): string {
  const way = byHttp ? `HTTP, ${EVENTS_PATH} on port ${port}` : "Socket Mode";
  return `Slack over ${way}${installable ? `; workspaces install it at ${INSTALL_PATH} on port ${port}` : ""}`;
}

type Token = "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN";

const SOURCES: Readonly<Record<Token, string>> = {
  SLACK_BOT_TOKEN: "xoxb-…, the app's pages → OAuth & Permissions → Bot User OAuth Token",
  SLACK_APP_TOKEN: "xapp-…, the app's pages → Basic Information → App-Level Tokens, with the scope connections:write",
};

function explained(error: unknown, token: Token, apiUrl: string): unknown {
  if (error instanceof UserError) return error;
  const code = platformError(error);
  const cause = { cause: error };
  if (code !== undefined)
    return new UserError("slack-token", `Slack refuses ${token}: ${code}.`, `Copy it anew: ${SOURCES[token]}.`, cause);
  return new UserError(
    "slack-unreachable",
    `Slack does not answer at ${apiUrl}.`,
    "Check this machine's network, and SLACK_API_URL where it is set.",
    cause,
  );
}
