// The live connection: server-sent events read by fetch (so that the identity can go along), and never given up.
import type { LiveEvent } from "../wire.js";
import { lines, type Server, ServerError } from "./server.js";

export type Connection = "connecting" | "open" | "lost";

export interface Live {
  /** Tries again at once. */
  retry(): void;
  close(): void;
}

/** A connection that was silent this long is dead: the server sends something every 15 s. */
const SILENCE_MS = 40_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
/** A hidden tab lets go of its connection: browsers allow six to one server, and a class opens many tabs. */
const HIDDEN_MS = 30_000;

/** `refused`: the server knows this person no more (a login that ended, a store that was emptied). */
export function listen(
  server: Server,
  told: (event: LiveEvent) => void,
  changed: (connection: Connection) => void,
  refused: () => void,
): Live {
  let stopped = false;
  let attempt = new AbortController();
  let wake = () => {};
  let wait = FIRST_WAIT_MS;

  const once = async () => {
    attempt = new AbortController();
    const current = attempt;
    let watchdog = 0;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => current.abort(), SILENCE_MS);
    };
    alive();
    try {
      const response = await server.events(current.signal);
      wait = FIRST_WAIT_MS;
      for await (const event of events(response, alive)) {
        if (stopped || current.signal.aborted) return;
        if (event.type === "snapshot") changed("open");
        told(event);
      }
    } finally {
      clearTimeout(watchdog);
    }
  };

  const run = async () => {
    while (!stopped) {
      if (!document.hidden || wait === FIRST_WAIT_MS) {
        try {
          await once();
        } catch (error) {
          if (error instanceof ServerError && error.reached && error.error.code.endsWith("-needed")) return refused();
        }
      }
      if (stopped) return;
      changed("lost");
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (!document.hidden) setTimeout(resolve, wait * (0.75 + Math.random() / 2));
      });
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    }
  };

  const now = () => {
    wait = FIRST_WAIT_MS;
    wake();
  };
  let asleep = 0;
  const visibility = () => {
    clearTimeout(asleep);
    if (document.hidden) asleep = setTimeout(() => attempt.abort(), HIDDEN_MS);
    else now();
  };
  document.addEventListener("visibilitychange", visibility);
  window.addEventListener("online", now);
  changed("connecting");
  void run();

  return {
    retry: now,
    close() {
      stopped = true;
      attempt.abort();
      wake();
      clearTimeout(asleep);
      document.removeEventListener("visibilitychange", visibility);
      window.removeEventListener("online", now);
    },
  };
}

async function* events(response: Response, alive: () => void): AsyncGenerator<LiveEvent> {
  let type = "";
  for await (const line of lines(response, alive)) {
    if (line.startsWith("event: ")) type = line.slice(7);
    else if (line.startsWith("data: ")) yield { type, ...JSON.parse(line.slice(6)) } as LiveEvent;
  }
}
