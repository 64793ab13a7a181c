// Downloading what somebody sent: from a real server on this machine, which lies, wanders off, dawdles and never ends.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fetchAttachment } from "../../../src/bots/attachments/attachment.js";
import { type DownloadPolicy, download } from "../../../src/bots/attachments/download.js";
import { isAllowed } from "../../../src/bots/attachments/hosts.js";
import { mediaTypeOf } from "../../../src/bots/attachments/media-type.js";
import { isPrivate } from "../../../src/bots/attachments/private-addresses.js";
import { refusal } from "../../support/errors.js";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer;
let seen: IncomingMessage[] = [];
let sent = 0;
const server = createServer((request, response) => {
  seen.push(request);
  answer(request, response);
});
let inner = 0;
const neighbour = createServer((_, response) => {
  inner += 1;
  response.end(PNG);
});
let host: string;
let neighbourHost: string;

beforeAll(async () => {
  for (const each of [server, neighbour])
    await new Promise<void>((resolve) => each.listen(0, "127.0.0.1", () => resolve()));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  neighbourHost = `127.0.0.1:${(neighbour.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const each of [server, neighbour]) {
    each.closeAllConnections();
    each.close();
  }
});
beforeEach(() => {
  [seen, sent, inner] = [[], 0, 0];
});

const policy = (more: Partial<DownloadPolicy> = {}): DownloadPolicy => ({
  hosts: ["cdn.example.com"],
  trustedHosts: [host],
  maxBytes: 1_048_576,
  timeoutMs: 5_000,
  ...more,
});
const redirect =
  (to: string): Answer =>
  (_, response) =>
    response.writeHead(302, { location: to }).end();
const code = async (url: string, more: Partial<DownloadPolicy> = {}) =>
  (await refusal(() => download(url, policy(more)))).code;

describe("an allowed file", () => {
  test("arrives byte by byte, with the headers meant for its host", async () => {
    answer = (_, response) => response.end(PNG);
    const bytes = await download(`http://${host}/a.png`, policy({ headers: { authorization: "Bearer secret" } }));
    expect(Buffer.from(bytes)).toEqual(PNG);
    expect(seen[0]?.headers.authorization).toBe("Bearer secret");
  });

  test("may move on the same host, and headers move along", async () => {
    answer = (request, response) =>
      request.url === "/old" ? redirect("/new")(request, response) : void response.end(PNG);
    await download(`http://${host}/old`, policy({ headers: { authorization: "Bearer secret" } }));
    expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/old", "Bearer secret"],
      ["/new", "Bearer secret"],
    ]);
  });

  test("gets its type from its content, whatever its name and its headers say", async () => {
    answer = (_, response) => response.writeHead(200, { "content-type": "application/x-msdownload" }).end(PNG);
    const found = await fetchAttachment({ name: "a.exe", url: `http://${host}/a.exe`, size: 16 }, policy());
    expect(found).toMatchObject({ name: "a.exe", mediaType: "image/png", size: PNG.byteLength });
    expect(Buffer.from(await found.read())).toEqual(PNG);
  });

  test("that is a web page (a login, for instance) is refused", async () => {
    answer = (_, response) => response.end("<!DOCTYPE html><title>Sign in</title>");
    const url = `http://${host}/a.png`;
    expect((await refusal(() => fetchAttachment({ name: "a", url, size: 9 }, policy()))).code).toBe("attachment-html");
  });

  test("many at once all arrive, a few at a time", async () => {
    let [now, most] = [0, 0];
    answer = (_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        response.end(PNG);
      }, 10);
    };
    const all = Array.from({ length: 20 }, (_, index) =>
      fetchAttachment({ name: `${index}`, url: `http://${host}/${index}`, size: 16 }, policy()),
    );
    expect((await Promise.all(all)).length).toBe(20);
    expect(most).toBeLessThanOrEqual(4);
  });
});

