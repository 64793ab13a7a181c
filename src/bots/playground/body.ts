// Reads request bodies: JSON or (for a command with files) multipart, never more than the limit, always checked.
import type { Context } from "hono";
import { z } from "zod";
import type { Attachment } from "../../commands/request.js";
import { FILE_BYTES, FILES, JSON_BYTES, UPLOAD_BYTES } from "./limits.js";
import { Refusal } from "./refusal.js";

/** A JSON body of the given shape. Throws Refusal `not-json`, `body-too-large`, `body-invalid`. */
export async function readJson<T>(context: Context, shape: z.ZodType<T>): Promise<T> {
  if (mediaType(context) !== "application/json") {
    throw new Refusal(415, "not-json", "The body must be JSON.", "Send it with Content-Type: application/json.");
  }
  const bytes = await readBytes(context, JSON_BYTES);
  return check(parse(new TextDecoder().decode(bytes)), shape);
}

/** The same, or multipart/form-data with the JSON in the part `request` and files in parts named `files`. */
export async function readJsonAndFiles<T>(
  context: Context,
  shape: z.ZodType<T>,
): Promise<{ body: T; attachments: Attachment[] }> {
  if (mediaType(context) !== "multipart/form-data") return { body: await readJson(context, shape), attachments: [] };
  const bytes = await readBytes(context, UPLOAD_BYTES);
  const type = context.req.header("content-type") ?? "";
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData().catch(() => {
    throw new Refusal(400, "body-invalid", "The upload could not be read.", "Send it again.");
  });
  const request = form.get("request");
  if (typeof request !== "string")
    throw new Refusal(400, "body-invalid", "The upload lacks its part `request`.", "Send the command as JSON in it.");
  const files = form.getAll("files").filter((part) => typeof part !== "string");
  if (files.length > FILES) {
    throw new Refusal(
      413,
      "too-many-files",
      `${files.length} files came; at most ${FILES} can go with one command.`,
      "Send fewer at a time.",
    );
  }
  for (const file of files) {
    if (file.size > FILE_BYTES)
      throw new Refusal(413, "file-too-large", `${file.name} is larger than 10 MiB.`, "Send a smaller version of it.");
  }
  const attachments = files.map((file) => ({
    name: file.name,
    mediaType: file.type || "application/octet-stream",
    size: file.size,
    read: async () => new Uint8Array(await file.arrayBuffer()),
  }));
  return { body: check(parse(request), shape), attachments };
}

function mediaType(context: Context): string {
  return (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

async function readBytes(context: Context, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(context.req.header("content-length") ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of context.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function tooLarge(limit: number): Refusal {
  const text = limit >= 1024 * 1024 ? `${Math.floor(limit / 1024 / 1024)} MiB` : `${Math.floor(limit / 1024)} KiB`;
  return new Refusal(
    413,
    "body-too-large",
    `This is more than the ${text} that one message may hold.`,
    "Shorten it, or send fewer or smaller files.",
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, "body-invalid", "The body is not valid JSON.", "Check its quotes and brackets.");
  }
}

function check<T>(value: unknown, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    400,
    "body-invalid",
    `The request is not as it should be: ${z.prettifyError(parsed.error)}.`,
    "Reload the page and try again.",
  );
}
