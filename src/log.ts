// One log: JSON in production, readable in a terminal, secrets struck out.
import { randomBytes } from "node:crypto";
import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import type { Config } from "./config.js";

export type Log = Logger;

/** Wherever one of these names stands in a logged object, its value is struck out. */
const SECRET_NAMES = ["token", "password", "secret", "authorization", "cookie", "signingSecret", "clientSecret"];

const PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.headers.${name}`]);

/** Credentials inside an address, as Redis' may be: up to the last @ before its path, since a password may hold one. */
const CREDENTIALS = /\/\/[^/\s"\\]+@/g;

/**
 * What is logged of an error besides its type, message and stack. A library's error may carry the whole of what it sent: a person's
 * words, and an address with a token in it.
 */
const ERROR_FACTS = ["code", "status", "statusCode", "method", "errno", "syscall"];

/** What a person may tell to whoever runs the bot, and what the log line of the same problem bears. */
export const newReference = (): string => randomBytes(4).toString("hex");

/** `stream`: where lines go; standard error by default, so that standard output stays for results. */
export function makeLog(config: Config["log"], stream?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level: config.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: factsOf },
    redact: { paths: PATHS, censor: "[secret]" },
    formatters: { level: (label) => ({ level: label }) },
    hooks: {
      streamWrite: (line) => line.replace(CREDENTIALS, "//[secret]@"),
    },
  };
  if (stream !== undefined) return pino(options, stream);
  if (config.pretty)
    return pino(
      options,
      pretty({
        destination: 2,
        colorize: process.stderr.isTTY,
        translateTime: "HH:MM:ss",
        ignore: "pid,hostname",
        sync: true,
      }),
    );
  return pino(options, pino.destination({ fd: 2, sync: true }));
}

function factsOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack, aggregateErrors, ...rest } = pino.stdSerializers.err(error);
  const facts = Object.entries(rest).filter(([name]) => ERROR_FACTS.includes(name));
  const parts = error instanceof AggregateError ? { aggregateErrors: error.errors.map(factsOf) } : {};
  return { type, message, stack, ...Object.fromEntries(facts), ...parts };
}
