// Pictures and files to Slack: an external upload; a picture may be shown once Slack knows its type.
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { Log } from "../../log.js";
import { ALT_TEXT, UPLOAD_WAIT_MS } from "./limits.js";
import type { File, Upload } from "./render.js";
import { shortened } from "./text.js";

const uploaded = z.object({
  files: z.array(z.object({ files: z.array(z.object({ id: z.string() })).optional() })),
});

/** Waits until `files.info` has a mimetype: before that, Slack refuses the image block as `invalid_blocks`. */
export function pictureUpload(client: WebClient, log: Log): Upload {
  return async ({ name, png, alt }) => {
    try {
      const id = await upload(client, { filename: name, file: Buffer.from(png), alt_text: shortened(alt, ALT_TEXT) });
      if (await isReady(client, id)) return id;
      log.warn({ file: id }, "slack: a picture was not ready in time");
    } catch (error) {
      log.warn({ err: error }, "slack: a picture could not be uploaded");
    }
    return undefined;
  };
}

/** Shares a file in a channel where the bot is: for a private reply, the direct messages with its reader. */
export async function shareFile(client: WebClient, file: File, channel: string): Promise<void> {
  await client.filesUploadV2({
    channel_id: channel,
    filename: file.name,
    title: file.name,
    file: Buffer.from(file.bytes),
  });
}

async function upload(
  client: WebClient,
  picture: { filename: string; file: Buffer; alt_text: string },
): Promise<string> {
  const { files } = uploaded.parse(await client.filesUploadV2(picture));
  const id = files[0]?.files?.[0]?.id;
  if (id === undefined) throw new Error("files.completeUploadExternal named no file");
  return id;
}

async function isReady(client: WebClient, file: string): Promise<boolean> {
  const deadline = Date.now() + UPLOAD_WAIT_MS;
  for (let wait = 150; Date.now() < deadline; wait = Math.min(wait * 1.5, 2_000)) {
    const { file: info } = await client.files.info({ file });
    if (info?.mimetype !== undefined && info.mimetype !== "") return true;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return false;
}
