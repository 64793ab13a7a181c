// Files of a Slack message or view → attachments: private, so downloaded at once with the bot's token, from Slack's hosts only.
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Attachment } from "../../commands/request.js";
import { UserError } from "../../errors.js";
import { fetchAttachment } from "../attachments/attachment.js";
import type { DownloadPolicy } from "../attachments/download.js";
import type { Hosts } from "./hosts.js";

export const fileShape = z.object({
  id: z.string(),
  name: z.string().nullish(),
  size: z.number().nullish(),
  url_private_download: z.string().nullish(),
  url_private: z.string().nullish(),
  /** "check_file_info": a file from another workspace, of which the event holds nothing but the id. */
  file_access: z.string().nullish(),
});
export type SlackFile = z.infer<typeof fileShape>;

/** The files of an event or a message, whatever else stands there. */
export function filesIn(value: unknown): SlackFile[] {
  const parsed = z.array(z.unknown()).safeParse(value);
  if (!parsed.success) return [];
  return parsed.data.flatMap((each) => {
    const file = fileShape.safeParse(each);
    return file.success ? [file.data] : [];
  });
}

export interface FileRules {
  readonly hosts: Hosts;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Throws UserError `attachment-…`: see `fetchAttachment`. */
export async function fetchFile(client: WebClient, announced: SlackFile, rules: FileRules): Promise<Attachment> {
  const isBare = (announced.url_private ?? null) === null || announced.file_access === "check_file_info";
  const file = isBare ? await described(client, announced) : announced;
  const url = file.url_private_download ?? file.url_private;
  if (url === undefined || url === null || client.token === undefined || !rules.hosts.isSlacks(url))
    throw new UserError(
      "attachment-host",
      "The file does not lie with Slack, so it was not fetched.",
      "Upload the file itself to Slack, not a link to it.",
    );
  const policy: DownloadPolicy = {
    hosts: rules.hosts.patterns,
    trustedHosts: rules.hosts.local,
    headers: { authorization: `Bearer ${client.token}` },
    maxBytes: rules.maxBytes,
    timeoutMs: rules.timeoutMs,
  };
  return await fetchAttachment({ name: file.name ?? "file", url, size: file.size ?? 0 }, policy);
}

async function described(client: WebClient, { id }: SlackFile): Promise<SlackFile> {
  const { file } = await client.files.info({ file: id });
  return fileShape.parse(file);
}
