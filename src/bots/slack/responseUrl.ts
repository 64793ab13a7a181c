// A response URL: five messages in thirty minutes to where something was typed or pressed, without the bot being a member there.
import type { Log } from "../../log.js";
import type { Hosts } from "./hosts.js";
import { RESPONSE_LIFETIME_MS, RESPONSE_USES } from "./limits.js";
import type { Payload } from "./render.js";

export interface ResponseUrl {
  readonly url: string;
  /** Milliseconds since 1970 when Slack gave it. */
  readonly since: number;
  /** False where it is used up, expired or refused: say it in another way. */
  send(payload: Payload, how: How): Promise<boolean>;
  /** Uses left, as far as this process knows. */
  left(): number;
}

export interface How {
  readonly private: boolean;
  /** Takes the place of the message whose button was pressed. */
  readonly replaces: boolean;
}

const TIMEOUT_MS = 10_000;
/** Longer waits are not worth it: the reply goes another way. */
const LONGEST_WAIT_SECONDS = 60;

export function responseUrl(url: string, since: number, hosts: Hosts, log: Log): ResponseUrl {
  let uses = 0;
  const left = (): number => (Date.now() - since >= RESPONSE_LIFETIME_MS ? 0 : RESPONSE_USES - uses);
  return {
    url,
    since,
    left,
    async send(payload, how) {
      if (left() <= 0 || !hosts.isSlacks(url)) return false;
      uses += 1;
      return await post(url, { ...payload, ...shape(how) }, log);
    },
  };
}

function shape({ private: isPrivate, replaces }: How) {
  return replaces
    ? { replace_original: true }
    : { replace_original: false, response_type: isPrivate ? "ephemeral" : "in_channel" };
}

async function post(url: string, body: object, log: Log, retry = true): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(body),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.status === 429 && retry) {
      const seconds = Number(response.headers.get("retry-after") ?? 1);
      if (!(seconds <= LONGEST_WAIT_SECONDS)) return false;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      return await post(url, body, log, false);
    }
    if (response.ok && !text.includes('"ok":false')) return true;
    log.warn({ status: response.status, said: text.slice(0, 200) }, "slack: a response URL refused");
    return false;
  } catch (error) {
    log.warn({ err: error }, "slack: a response URL could not be reached");
    return false;
  }
}
