// Environment (and .env) → one typed, validated object; every mistake is reported at once, none ignored.
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { BACKENDS } from "./engine/backend/backend.js";
import { UserError } from "./errors.js";
import { SLACK_VARIABLES, type SlackConfig, slackConfig } from "./slack-config.js";

export type { SlackConfig } from "./slack-config.js";

export type PlaygroundRole = "learner" | "instructor" | "admin";

export interface PlaygroundConfig {
  readonly enabled: boolean;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Token → the role it gives; empty on loopback means: the page lets one choose. */
  readonly tokens: ReadonlyMap<string, PlaygroundRole>;
}

export interface DiscordConfig {
  readonly token: string;
  /** Where `convo register` registers without --guild; without it, everywhere. */
  readonly guild?: string;
  /** Without the version, as Discord's library takes it. */
  readonly apiUrl: string;
}

export interface Config {
  /** `lmdb:FOLDER` or `redis://…`. */
  readonly store: string;
  /** Folder of the trained models. */
  readonly models: string;
  /** Who may change the models that all communities share: `platform:user`. */
  readonly operators: ReadonlySet<string>;
  /** Whether `convo start` also trains what is queued. */
  readonly worker: boolean;
  /** That a community may train in 30 days; 0: no limit. */
  readonly trainingHours: number;
  /** What an entry of the arena may have and take. */
  readonly arena: { readonly parameters: number; readonly seconds: number };
  readonly playground: PlaygroundConfig;
  /** Undefined where no Slack variable is set. */
  readonly slack: SlackConfig | undefined;
  /** Only where DISCORD_TOKEN is set. */
  readonly discord?: DiscordConfig;
  /** Hosts besides a platform's own from which files may be downloaded: `host`, `host:port` or `*.host`. */
  readonly attachmentHosts: readonly string[];
  readonly log: { readonly level: LogLevel; readonly pretty: boolean };
}

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface Variable {
  readonly name: string;
  /** What is expected, for the message and the docs. */
  readonly expected: string;
  readonly fallback: string;
  readonly secret?: boolean;
  readonly schema: z.ZodType<unknown, string>;
}

const flag = z.enum(["on", "off"]);

/** Every variable there is; .env.example and docs/configuration.md are checked against this list. */
export const VARIABLES = [
  {
    name: "CONVO_STORE",
    expected: "lmdb:FOLDER, redis://HOST:PORT/DATABASE or rediss://…",
    fallback: "lmdb:data/store",
    // A Redis address may carry a password.
    secret: true,
    schema: z.string().regex(/^(lmdb:.+|rediss?:\/\/.+)$/),
  },
  { name: "CONVO_MODELS", expected: "a folder", fallback: "data/models", schema: z.string().max(4096) },
  {
    name: "CONVO_OPERATORS",
    expected: "people separated by commas, each as PLATFORM:USER, such as discord:123456789012345678",
    fallback: "",
    schema: z
      .string()
      .transform(splitList)
      .pipe(z.array(z.string().regex(/^[a-z]+:[\w-]{1,64}$/))),
  },
  {
    name: "CONVO_BACKEND",
    expected: `${BACKENDS.join(", ")} (pure JavaScript is too slow to train with)`,
    fallback: "",
    schema: z.union([z.literal(""), z.enum(BACKENDS)]),
  },
  {
    name: "CONVO_WEIGHTS",
    expected: "a folder of published backbone weights, read where they were not fetched",
    fallback: "",
    schema: z.string().max(4096),
  },
  { name: "CONVO_WORKER", expected: "on or off", fallback: "on", schema: flag },
  {
    name: "CONVO_TRAINING_HOURS",
    expected: "hours from 0 (no limit), such as 20 or 0.5",
    fallback: "0",
    schema: z
      .string()
      .regex(/^\d{1,6}(\.\d+)?$/)
      .transform(Number),
  },
  {
    name: "CONVO_ARENA_PARAMETERS",
    expected: "parameters from 1,000 to 5,000,000, without commas",
    fallback: "500000",
    schema: z
      .string()
      .regex(/^\d{4,7}$/)
      .transform(Number)
      .pipe(z.number().min(1_000).max(5_000_000)),
  },
  {
    name: "CONVO_ARENA_SECONDS",
    expected: "seconds of training from 10 to 3600",
    fallback: "120",
    schema: z
      .string()
      .regex(/^\d{2,4}$/)
      .transform(Number)
      .pipe(z.number().min(10).max(3_600)),
  },
  { name: "CONVO_PLAYGROUND", expected: "on or off", fallback: "on", schema: flag },
  {
    name: "CONVO_PLAYGROUND_HOST",
    expected: "a host name or address to listen on",
    fallback: "127.0.0.1",
    schema: z.string().regex(/^[\w.:-]+$/),
  },
  {
    name: "CONVO_PLAYGROUND_PORT",
    expected: "a whole number from 0 (any free port) to 65535",
    fallback: "8787",
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.number().max(65_535)),
  },
  {
    name: "CONVO_PLAYGROUND_TOKEN",
    expected:
      "learner:TOKEN,instructor:TOKEN,admin:TOKEN (any of them; a token without a role is a learner's), each of at least 8 characters without , : or blanks",
    fallback: "",
    secret: true,
    schema: z.string().transform(tokensOf),
  },
  {
    name: "DISCORD_TOKEN",
    expected: "the token of the bot, as the Developer Portal shows it",
    fallback: "",
    secret: true,
    schema: z.string().regex(/^[\w.-]*$/),
  },
  {
    name: "DISCORD_GUILD",
    expected: "the id of a guild: 17 to 20 digits",
    fallback: "",
    schema: z.string().regex(/^(\d{15,20})?$/),
  },
  {
    name: "DISCORD_API_URL",
    expected: "an address that begins with https:// or http://",
    fallback: "https://discord.com/api",
    schema: z
      .string()
      .regex(/^https?:\/\/\S+$/)
      // The library adds the version by itself.
      .transform((url) => url.replace(/\/+$/, "").replace(/\/v\d+$/, "")),
  },
  {
    name: "CONVO_ATTACHMENT_HOSTS",
    expected: "hosts separated by commas, each as host, host:port or *.host",
    fallback: "",
    schema: z
      .string()
      .transform(splitList)
      .pipe(z.array(z.string().regex(/^(?:(?:\*\.)?[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:.]+\])(?::\d{1,5})?$/i))),
  },
  { name: "CONVO_LOG_LEVEL", expected: LOG_LEVELS.join(", "), fallback: "info", schema: z.enum(LOG_LEVELS) },
  {
    name: "CONVO_LOG_FORMAT",
    expected: "json or pretty",
    fallback: "",
    schema: z.union([z.literal(""), z.enum(["json", "pretty"])]),
  },
  ...SLACK_VARIABLES,
] as const satisfies readonly Variable[];

