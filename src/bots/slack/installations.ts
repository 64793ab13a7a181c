// Installations of the app in our store: one for each workspace, or one for a whole organisation.
import type { Installation, InstallationQuery, InstallationStore } from "@slack/oauth";
import { key } from "../../store/key-parts.js";
import type { Namespace, Store } from "../../store/store.js";

export interface Installations extends InstallationStore {
  has(query: InstallationQuery<boolean>): Promise<boolean>;
  deleteInstallation(query: InstallationQuery<boolean>): Promise<void>;
}

/** Under the enterprise's id where the installation is an enterprise one, else under the team's. Tokens lie there as they are. */
export function openInstallations(store: Store): Installations {
  const records: Namespace<Installation> = store.namespace("slack-installations");

  return {
    async storeInstallation(installation) {
      const id = installation.isEnterpriseInstall === true ? installation.enterprise?.id : installation.team?.id;
      if (id === undefined) throw new Error("Slack's installation names neither a team nor an enterprise");
      await records.set(key(id), installation);
    },
    async fetchInstallation(query) {
      const found = await find(query);
      if (found === undefined) throw new Error(`Convo is not installed in ${idOf(query) ?? "an unknown workspace"}`);
      return found;
    },
    async deleteInstallation(query) {
      const id = idOf(query);
      if (id !== undefined) await records.delete(key(id));
    },
    has: async (query) => (await find(query)) !== undefined,
  };

  async function find(query: InstallationQuery<boolean>): Promise<Installation | undefined> {
    const id = idOf(query);
    const found = id === undefined ? undefined : await records.get(key(id));
    if (found !== undefined || query.enterpriseId === undefined) return found;
    // Not every payload from an organisation says that the installation is the organisation's.
    const whole = await records.get(key(query.enterpriseId));
    return whole?.isEnterpriseInstall === true ? whole : undefined;
  }
}

function idOf({ isEnterpriseInstall, enterpriseId, teamId }: InstallationQuery<boolean>): string | undefined {
  return (isEnterpriseInstall ? enterpriseId : teamId) || undefined;
}
