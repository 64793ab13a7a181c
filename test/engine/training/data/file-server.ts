// A local web server that hands out one file with ranges, and misbehaves as a test asks.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface FileServer {
  readonly url: string;
  readonly requests: readonly {
    readonly path: string;
    readonly range: string | undefined;
    readonly ifRange: string | undefined;
  }[];
  close(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, attempt: number) => void;

/** `answers` are taken one after the other, the last one for all that follow. */
export async function fileServer(...answers: readonly Answer[]): Promise<FileServer> {
  const requests: { path: string; range: string | undefined; ifRange: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { range, "if-range": ifRange } = request.headers;
    requests.push({ path: request.url ?? "", range, ifRange: typeof ifRange === "string" ? ifRange : undefined });
    const attempt = requests.length - 1;
    answers[Math.min(attempt, answers.length - 1)]?.(request, response, attempt);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}/`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export interface FileOptions {
  readonly etag?: string;
  /** Bytes after which the connection is cut. */
  readonly cut?: number;
  /** Bytes after which nothing comes any more, the connection staying open. */
  readonly stall?: number;
  readonly ranges?: boolean;
}

/** The file as a proper server sends it: ranges, ETag, If-Range. */
export function sends(content: Buffer, options: FileOptions = {}): Answer {
  const { etag = '"one"', cut, stall, ranges = true } = options;
  return (request, response) => {
    const [, asked] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
    const ifRange = request.headers["if-range"];
    const from = ranges && asked !== undefined && (ifRange === undefined || ifRange === etag) ? Number(asked) : 0;
    const body = content.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      "content-type": "application/octet-stream",
      "content-length": body.length,
      ...(from > 0 ? { "content-range": `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    });
    if (stall !== undefined) response.write(body.subarray(0, stall));
    else if (cut !== undefined) response.write(body.subarray(0, cut), () => setTimeout(() => response.destroy(), 50));
    else response.end(body);
  };
}

export function answers(status: number, body = "", type = "text/plain"): Answer {
  return (_, response) => response.writeHead(status, { "content-type": type }).end(body);
}
