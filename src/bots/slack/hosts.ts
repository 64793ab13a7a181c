// Which hosts are Slack's: the bot's token, and anything learned from Slack, goes nowhere else.
import { isAllowed } from "../attachments/hosts.js";

export interface Hosts {
  readonly apiUrl: string;
  /** Slack's own domains, over HTTPS. */
  readonly patterns: readonly string[];
  /** A local Slack, as host:port, over HTTP too; empty where the real one is spoken to. */
  readonly local: readonly string[];
  isSlacks(url: string): boolean;
}

const SLACKS = ["slack.com", "slack-files.com", "slack-gov.com"].flatMap((host) => [host, `*.${host}`]);

/**
 * `apiUrl`: Slack's, or that of a local Slack for tests and private gateways, which then counts as Slack's; so do further
 * ports of the same machine where `attachmentHosts` names them.
 */
export function slackHosts(apiUrl: string, attachmentHosts: readonly string[]): Hosts {
  const own = new URL(apiUrl);
  const isReal = own.protocol === "https:" && own.port === "" && isAllowed(own, SLACKS);
  const ports = attachmentHosts.filter((host) => host.replace(/:\d+$/u, "") === own.hostname);
  const port = own.port === "" ? (own.protocol === "https:" ? "443" : "80") : own.port;
  const local = isReal ? [] : [`${own.hostname}:${port}`, ...ports];
  return {
    apiUrl,
    patterns: SLACKS,
    local,
    isSlacks(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || url.username !== "" || url.password !== "") return false;
      if (isAllowed(url, local)) return url.protocol === "https:" || url.protocol === "http:";
      return url.protocol === "https:" && url.port === "" && isAllowed(url, SLACKS);
    },
  };
}
