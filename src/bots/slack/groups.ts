// The user groups of a workspace and who is in them: settings may name one whose members instruct.
import type { WebClient } from "@slack/web-api";
import type { Log } from "../../log.js";
import { platformError } from "./voice.js";

export interface Groups {
  /** Identifiers (S…) of the groups that somebody is in; none where the plan has no groups or the scope is missing. */
  of(client: WebClient, community: string, user: string): Promise<readonly string[]>;
}

const REMEMBERED_MS = 5 * 60_000;

type Members = ReadonlyMap<string, readonly string[]>;

export function knowGroups(log: Log): Groups {
  const known = new Map<string, { readonly members: Promise<Members>; readonly until: number }>();

  return {
    async of(client, community, user) {
      const before = known.get(community);
      const members = before !== undefined && before.until > Date.now() ? before.members : list(client);
      if (members !== before?.members) known.set(community, { members, until: Date.now() + REMEMBERED_MS });
      return [...(await members)].flatMap(([group, people]) => (people.includes(user) ? [group] : []));
    },
  };

  /** Never throws: without groups, people are still known by Slack's flags and by name. */
  async function list(client: WebClient): Promise<Members> {
    try {
      const { usergroups = [] } = await client.usergroups.list({ include_users: true });
      return new Map(usergroups.flatMap(({ id, users = [] }) => (id === undefined ? [] : [[id, users]])));
    } catch (error) {
      const code = platformError(error);
      log.warn(code === undefined ? { err: error } : { code }, "slack: user groups are not known");
      return new Map();
    }
  }
}
