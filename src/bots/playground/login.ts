// Tokens that give a role: compared in constant time, failed tries slowed down, remembered in a signed cookie.
import { timingSafeEqual } from "node:crypto";
import type { Role } from "../../commands/request.js";
import { ADDRESSES, FORGIVEN_MS, FREE_TRIES, LOGIN_MS, LONGEST_WAIT_MS } from "./limits.js";
import { Refusal } from "./refusal.js";
import type { Signer } from "./signing.js";

export interface Login {
  /** False on loopback without tokens: there, people choose their role themselves. */
  readonly needed: boolean;
  /** The role of a token typed or sent by `address`, with a cookie value to remember it. Throws Refusal `token-wrong` or `token-wait`. */
  enter(token: string, address: string): { role: Role; cookie: string };
  /** The role that a cookie from `enter` still gives: its token must still be configured, and its time not be over. */
  recognise(cookie: string | undefined): Role | undefined;
}

/** Logins by `tokens` (token → role), which come from CONVO_PLAYGROUND_TOKEN. */
export function createLogin(tokens: ReadonlyMap<string, Role>, signer: Signer, now: () => number = Date.now): Login {
  const digest = (token: string) => signer.fingerprint("login", token);
  const known = [...tokens].map(([token, role]) => ({ digest: digest(token), role }));
  const brake = createBrake(now);

  return {
    needed: known.length > 0,

    enter(token, address) {
      const wait = brake.wait(address);
      if (wait > 0)
        throw new Refusal(
          429,
          "token-wait",
          "Too many wrong tokens came from here.",
          `Wait ${seconds(wait)} and try again.`,
          wait,
        );
      const given = digest(token);
      // Every token is compared, so that the time taken does not tell which one matched.
      let role: Role | undefined;
      for (const candidate of known) if (timingSafeEqual(candidate.digest, given)) role = candidate.role;
      if (role === undefined) {
        brake.failed(address);
        throw new Refusal(
          401,
          "token-wrong",
          "This token is not known here.",
          "Check it, or ask the person who runs this playground.",
        );
      }
      brake.succeeded(address);
      const cookie = signer.sign("login", { d: given.toString("base64url"), e: now() + LOGIN_MS });
      return { role, cookie };
    },

    recognise(cookie) {
      const claim = cookie === undefined ? undefined : signer.verify("login", cookie);
      if (typeof claim !== "object" || claim === null || !("d" in claim) || !("e" in claim)) return undefined;
      if (typeof claim.e !== "number" || claim.e < now()) return undefined;
      return known.find((candidate) => candidate.digest.toString("base64url") === claim.d)?.role;
    },
  };
}

/** Slows down who guesses: after a few failed tries an address waits 1 s, then twice as long each time. */
function createBrake(now: () => number) {
  const addresses = new Map<string, { failures: number; last: number }>();
  const find = (address: string) => {
    const seen = addresses.get(network(address));
    return seen && now() - seen.last < FORGIVEN_MS ? seen : undefined;
  };
  return {
    /** Milliseconds until this address may try again. */
    wait(address: string): number {
      const seen = find(address);
      if (!seen || seen.failures < FREE_TRIES) return 0;
      const pause = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(seen.failures - FREE_TRIES, 10));
      return Math.max(0, seen.last + pause - now());
    },
    failed(address: string): void {
      const failures = (find(address)?.failures ?? 0) + 1;
      const key = network(address);
      addresses.delete(key);
      addresses.set(key, { failures, last: now() });
      const oldest = addresses.keys().next();
      if (addresses.size > ADDRESSES && !oldest.done) addresses.delete(oldest.value);
    },
    succeeded(address: string): void {
      addresses.delete(network(address));
    },
  };
}

/** One household has a /64 of IPv6 addresses, so these count as one; an IPv4 address stands for itself. */
function network(address: string): string {
  const plain = address.replace(/^::ffff:/i, "");
  return plain.includes(":") ? plain.split(":").slice(0, 4).join(":") : plain;
}

function seconds(milliseconds: number): string {
  const whole = Math.ceil(milliseconds / 1000);
  return whole === 1 ? "1 second" : `${whole} seconds`;
}
