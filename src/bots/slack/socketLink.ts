// The Socket Mode connection: kept up by a loop of ours, because the library's own ends the process where Slack answers an error.
import type { SocketModeReceiver } from "@slack/bolt";
import type { Log } from "../../log.js";

type Client = SocketModeReceiver["client"];

export interface SocketLink {
  /** Resolves when events come; throws what Slack says where it refuses. */
  open(): Promise<void>;
  close(): Promise<void>;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** From the request for an address to Slack's "hello". */
const HELLO_MS = 20_000;

/** `client` must not reconnect by itself (`autoReconnectEnabled: false`). */
export function socketLink(client: Client, log: Log): SocketLink {
  let closing = false;
  let connecting = false;
  let wake: (() => void) | undefined;

  return {
    async open() {
      await connect();
      client.on("disconnected", () => void reconnect());
    },
    async close() {
      closing = true;
      wake?.();
      await client.disconnect();
    },
  };

  async function connect(): Promise<void> {
    connecting = true;
    let timer: NodeJS.Timeout | undefined;
    const silent = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("Slack said no hello")), HELLO_MS);
    });
    try {
      await Promise.race([client.start(), silent]);
    } finally {
      clearTimeout(timer);
      connecting = false;
    }
  }

  /** Never throws. */
  async function reconnect(): Promise<void> {
    for (let wait = FIRST_WAIT_MS; !closing && !connecting; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, wait);
      });
      if (closing || connecting) return;
      try {
        await connect();
        log.info("slack: connected again");
        return;
      } catch (error) {
        log.warn({ err: error }, "slack: not connected yet");
      }
    }
  }
}