describe("an address that leads elsewhere", () => {
  test.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://localhost/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::ffff:127.0.0.1]/",
    "https://cdn.example.com.evil.test/a.png",
    "https://evil.test/cdn.example.com",
    "https://cdn.example.com:8443/a.png",
    "https://user:pass@cdn.example.com/a.png",
    "http://cdn.example.com/a.png",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "no address",
  ])("%s is refused, at first and as a redirect", async (url) => {
    expect(await code(url)).toBe("attachment-host");
    answer = redirect(url);
    // "no address" is a relative one there: it stays on the host and goes in circles.
    expect(await code(`http://${host}/a.png`)).toBe("attachment-host");
  });

  test("another port of this machine is refused as a redirect, even where the operator trusts the whole host", async () => {
    answer = redirect(`http://${neighbourHost}/`);
    expect(await code(`http://${host}/`)).toBe("attachment-host");
    expect(await code(`http://${host}/`, { trustedHosts: ["127.0.0.1"] })).toBe("attachment-host");
    expect(inner).toBe(0);
  });

  test("the platform's own host is refused where its name stands for a private address", async () => {
    expect(await code("https://localhost/a.png", { hosts: ["localhost"] })).toBe("attachment-host");
    expect(await code("https://127.0.0.1/a.png", { hosts: ["127.0.0.1"] })).toBe("attachment-host");
  });

  test("redirects without an end are cut off", async () => {
    answer = redirect("/again");
    expect(await code(`http://${host}/`)).toBe("attachment-host");
    expect(seen.length).toBe(4);
  });
});

describe("a file without measure", () => {
  test("of 2 GB is refused by what the platform announces, unasked", async () => {
    const url = `http://${host}/big`;
    const error = await refusal(() => fetchAttachment({ name: "big", url, size: 2_000_000_000 }, policy()));
    expect(error).toMatchObject({ code: "attachment-too-large", what: "The file is larger than 1 MiB." });
    expect(seen).toEqual([]);
  });

  test("of 2 GB is refused by its header before a byte is read", async () => {
    answer = (_, response) => response.writeHead(200, { "content-length": 2_000_000_000 }).write(PNG);
    expect(await code(`http://${host}/big`)).toBe("attachment-too-large");
  });

  test("that says it is small and never ends is cut off while it streams", async () => {
    answer = (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    };
    const url = `http://${host}/endless`;
    const error = await refusal(() => fetchAttachment({ name: "a", url, size: 16 }, policy()));
    expect(error.code).toBe("attachment-too-large");
    expect(sent).toBeLessThan(200_000_000);
  });

  test.each<[string, Answer]>([
    ["never answers", () => undefined],
    ["stops in the middle", (_, response) => void response.writeHead(200, { "content-length": 100 }).write(PNG)],
  ])("that %s is given up after the time limit", async (_, each) => {
    answer = each;
    expect(await code(`http://${host}/slow`, { timeoutMs: 100 })).toBe("attachment-slow");
  });

  test.each([403, 404, 500])("that is gone (%i) says so", async (status) => {
    answer = (_, response) => response.writeHead(status).end();
    expect(await code(`http://${host}/gone`)).toBe("attachment-gone");
  });

  test("that breaks off says so", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": 100 }).write(PNG, () => response.destroy());
    };
    expect(await code(`http://${host}/broken`)).toBe("attachment-unreachable");
  });
});

test.each([
  ["https://files.slack.com/x", ["*.slack.com"], true],
  ["https://slack.com/x", ["*.slack.com"], false],
  ["https://evilslack.com/x", ["*.slack.com"], false],
  ["https://CDN.example.com/x", ["cdn.EXAMPLE.com"], true],
  ["http://[::1]:80/x", ["[::1]"], true],
  ["http://[::1]:81/x", ["[::1]:81"], true],
  ["http://a.test:81/x", ["a.test:82"], false],
  ["https://a.test/x", ["a.test:443"], true],
])("%s against %j: %s", (url, patterns, allowed) => {
  expect(isAllowed(new URL(url), patterns)).toBe(allowed);
});

test.each([
  "10.1.2.3",
  "172.31.0.1",
  "192.168.1.1",
  "100.100.100.200",
  "169.254.169.254",
  "0.0.0.0",
  "::1",
  "[fe80::1]",
])("%s is private", (address) => {
  expect(isPrivate(address)).toBe(true);
});
test.each(["8.8.8.8", "172.32.0.1", "162.159.135.232", "2606:4700::1", "cdn.discordapp.com"])(
  "%s is not",
  (address) => {
    expect(isPrivate(address)).toBe(false);
  },
);

test.each<[string, Uint8Array | string]>([
  ["image/jpeg", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
  ["image/webp", "RIFF\0\0\0\0WEBPVP8 "],
  ["image/gif", "GIF89a"],
  ["application/zip", "PK\u0003\u0004"],
  ["text/html", "\n <html><body>"],
  ["text/plain", "Conv 3×3, 64"],
  ["application/octet-stream", Uint8Array.of(1, 2, 3, 0xff)],
  ["application/octet-stream", Uint8Array.of()],
])("content says %s", (type, content) => {
  expect(mediaTypeOf(typeof content === "string" ? new TextEncoder().encode(content) : content)).toBe(type);
});
