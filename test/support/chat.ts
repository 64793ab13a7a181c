// A running Convo and a person on its chat page, over HTTP as the page itself speaks.
import type { Role } from "../../src/commands/request.js";
import { type Running, startConvo } from "./convo.js";

export interface Chat {
  readonly url: string;
  readonly running: Running;
  /** A command as typed; resolves with the last entry's blocks. */
  say(text: string): Promise<Blocks>;
  press(token: string, value?: string): Promise<Lines>;
  submit(token: string, answer: string): Promise<Blocks>;
}

/** Lines of the answer, as the page gets them. */
export type Lines = readonly Readonly<Record<string, unknown>>[];
/** The blocks of a message, as JSON: tests look for text and tokens in them. */
export type Blocks = readonly WireBlock[];

interface WireBlock {
  readonly kind: string;
  readonly buttons?: readonly { readonly label: string; readonly token: string }[];
}

/** Starts the program on a free port with its store in `folder`. `patience`: milliseconds that it may take. */
export async function openChat(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  patience = 30_000,
): Promise<Omit<Chat, "say" | "press" | "submit">> {
  const running = startConvo(["start"], {
    cwd: folder,
    env: {
      CONVO_PLAYGROUND_PORT: "0",
      CONVO_STORE: "lmdb:store",
      CONVO_LOG_LEVEL: "warn",
      CONVO_WORKER: "off",
      ...env,
    },
  });
  const deadline = Date.now() + patience;
  for (;;) {
    const [, url] = /Convo is ready: (http:\/\/\S+)/.exec(running.stdout()) ?? [];
    if (url !== undefined) return { url, running };
    if (running.child.exitCode !== null || Date.now() > deadline) throw new Error(`not ready: ${running.stderr()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Somebody new; the identity outlives the program. */
export async function join(url: string, name: string, role: Role = "learner"): Promise<string> {
  const response = await post(url, "person", { name, role });
  const { identity } = (await response.json()) as { identity: string };
  return identity;
}

export function chatAs(url: string, running: Running, identity: string): Chat {
  const ask = async (path: string, body: object): Promise<Lines> => {
    const id = `event-${Math.random().toString(36).slice(2)}`;
    const response = await post(url, path, { id, ...body }, identity);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return text
      .trim()
      .split("\n")
      .map((each) => JSON.parse(each));
  };
  return {
    url,
    running,
    say: async (text) => blocksOf(await ask("command", { channel: "general", text })),
    press: (token, value) => ask("action", { token, ...(value === undefined ? {} : { value }) }),
    submit: async (token, answer) => blocksOf(await ask("submit", { token, fields: { answer } })),
  };
}

function post(url: string, path: string, body: object, identity?: string): Promise<Response> {
  return fetch(`${url}/api/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(identity === undefined ? {} : { "convo-person": identity }) },
    body: JSON.stringify(body),
  });
}

function blocksOf(lines: Lines): Blocks {
  const entry = lines.findLast((line) => line.type === "entry")?.entry as { blocks: Blocks } | undefined;
  if (entry === undefined) throw new Error(`no entry in ${JSON.stringify(lines)}`);
  return entry.blocks;
}

/** The signed token of a form among the lines of an answer. */
export function formOf(lines: Lines): string {
  const form = lines.find((line) => line.type === "form")?.form as { token: string } | undefined;
  if (form === undefined) throw new Error(`no form in ${JSON.stringify(lines)}`);
  return form.token;
}

export function buttonOf(blocks: Blocks, label: string): string {
  const token = blocks.flatMap((block) => block.buttons ?? []).find((button) => button.label === label)?.token;
  if (token === undefined) throw new Error(`no button ${label} in ${JSON.stringify(blocks)}`);
  return token;
}
