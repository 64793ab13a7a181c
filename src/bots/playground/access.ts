// Who is asking and in which role: from a login cookie or bearer token, and the signed identity that the page sends.
import { createHash } from "node:crypto";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Role, User } from "../../commands/request.js";
import { LOGIN_MS } from "./limits.js";
import type { Login } from "./login.js";
import { type Identity, readIdentity } from "./people.js";
import { Refusal } from "./refusal.js";
import type { Signer } from "./signing.js";

/** What is known of a request's sender; each part may be missing. */
export interface Visitor {
  /** Undefined: a token is needed first. */
  readonly role: Role | undefined;
  readonly identity: Identity | undefined;
}

export interface Access {
  readonly login: Login;
  visitor(context: Context): Visitor;
  /** The person, ready to ask something. Throws Refusal `login-needed` or `person-needed`. */
  user(context: Context): User;
  /** Throws Refusal where the token is wrong; else the role, remembered in a cookie. */
  enter(context: Context, token: string): Role;
  leave(context: Context): void;
}

export function createAccess(login: Login, signer: Signer): Access {
  const access: Access = {
    login,

    visitor(context) {
      const bearer = bearerToken(context);
      const carried = readIdentity(signer, context.req.header("convo-person"));
      if (!login.needed) return { role: carried?.role ?? "learner", identity: carried };
      if (bearer !== undefined) {
        const { role } = login.enter(bearer, address(context));
        return { role, identity: carried ?? scripted(bearer, role) };
      }
      return { role: login.recognise(getCookie(context, cookieName(context))), identity: carried };
    },

    user(context) {
      const { role, identity } = access.visitor(context);
      if (role === undefined) {
        throw new Refusal(
          401,
          "login-needed",
          "This playground asks for a token.",
          "Open the page and enter yours, or send it as Authorization: Bearer.",
        );
      }
      if (identity === undefined) {
        throw new Refusal(401, "person-needed", "It is not known who is asking.", "Open the page and enter a name.");
      }
      return { id: identity.id, name: identity.name, role, groups: [] };
    },

    enter(context, token) {
      const { role, cookie } = login.enter(token, address(context));
      setCookie(context, cookieName(context), cookie, {
        httpOnly: true,
        sameSite: "Strict",
        path: "/",
        maxAge: LOGIN_MS / 1000,
        // Behind a proxy that speaks HTTPS, the cookie never travels without it.
        secure: context.req.header("origin")?.startsWith("https:") ?? false,
      });
      return role;
    },

    leave(context) {
      deleteCookie(context, cookieName(context), { path: "/" });
    },
  };
  return access;
}

/** Cookies are shared by all ports of a host, so each playground's has a name of its own. */
function cookieName(context: Context): string {
  return `convo_playground_${context.env.incoming.socket.localPort}`;
}

function bearerToken(context: Context): string | undefined {
  return /^Bearer\s+(\S+)\s*$/i.exec(context.req.header("authorization") ?? "")?.[1];
}

function address(context: Context): string {
  return getConnInfo(context).remote.address ?? "unknown";
}

/** A script that sends a bearer token need not join: it is one person, the same one every time. */
function scripted(token: string, role: Role): Identity {
  return { id: createHash("sha256").update(`convo script ${token}`).digest("hex").slice(0, 32), name: "Script", role };
}
