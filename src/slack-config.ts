// The SLACK_* variables: which belong together, and what they make the Slack bot do.
import { z } from "zod";

export interface SlackConfig {
  /** The single workspace's token, beside or instead of `oauth`. */
  readonly botToken?: string;
  /** Socket Mode needs no public address; HTTP has its requests signed. */
  readonly delivery:
    | { readonly kind: "socket"; readonly appToken: string }
    | { readonly kind: "http"; readonly signingSecret: string };
  /** Several workspaces install the app by themselves. */
  readonly oauth?: { readonly clientId: string; readonly clientSecret: string; readonly stateSecret: string };
  /** Ends in a slash. */
  readonly apiUrl: string;
  /** Of the HTTP server for signed events and OAuth; 0: any free one. */
  readonly port: number;
}

const secret = (pattern: RegExp) => z.string().regex(new RegExp(`^$|${pattern.source}`));

/** As in `VARIABLES` of config.ts. */
export const SLACK_VARIABLES = [
  {
    name: "SLACK_BOT_TOKEN",
    expected: "the bot token of one workspace, xoxb-…",
    fallback: "",
    secret: true,
    // ASCII alone: the "xoxb-…" of a page copied as it stands is no token.
    schema: secret(/^xoxb-[\w-]+$/),
  },
  {
    name: "SLACK_APP_TOKEN",
    expected: "the app-level token for Socket Mode, xapp-…",
    fallback: "",
    secret: true,
    schema: secret(/^xapp-[\w-]+$/),
  },
  {
    name: "SLACK_SIGNING_SECRET",
    expected: "the signing secret of at least 8 characters, for events by HTTP",
    fallback: "",
    secret: true,
    schema: secret(/^\S{8,}$/),
  },
  {
    name: "SLACK_CLIENT_ID",
    expected: "the app's client id, for installation in several workspaces",
    fallback: "",
    schema: z.string().regex(/^[\w.-]*$/),
  },
  {
    name: "SLACK_CLIENT_SECRET",
    expected: "the app's client secret",
    fallback: "",
    secret: true,
    schema: secret(/^\S+$/),
  },
  {
    name: "SLACK_STATE_SECRET",
    expected: "a random text of at least 16 characters, which signs installations",
    fallback: "",
    secret: true,
    schema: secret(/^\S{16,}$/),
  },
  {
    name: "SLACK_API_URL",
    expected: "the address of Slack's Web API, https://… or http://…",
    fallback: "https://slack.com/api/",
    schema: z.url({ protocol: /^https?$/ }).transform((text) => (text.endsWith("/") ? text : `${text}/`)),
  },
  {
    name: "CONVO_HTTP_PORT",
    expected: "a whole number from 0 (any free port) to 65535",
    fallback: "3000",
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.number().max(65_535)),
  },
] as const;

/** Undefined where no Slack variable is set; what does not fit together is added to `mistakes`. */
export function slackConfig(values: ReadonlyMap<string, unknown>, mistakes: string[]): SlackConfig | undefined {
  const text = (name: string): string => String(values.get(name) ?? "");
  const botToken = text("SLACK_BOT_TOKEN");
  const appToken = text("SLACK_APP_TOKEN");
  const signingSecret = text("SLACK_SIGNING_SECRET");
  const oauth = {
    clientId: text("SLACK_CLIENT_ID"),
    clientSecret: text("SLACK_CLIENT_SECRET"),
    stateSecret: text("SLACK_STATE_SECRET"),
  };
  const parts = Object.values(oauth).filter((value) => value !== "").length;
  if (botToken === "" && appToken === "" && signingSecret === "" && parts === 0) return undefined;
  if (parts > 0 && parts < 3)
    mistakes.push(
      "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET: found some, expected all three or none",
    );
  // What was given and is wrong is told already.
  const isMissing = (name: string): boolean => values.has(name) && text(name) === "";
  if (isMissing("SLACK_BOT_TOKEN") && parts === 0)
    mistakes.push(
      "SLACK_BOT_TOKEN: found nothing, expected the bot token, or SLACK_CLIENT_ID for installation by OAuth",
    );
  if (isMissing("SLACK_APP_TOKEN") && isMissing("SLACK_SIGNING_SECRET"))
    mistakes.push("SLACK_APP_TOKEN: found nothing, expected it for Socket Mode, or SLACK_SIGNING_SECRET for HTTP");
  return {
    ...(botToken === "" ? {} : { botToken }),
    ...(parts < 3 ? {} : { oauth }),
    delivery: appToken === "" ? { kind: "http", signingSecret } : { kind: "socket", appToken },
    apiUrl: text("SLACK_API_URL"),
    port: Number(values.get("CONVO_HTTP_PORT")),
  };
}
