// Keeps web pages from elsewhere out: Host, Origin and Sec-Fetch-Site of every request, and the headers of every answer.
import type { Context, MiddlewareHandler } from "hono";
import { Refusal } from "./refusal.js";

/**
 * Refuses what another site could have sent.
 * `anyHost`: with tokens, a request proves itself by a cookie that the browser keeps apart for each host name, so a rebound
 * name gets nowhere and proxies may use names of their own. Without tokens only the names of this machine pass.
 */
export function guard(anyHost: boolean): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host") ?? "";
    const name = hostName(host);
    if (name === undefined || !(anyHost || isLoopback(name))) {
      throw new Refusal(
        421,
        "host-unknown",
        `This playground does not answer to the name ${JSON.stringify(host.slice(0, 80))}.`,
        "Open it under the address that Convo printed when it started.",
      );
    }
    if (!isPageLoad(context) && isForeign(context, host)) {
      throw new Refusal(
        403,
        "origin-foreign",
        "Another web page sent this request, and only the playground's own page may.",
        "Open the playground itself and do it there.",
      );
    }
    await next();
  };
}

/** Sets what every answer carries: no scripts but our own, no framing, no guessing of types, no leaking of addresses. */
export const hardened: MiddlewareHandler = async (context, next) => {
  await next();
  const headers = context.res.headers;
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", POLICY);
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("X-Frame-Options", "DENY");
  headers.set("Referrer-Policy", "no-referrer");
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
};

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** True for names that only ever mean this machine: the whole of 127/8, ::1 and `localhost` (RFC 6761). */
export function isLoopback(name: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(name) || name === "::1" || name === "localhost" || name.endsWith(".localhost");
}

/** The name in a Host header, without port and brackets, lower-case; undefined where it is not one. */
export function hostName(host: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(host);
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

/** Following a link from anywhere to the page itself is fine: the page holds nothing until it asks for it. */
function isPageLoad(context: Context): boolean {
  const { method, path } = context.req;
  return method === "GET" && !path.startsWith("/api/") && !path.startsWith("/media/");
}

function isForeign(context: Context, host: string): boolean {
  const site = context.req.header("sec-fetch-site");
  // "none": the person typed the address; that can only be a GET.
  if (site !== undefined && site !== "same-origin" && !(site === "none" && context.req.method === "GET")) return true;
  const origin = context.req.header("origin");
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== canonicalHost(host, origin);
}

/** The Host header as the URL parser would write it: default port dropped, lower-case. */
function canonicalHost(host: string, origin: string): string {
  const address = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(address) ? new URL(address).host : host;
}
