// Fetches a platform's file: from allowed hosts only, every redirect checked, bounded in size, time and hops.
import { type IncomingMessage, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { UserError } from "../../errors.js";
import { isAllowed } from "./hosts.js";
import { isPrivate, publicLookup } from "./private-addresses.js";

export interface DownloadPolicy {
  /** The platform's own hosts, "cdn.example.com" or "*.example.com": https only, and never at a private address. */
  readonly hosts: readonly string[];
  /** What the operator added, as host or host:port: http as well, and a private address where the operator wrote one down. */
  readonly trustedHosts: readonly string[];
  /** Sent to allowed hosts only, anew at every hop (a bearer token, for instance). */
  readonly headers?: Readonly<Record<string, string>>;
  readonly maxBytes: number;
  /** For the whole download, redirects included. Milliseconds. */
  readonly timeoutMs: number;
}

/** A CDN needs one redirect at most; three leave room. */
const MOST_REDIRECTS = 3;

/**
 * The bytes behind `url`.
 * Throws UserError `attachment-host` (address or redirect not allowed, private or a metadata service),
 * `attachment-too-large`, `attachment-slow`, `attachment-gone` (expired, deleted, refused), `attachment-unreachable`.
 */
export async function download(url: string, policy: DownloadPolicy): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(policy.timeoutMs);
  const first = addressOf(url);
  let address = first;
  try {
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      checkAddress(address, first, policy);
      const response = await ask(address, policy, signal);
      const next = redirectOf(response, address);
      if (next === undefined) return await bodyOf(response, policy.maxBytes);
      response.destroy();
      address = next;
    }
  } catch (error) {
    throw explained(error, signal, policy);
  }
  throw hostError("The file's address redirects too often.");
}

function addressOf(url: string, base?: URL): URL {
  if (!URL.canParse(url, base?.href)) throw hostError("The file has no address that can be read.");
  return new URL(url, base);
}

function checkAddress(address: URL, first: URL, { hosts, trustedHosts }: DownloadPolicy): void {
  const secure = address.protocol === "https:";
  if ((!secure && address.protocol !== "http:") || address.username !== "" || address.password !== "")
    throw hostError("The file's address is none that Convo downloads from.");
  const trusted = isAllowed(address, trustedHosts);
  if (!trusted && !(secure && isAllowed(address, hosts) && address.port === ""))
    throw hostError("The file's address leads away from the platform's own servers.");
  // Where the operator allows a private address, a redirect still may not wander to another one or to another port.
  if (isPrivate(address.hostname) && (!trusted || address.host !== first.host))
    throw hostError("The file's address leads into a private network.");
}

function ask(address: URL, policy: DownloadPolicy, signal: AbortSignal): Promise<IncomingMessage> {
  const request = address.protocol === "https:" ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    request(
      address,
      {
        headers: { ...policy.headers, "accept-encoding": "identity", "user-agent": "Convo" },
        signal,
        // Looked up and checked in one step: a name that answers differently the second time gains nothing.
        ...(isAllowed(address, policy.trustedHosts) ? {} : { lookup: publicLookup }),
        agent: false,
      },
      resolve,
    )
      .on("error", reject)
      .end();
  });
}

function redirectOf(response: IncomingMessage, from: URL): URL | undefined {
  const status = response.statusCode ?? 0;
  if (status < 300 || status > 399) return undefined;
  const { location } = response.headers;
  if (location === undefined) throw new UserError("attachment-gone", "The file is not there.", "Send it again.");
  return addressOf(location, from);
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const status = response.statusCode ?? 0;
  if (status !== 200) {
    response.destroy();
    throw new UserError(
      "attachment-gone",
      `The platform no longer gives the file (it answers ${status}).`,
      "Send it again.",
    );
  }
  if (Number(response.headers["content-length"] ?? 0) > maxBytes) {
    response.destroy();
    throw tooLarge(maxBytes);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    // Leaving the loop destroys the response: no more is read.
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function explained(error: unknown, signal: AbortSignal, policy: DownloadPolicy): unknown {
  if (error instanceof UserError) return error;
  if (signal.aborted)
    return new UserError(
      "attachment-slow",
      `The file did not arrive within ${Math.ceil(policy.timeoutMs / 1_000)} s.`,
      "Send it again, or a smaller one.",
      { cause: error },
    );
  return new UserError("attachment-unreachable", "The file could not be fetched.", "Send it again in a moment.", {
    cause: error,
  });
}

/** `maxBytes` as a person reads it. Also for a size that the platform announces. */
export function tooLarge(maxBytes: number): UserError {
  const limit =
    maxBytes >= 1_048_576 ? `${Math.floor(maxBytes / 1_048_576)} MiB` : `${Math.floor(maxBytes / 1024)} KiB`;
  return new UserError("attachment-too-large", `The file is larger than ${limit}.`, "Send a smaller one.");
}

function hostError(what: string): UserError {
  return new UserError("attachment-host", what, "Upload the file itself to the chat, not a link to it.");
}