/** Throws one UserError `config` that lists every mistake with its variable, what was found and what is expected. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>, terminal: boolean): Config {
  const mistakes: string[] = [];
  const values = new Map<string, unknown>();
  for (const variable of VARIABLES as readonly Variable[]) {
    const given = environment[variable.name]?.trim();
    const parsed = variable.schema.safeParse(given === undefined || given === "" ? variable.fallback : given);
    if (parsed.success) values.set(variable.name, parsed.data);
    else
      mistakes.push(
        `${variable.name}: found ${variable.secret === true ? "(a secret, not shown)" : JSON.stringify(given)}, expected ${variable.expected}`,
      );
  }
  const known = VARIABLES.map((variable) => variable.name as string);
  for (const name of Object.keys(environment)) {
    const near = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0] ?? "";
    // Other programs have variables of Slack's too; only a slip of the pen is ours.
    const isOurs = name.startsWith("CONVO_") || (name.startsWith("SLACK_") && distance(near, name) <= 2);
    if (!isOurs || known.includes(name) || name.startsWith("CONVO_TEST_")) continue;
    mistakes.push(
      `${name}: there is no such variable; expected one of ${known.join(", ")}${distance(near, name) <= 4 ? ` (did you mean ${near}?)` : ""}`,
    );
  }
  const slack = slackConfig(values, mistakes);
  if (mistakes.length > 0) {
    throw new UserError(
      "config",
      `The configuration has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}:\n- ${mistakes.join("\n- ")}\n`,
      "Mend them in the environment or in .env; .env.example lists every variable.",
    );
  }
  const format = values.get("CONVO_LOG_FORMAT");
  return {
    store: text(values, "CONVO_STORE"),
    models: text(values, "CONVO_MODELS"),
    operators: new Set(values.get("CONVO_OPERATORS") as readonly string[]),
    worker: values.get("CONVO_WORKER") === "on",
    trainingHours: Number(values.get("CONVO_TRAINING_HOURS")),
    arena: {
      parameters: Number(values.get("CONVO_ARENA_PARAMETERS")),
      seconds: Number(values.get("CONVO_ARENA_SECONDS")),
    },
    playground: {
      enabled: values.get("CONVO_PLAYGROUND") === "on",
      host: text(values, "CONVO_PLAYGROUND_HOST"),
      port: Number(values.get("CONVO_PLAYGROUND_PORT")),
      tokens: values.get("CONVO_PLAYGROUND_TOKEN") as ReadonlyMap<string, PlaygroundRole>,
    },
    slack,
    ...discordOf(values),
    attachmentHosts: values.get("CONVO_ATTACHMENT_HOSTS") as readonly string[],
    log: {
      level: values.get("CONVO_LOG_LEVEL") as LogLevel,
      pretty: format === "pretty" || (format === "" && terminal && environment.NODE_ENV !== "production"),
    },
  };
}

function discordOf(values: ReadonlyMap<string, unknown>): Pick<Config, "discord"> {
  const [token, guild] = [text(values, "DISCORD_TOKEN"), text(values, "DISCORD_GUILD")];
  if (token === "") return {};
  return {
    discord: {
      token,
      ...(guild === "" ? {} : { guild }),
      apiUrl: text(values, "DISCORD_API_URL"),
    },
  };
}

function tokensOf(text: string, context: z.RefinementCtx): ReadonlyMap<string, PlaygroundRole> {
  const tokens = new Map<string, PlaygroundRole>();
  for (const part of splitList(text)) {
    const match = /^(?:(learner|instructor|admin):)?([^\s,:]{8,})$/.exec(part);
    if (match === null || tokens.has(match[2] ?? "")) context.addIssue({ code: "custom", message: "form" });
    else tokens.set(match[2] ?? "", (match[1] ?? "learner") as PlaygroundRole);
  }
  return tokens;
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function text(values: ReadonlyMap<string, unknown>, name: string): string {
  return String(values.get(name) ?? "");
}
