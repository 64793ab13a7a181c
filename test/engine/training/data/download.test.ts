// Downloads against a local server that cuts, stalls, changes and lies.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { download } from "../../../../src/engine/training/data/download.js";
import { getData } from "../../../../src/engine/training/data/get-data.js";
import { type Answer, answers, type FileServer, fileServer, sends } from "./file-server.js";
import { temporaryFolder } from "./pictures.js";

const content = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7) % 251));
const other = Buffer.from(content.map((byte) => byte ^ 1));
const file = { name: "x.gz", bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
const data = { name: "x", addresses: [], files: [file], licence: "" };
const quick = { wait: 1, patience: 200 };

let server: FileServer | undefined;
afterEach(() => server?.close());

async function fetchFrom(
  ...plan: Answer[]
): Promise<{ folder: string; path: string; result: Promise<void>; server: FileServer }> {
  const folder = await temporaryFolder();
  server = await fileServer(...plan);
  const path = join(folder, file.name);
  return { folder, path, result: download(`${server.url}x.gz`, path, file, quick), server };
}

test("a second fetch into the same folder at the same time is told who is there, and the first one ends well", async () => {
  const to = await temporaryFolder();
  const waiting: (() => void)[] = [];
  server = await fileServer((...asked) => waiting.push(() => sends(content)(...asked)));
  const first = getData(data, to, { ...quick, patience: 20_000, mirror: server.url });
  await vi.waitFor(() => expect(waiting).toHaveLength(1), 20_000);
  await expect(getData(data, to, quick)).rejects.toMatchObject({
    code: "data-folder-busy",
    what: expect.stringContaining(`Process ${process.pid} is fetching`),
  });
  waiting[0]?.();
  expect(await first).toBe(to);
  expect(await readdir(to)).toEqual(["x.gz"]);
});

describe("a download", () => {
  test("is put in place whole, with progress up to the end", async () => {
    const seen: number[] = [];
    const folder = await temporaryFolder();
    server = await fileServer(sends(content));
    await download(`${server.url}x.gz`, join(folder, "x.gz"), file, {
      ...quick,
      onProgress: (received) => seen.push(received),
    });
    expect((await readFile(join(folder, "x.gz"))).equals(content)).toBe(true);
    expect(await readdir(folder)).toEqual(["x.gz"]);
    expect(seen.at(-1)).toBe(content.length);
  });

  test("goes on where the connection was cut", async () => {
    const { path, result, server } = await fetchFrom(sends(content, { cut: 60_000 }), sends(content));
    await result;
    expect((await readFile(path)).equals(content)).toBe(true);
    expect(server.requests[1]).toMatchObject({ range: expect.stringMatching(/^bytes=[1-9]\d*-$/), ifRange: '"one"' });
  });

  test("goes on in the next call, after the program was ended", async () => {
    const { folder, path, result, server } = await fetchFrom(
      ...Array(5).fill(sends(content, { cut: 20_000 })),
      sends(content),
    );
    await expect(result).rejects.toMatchObject({
      code: "download-failed",
      fix: expect.stringContaining("goes on where"),
    });
    expect((await readdir(folder)).sort()).toEqual(["x.gz.part", "x.gz.part.json"]);
    await download(`${server.url}x.gz`, path, file, quick);
    expect(server.requests.at(-1)?.range).toMatch(/^bytes=[1-9]\d*-$/);
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  test("begins again when the file on the server is another (its ETag changed)", async () => {
    const { path, result, server } = await fetchFrom(
      sends(other, { etag: '"old"', cut: 60_000 }),
      sends(content, { etag: '"new"' }),
    );
    await result;
    expect(server.requests[1]?.ifRange).toBe('"old"');
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  test("begins again when two versions were put together, as a server without ETags allows", async () => {
    const weak = { etag: 'W/"same"' };
    const { path, result, server } = await fetchFrom(sends(other, { ...weak, cut: 60_000 }), sends(content, weak));
    await result;
    expect(server.requests.map(({ range }) => range)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=[1-9]/),
      undefined,
    ]);
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  test("from a server that knows no ranges begins again", async () => {
    const { path, result } = await fetchFrom(sends(content, { cut: 60_000 }), sends(content, { ranges: false }));
    await result;
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  test("is tried again when the server is busy or goes silent", async () => {
    const { path, result, server } = await fetchFrom(answers(503), sends(content, { stall: 50_000 }), sends(content));
    await result;
    expect(server.requests).toHaveLength(3);
    expect((await readFile(path)).equals(content)).toBe(true);
  });

  test.each<[string, Answer, string, RegExp, number]>([
    ["that is not there", answers(404), "download-failed", /answered 404/, 1],
    [
      "that is a network's login page",
      answers(200, "<html>", "text/html; charset=utf-8"),
      "download-failed",
      /web page/,
      1,
    ],
    ["of another size", sends(content.subarray(1)), "download-altered", /199999 bytes, not 200000/, 1],
    ["with one other byte", sends(other), "download-altered", /SHA-256/, 1],
    [
      "that never ends",
      (_, response) => {
        response.writeHead(200);
        const more = (): void =>
          void (response.destroyed || response.write(Buffer.alloc(50_000), () => setImmediate(more)));
        more();
      },
      "download-altered",
      /more than 200000 bytes/,
      1,
    ],
    ["from a server that always fails", answers(500), "download-failed", /answered 500/, 5],
  ])("of a file %s ends with a reason and leaves no file", async (_, answer, code, what, requests) => {
    const { folder, result, server } = await fetchFrom(answer);
    await expect(result).rejects.toMatchObject({ code, what: expect.stringMatching(what) });
    expect(server.requests).toHaveLength(requests);
    expect(await readdir(folder)).toEqual([]);
  });

  test("from an address where nobody answers ends with the network's reason", async () => {
    const closed = await fileServer(sends(content));
    await closed.close();
    const result = download(`${closed.url}x.gz`, join(await temporaryFolder(), "x.gz"), file, quick);
    await expect(result).rejects.toMatchObject({
      code: "download-failed",
      what: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test.skipIf(process.platform !== "linux")("onto a full disk says so", async () => {
    const folder = await temporaryFolder();
    await symlink("/dev/full", join(folder, "x.gz.part"));
    server = await fileServer(sends(content));
    await expect(download(`${server.url}x.gz`, join(folder, "x.gz"), file, quick)).rejects.toMatchObject({
      code: "disk-full",
    });
  });
});

describe("getting a data set", () => {
  test("tries the next address, skips what is whole, and mends what is damaged", async () => {
    const folder = await temporaryFolder();
    server = await fileServer(answers(404), sends(content));
    const addresses = [`${server.url}gone/`, `${server.url}here/`];
    const notes: string[] = [];
    const settings = { ...quick, onNote: (note: string) => notes.push(note) };
    expect(await getData({ ...data, addresses }, folder, settings)).toBe(folder);
    expect(server.requests.map(({ path }) => path)).toEqual(["/gone/x.gz", "/here/x.gz"]);
    await getData({ ...data, addresses }, folder, settings);
    expect(server.requests).toHaveLength(2);
    await writeFile(join(folder, "x.gz"), other);
    await getData({ ...data, addresses: addresses.slice(1) }, folder, settings);
    expect((await readFile(join(folder, "x.gz"))).equals(content)).toBe(true);
    await getData({ ...data, addresses: addresses.slice(1) }, folder, { ...settings, force: true });
    expect(server.requests).toHaveLength(4);
    expect(notes).toContain("x.gz is there already.");
  });

  test("from a mirror asks nobody else; a mirror that is no address is refused", async () => {
    server = await fileServer(sends(content));
    const folder = await temporaryFolder();
    await getData({ ...data, addresses: ["http://127.0.0.1:1/"] }, folder, { ...quick, mirror: `${server.url}copy` });
    expect(server.requests[0]?.path).toBe("/copy/x.gz");
    for (const mirror of ["copy", "file:///etc/", "javascript:x"]) {
      await expect(getData(data, folder, { mirror })).rejects.toMatchObject({ code: "mirror-invalid" });
    }
  });

  test("into a place where no folder can be is told", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "taken"), "");
    await expect(getData(data, join(folder, "taken"))).rejects.toMatchObject({ code: "folder-unusable" });
    await mkdir(join(folder, "x.gz.part"));
    server = await fileServer(sends(content));
    await expect(getData(data, folder, { ...quick, mirror: server.url })).rejects.toMatchObject({
      code: "folder-unusable",
    });
  });
});
