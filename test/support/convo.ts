// The program itself, as a process: `dist/main.js` with its input, output and exit status.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./rubrics.js";

export const MAIN = join(ROOT, "dist/main.js");

export interface Finished {
  /** Exit status; null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts it with none of the environment's CONVO_ variables but those given. Without `input` its standard input is closed at once. */
export function startConvo(args: readonly string[], options: RunOptions = {}): Running {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CONVO_|DISCORD_|NODE_OPTIONS|NODE_ENV|VITEST)/.test(name),
  );
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? ROOT,
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  // A program that ends before it has read all of its input closes the pipe; that is its right.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const stdout = () => Buffer.concat(out).toString("utf8");
  const stderr = () => Buffer.concat(err).toString("utf8");
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: stdout(), stderr: stderr() }));
  });
  return { child, finished, stdout, stderr };
}

export const convo = (args: readonly string[], options: RunOptions = {}): Promise<Finished> =>
  startConvo(args, options).finished;
