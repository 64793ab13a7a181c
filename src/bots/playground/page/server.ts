// Talks to the playground's server: JSON in and out, answers line by line, errors in words that a person can use.
import type { CompletionWish, Joined, Line, Offered, Session, WireError } from "../wire.js";

/** A request that failed. `reached` is false where the server did not hear of it, so that the same event may be sent again. */
export class ServerError extends Error {
  readonly error: WireError;
  readonly reached: boolean;

  constructor(error: WireError, reached: boolean) {
    super(error.message);
    this.error = error;
    this.reached = reached;
  }
}

/** A person's connection; `identity` is undefined before joining. */
export interface Server {
  session(): Promise<Session>;
  login(token: string): Promise<void>;
  logout(): Promise<void>;
  join(name: string, role: string | undefined): Promise<Joined>;
  /** Calls back with each line of the answer; resolves after the last. */
  ask(
    path: "/api/command" | "/api/action" | "/api/submit",
    body: object,
    files: readonly File[],
    told: (line: Line) => void,
  ): Promise<void>;
  /** Values to offer; none where the server cannot tell: what is typed can be sent all the same. */
  complete(wish: CompletionWish): Promise<Offered>;
  /** The open stream of events. */
  events(signal: AbortSignal): Promise<Response>;
}

export function connect(identity: string | undefined): Server {
  const headers: Record<string, string> = identity === undefined ? {} : { "Convo-Person": identity };
  const post = (path: string, body: object) =>
    reach(path, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  return {
    session: async () => (await reach("/api/session", { headers })).json(),
    login: async (token) => void (await post("/api/login", { token })),
    logout: async () => void (await post("/api/logout", {})),
    join: async (name, role) => (await post("/api/person", { name, ...(role === undefined ? {} : { role }) })).json(),
    async ask(path, body, files, told) {
      const response =
        files.length > 0
          ? await reach(path, { method: "POST", headers, body: parts(body, files) })
          : await post(path, body);
      await readLines(response, told);
    },
    async complete(wish) {
      try {
        return await (await post("/api/complete", wish)).json();
      } catch (error) {
        if (error instanceof ServerError) return { values: [] };
        throw error;
      }
    },
    events: (signal) => reach("/api/events", { headers, signal }),
  };
}

function parts(body: object, files: readonly File[]): FormData {
  const form = new FormData();
  form.append("request", JSON.stringify(body));
  for (const file of files) form.append("files", file, file.name);
  return form;
}

const UNREACHED: WireError = {
  code: "unreached",
  message: "Convo could not be reached.",
  fix: "Check that it is still running, then try again.",
};

async function reach(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...init }).catch(
    (cause: unknown) => {
      if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
      throw new ServerError(UNREACHED, false);
    },
  );
  if (response.ok) return response;
  const body: unknown = await response.json().catch(() => undefined);
  if (isErrorBody(body)) throw new ServerError(body.error, true);
  throw new ServerError(
    { code: `http-${response.status}`, message: "Convo gave no proper answer.", fix: "Try again." },
    true,
  );
}

function isErrorBody(body: unknown): body is { error: WireError } {
  return typeof body === "object" && body !== null && "error" in body;
}

async function readLines(response: Response, told: (line: Line) => void): Promise<void> {
  let heard = false;
  try {
    for await (const line of lines(response)) {
      heard = true;
      told(JSON.parse(line) as Line);
    }
  } catch (error) {
    // The rest of an answer that has begun also comes by the event stream.
    if (!heard) throw error instanceof ServerError ? error : new ServerError(UNREACHED, false);
  }
}

/** The non-empty lines of a streamed body; also calls `alive` with every chunk. */
export async function* lines(response: Response, alive: () => void = () => {}): AsyncGenerator<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    alive();
    const found = (rest + value).split("\n");
    rest = found.pop() ?? "";
    for (const line of found) if (line !== "") yield line;
  }
  if (rest !== "") yield rest;
}
