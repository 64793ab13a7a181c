// The local Discord's CDN: files under signed addresses that expire.
import { createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

export interface Cdn {
  /** A signed path, good for `life` milliseconds (Discord: about a day). */
  put(name: string, bytes: Uint8Array, life?: number): string;
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Paths asked for. */
  readonly asked: string[];
}

export function openCdn(): Cdn {
  const key = randomBytes(16);
  const files = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const sign = (text: string): string => createHmac("sha256", key).update(text).digest("hex");
  return {
    asked,
    put(name, bytes, life = 86_400_000) {
      const path = `/attachments/${files.size + 1}/${encodeURIComponent(name)}`;
      files.set(path, bytes);
      const expires = (Date.now() + life).toString(16);
      return `${path}?ex=${expires}&hm=${sign(`${path} ${expires}`)}`;
    },
    handle(request, response) {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://local");
      asked.push(pathname);
      const expires = searchParams.get("ex") ?? "";
      const bytes = files.get(pathname);
      const isSigned = searchParams.get("hm") === sign(`${pathname} ${expires}`);
      if (!isSigned || Number.parseInt(expires, 16) < Date.now())
        response.writeHead(404).end("This content is no longer available.");
      else if (bytes === undefined) response.writeHead(404).end();
      else
        response
          .writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.byteLength })
          .end(bytes);
    },
  };
}
