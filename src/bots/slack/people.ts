// Who asks: name, language, role by Slack's own flags, and user groups; remembered for a few minutes.
import type { WebClient } from "@slack/web-api";
import type { Role, User } from "../../commands/request.js";
import type { Log } from "../../log.js";
import { knowGroups } from "./groups.js";

export interface Person {
  readonly user: User;
  /** BCP 47. */
  readonly locale: string;
}

export interface People {
  /** `fallbackName`: as the event names the person, should Slack not answer in time. */
  of(client: WebClient, community: string, id: string, fallbackName: string): Promise<Person>;
}

const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 10_000;
/** A form must open within 3 s of the press; a flag that comes later than this is not waited for. */
const PATIENCE_MS = 1_200;

export function knowPeople(log: Log): People {
  const known = new Map<string, { readonly person: Person; readonly until: number }>();
  const asking = new Map<string, Promise<Person>>();
  const groups = knowGroups(log);

  return {
    async of(client, community, id, fallbackName) {
      const key = `${community}/${id}`;
      const before = known.get(key);
      if (before !== undefined && before.until > Date.now()) return before.person;
      const stranger = before?.person ?? {
        user: { id, name: fallbackName, role: "learner", groups: [] },
        locale: "en-US",
      };
      const answer = asking.get(key) ?? ask(client, community, id, stranger);
      asking.set(key, answer);
      return await inTime(answer, stranger);
    },
  };

  async function ask(client: WebClient, community: string, id: string, stranger: Person): Promise<Person> {
    const key = `${community}/${id}`;
    try {
      const [{ user }, carried] = await Promise.all([
        client.users.info({ user: id, include_locale: true }),
        groups.of(client, community, id),
      ]);
      if (user === undefined) return stranger;
      const name = user.profile?.display_name || user.profile?.real_name || user.name || stranger.user.name;
      const person = { user: { id, name, role: roleOf(user), groups: carried }, locale: user.locale ?? "en-US" };
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(key, { person, until: Date.now() + REMEMBERED_MS });
      return person;
    } catch (error) {
      log.warn({ err: error }, "slack: a person is not known; a learner for now");
      return stranger;
    } finally {
      asking.delete(key);
    }
  }
}

/** Slack's admins and owners administer; guests never do. */
function roleOf(user: { is_admin?: boolean; is_owner?: boolean; is_primary_owner?: boolean }): Role {
  return user.is_admin === true || user.is_owner === true || user.is_primary_owner === true ? "admin" : "learner";
}

async function inTime(answer: Promise<Person>, otherwise: Person): Promise<Person> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Person>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
