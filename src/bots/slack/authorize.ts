// Whose token answers an event: the workspace's or organisation's installation, else the single token of the configuration.
import type { Authorize } from "@slack/bolt";
import type { InstallProvider } from "@slack/oauth";
import { WebClient, type WebClientOptions } from "@slack/web-api";
import type { Installations } from "./installations.js";

export interface Keys {
  readonly installations: Installations;
  /** Absent without OAuth. */
  readonly installer?: InstallProvider;
  readonly botToken?: string;
  readonly clientOptions: WebClientOptions;
}

/** Throws where Convo is not installed in the workspace of the event. */
export function authorizer({ installations, installer, botToken, clientOptions }: Keys): Authorize<boolean> {
  let own: Promise<Identity> | undefined;

  return async (source) => {
    const query = {
      teamId: source.teamId,
      enterpriseId: source.enterpriseId ?? undefined,
      isEnterpriseInstall: source.isEnterpriseInstall,
    };
    if (installer !== undefined && (await installations.has(query))) return await installer.authorize(query);
    if (botToken === undefined) return await installations.fetchInstallation(query).then(refuse);
    own ??= identify(botToken, clientOptions).catch((error: unknown) => {
      own = undefined;
      throw error;
    });
    const { teamId, enterpriseId, ...identity } = await own;
    const isOurs = source.teamId === teamId || (enterpriseId !== undefined && source.enterpriseId === enterpriseId);
    // Without OAuth there is one installation only, and every event is its own.
    if (installer !== undefined && !isOurs) return await installations.fetchInstallation(query).then(refuse);
    return { botToken, ...identity };
  };
}

/** A client of each workspace or organisation (its id begins with E), with its token. */
export function clientsOf(
  authorize: Authorize<boolean>,
  options: WebClientOptions,
): (community: string) => Promise<WebClient> {
  return async (community) => {
    const isEnterpriseInstall = community.startsWith("E");
    const source = isEnterpriseInstall
      ? { isEnterpriseInstall, enterpriseId: community, teamId: undefined }
      : { isEnterpriseInstall, enterpriseId: undefined, teamId: community };
    const { botToken } = await authorize(source);
    return new WebClient(botToken, options);
  };
}

interface Identity {
  readonly botId?: string;
  readonly botUserId?: string;
  readonly teamId: string | undefined;
  readonly enterpriseId: string | undefined;
}

/** Who the token is. Throws what Slack says of a token that is none. */
export async function identify(token: string, clientOptions: WebClientOptions): Promise<Identity> {
  const answer = await new WebClient(token, clientOptions).auth.test();
  return {
    ...(answer.bot_id === undefined ? {} : { botId: answer.bot_id }),
    ...(answer.user_id === undefined ? {} : { botUserId: answer.user_id }),
    teamId: answer.team_id,
    enterpriseId: answer.is_enterprise_install === true ? answer.enterprise_id : undefined,
  };
}

function refuse(): never {
  throw new Error("Convo is not installed in this workspace");
}
