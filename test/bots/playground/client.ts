// A playground that runs, and people who use it over HTTP as the page does.
import { type IncomingHttpHeaders, request } from "node:http";
import { type Playground, startPlayground } from "../../../src/bots/playground/server.js";
import type { Entry, Joined, Line, LiveEvent, WireBlock, WireForm } from "../../../src/bots/playground/wire.js";
import type { Role } from "../../../src/commands/request.js";
import type { Store } from "../../../src/store/store.js";
import { type FakeDispatcher, fakeDispatcher } from "./fakeDispatcher.js";
import { memoryStore } from "./memoryStore.js";

export interface Running extends Playground {
  readonly dispatcher: FakeDispatcher;
  readonly store: Store;
  readonly logged: unknown[];
}

interface Wishes {
  readonly host?: string;
  readonly port?: number;
  readonly tokens?: Readonly<Record<string, Role>>;
  readonly store?: Store;
}

export async function run({
  host = "127.0.0.1",
  port = 0,
  tokens = {},
  store = memoryStore(),
}: Wishes = {}): Promise<Running> {
  const dispatcher = fakeDispatcher();
  const logged: unknown[] = [];
  const note = (about: unknown) => void logged.push(about);
  const config = { enabled: true, host, port, tokens: new Map(Object.entries(tokens)) };
  const playground = await startPlayground({ config, dispatcher, store, log: { info: note, warn: note, error: note } });
  return { ...playground, dispatcher, store, logged };
}

/** Somebody with a name; `headers` go with every request. */
export interface Person {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function join(
  { url }: { url: string },
  name: string,
  role: Role = "learner",
  headers: Person["headers"] = {},
): Promise<Person> {
  const response = await post({ url, headers }, "/api/person", { name, role });
  const { identity } = (await response.json()) as Joined;
  return { url, headers: { ...headers, "Convo-Person": identity } };
}

export async function post({ url, headers }: Person, path: string, body: unknown): Promise<Response> {
  return await fetch(url + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

let count = 0;
/** An event's id, as the page makes them. */
export const eventId = () => `event-${String(++count).padStart(6, "0")}`;

/** The lines of an answer, all of them. */
export async function lines(response: Response): Promise<Line[]> {
  return (await response.text())
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Line);
}

export async function say(person: Person, text: string, channel = "general"): Promise<Line[]> {
  return await lines(await post(person, "/api/command", { id: eventId(), channel, text }));
}

/** The last message among the lines. */
export function answer(from: readonly Line[]): Entry {
  const entry = from.flatMap((line) => (line.type === "entry" ? [line.entry] : [])).at(-1);
  if (!entry) throw new Error(`no message in ${JSON.stringify(from)}`);
  return entry;
}

export function formOf(from: readonly Line[]): WireForm {
  const form = from.flatMap((line) => (line.type === "form" ? [line.form] : [])).at(-1);
  if (!form) throw new Error(`no form in ${JSON.stringify(from)}`);
  return form;
}

/** The signed token of the button or choice with this label. */
export function tokenOf({ blocks }: Entry, label: string): string {
  const tokens = blocks.flatMap((block) => {
    if (block.kind === "buttons")
      return block.buttons.filter((button) => button.label === label).map(({ token }) => token);
    return block.kind === "choice" && block.label === label ? [block.token] : [];
  });
  const [token] = tokens;
  if (token === undefined) throw new Error(`no button ${label}`);
  return token;
}

export function textOf(entry: Entry): string {
  return JSON.stringify(entry.blocks);
}

export function blockOf<K extends WireBlock["kind"]>(entry: Entry, kind: K): Extract<WireBlock, { kind: K }> {
  const found = entry.blocks.find((block): block is Extract<WireBlock, { kind: K }> => block.kind === kind);
  if (!found) throw new Error(`no ${kind} in ${textOf(entry)}`);
  return found;
}

export async function errorOf(
  response: Response,
): Promise<{ status: number; code: string; message: string; fix: string }> {
  const { error } = (await response.json()) as { error: { code: string; message: string; fix: string } };
  return { status: response.status, ...error };
}

/** The event stream, collected until `stop`. */
export async function listen({ url, headers }: Person) {
  const control = new AbortController();
  const response = await fetch(`${url}/api/events`, { headers, signal: control.signal });
  const heard: LiveEvent[] = [];
  const state = { ended: false };
  const reading = (async () => {
    let rest = "";
    let type = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const found = (rest + chunk).split("\n");
      rest = found.pop() ?? "";
      for (const line of found) {
        if (line.startsWith("event: ")) type = line.slice(7);
        if (line.startsWith("data: ")) heard.push({ type, ...JSON.parse(line.slice(6)) } as LiveEvent);
      }
    }
  })()
    .catch(() => {})
    .finally(() => {
      state.ended = true;
    });
  const stop = async () => {
    control.abort();
    await reading;
  };
  return { response, heard, state, stop };
}

/** A bare request, for headers that `fetch` would not let through (Host). */
export async function bare(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = "",
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const { hostname, port } = new URL(url);
  return await new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
