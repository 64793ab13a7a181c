// Downloaded archives: unpacked whole into place, and hostile or damaged ones not at all.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header, type HeaderData } from "tar";
import { afterEach, describe, expect, test } from "vitest";
import { getData } from "../../../../src/engine/training/data/get-data.js";
import { type FileServer, fileServer, sends } from "./file-server.js";
import { put, temporaryFolder } from "./pictures.js";

let server: FileServer | undefined;
afterEach(() => server?.close());

const photos = ["a/1.jpg", "a/2.jpg", "b/1.jpg"].map((id) => ({ path: `photos/${id}` }));

/** A .tgz made header by header: no tool would write these. */
function archive(entries: readonly (HeaderData & { path: string })[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const header = new Header({
      size: entry.type === undefined ? 3 : 0,
      type: "File",
      mode: 0o644,
      mtime: new Date(0),
      ...entry,
    });
    const block = Buffer.alloc(512);
    header.encode(block);
    return header.size === 0 ? [block] : [block, Buffer.concat([Buffer.from("jpg"), Buffer.alloc(509)])];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

async function get(bytes: Buffer, folder: string, force = false): Promise<string> {
  server = await fileServer(sends(bytes));
  const data = {
    name: "photos",
    addresses: [server.url],
    files: [{ name: "photos.tgz", bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }],
    unpacked: { folder: "photos", images: { a: 2, b: 1 } },
    licence: "",
  };
  return getData(data, folder, { wait: 1, force });
}

test("an archive becomes its folder, and nothing else stays", async () => {
  const folder = await temporaryFolder();
  expect(await get(archive(photos), folder)).toBe(join(folder, "photos"));
  expect(await readdir(folder)).toEqual(["photos"]);
  expect(await readFile(join(folder, "photos/b/1.jpg"), "utf8")).toBe("jpg");
});

test("what is there stays without --force, and is replaced with it", async () => {
  const folder = await temporaryFolder();
  await get(archive(photos), folder);
  await put(folder, "photos/mine.txt", "kept");
  await get(Buffer.from("not fetched"), folder);
  expect(await readdir(join(folder, "photos"))).toContain("mine.txt");
  await get(archive(photos), folder, true);
  expect((await readdir(join(folder, "photos"))).sort()).toEqual(["a", "b"]);
});

describe("nothing is unpacked, and what was there stays, of an archive", () => {
  test.each([
    ["that climbs out", archive([...photos, { path: "photos/../../evil.jpg" }])],
    ["with an absolute path", archive([...photos, { path: "/tmp/convo-evil.jpg" }])],
    ["with a path of Windows", archive([...photos, { path: "photos\\..\\..\\evil.jpg" }])],
    ["that puts files beside its folder", archive([...photos, { path: "evil.jpg" }])],
    ["with a symbolic link", archive([...photos, { path: "photos/l", type: "SymbolicLink", linkpath: "/etc" }])],
    ["with a hard link", archive([...photos, { path: "photos/l", type: "Link", linkpath: "/etc/passwd" }])],
    ["with a device", archive([...photos, { path: "photos/d", type: "CharacterDevice" }])],
    ["without all its images", archive(photos.slice(1))],
    ["that is cut off", archive(photos).subarray(0, 100)],
    ["that is none", Buffer.from("no archive at all")],
    ["that is empty", archive([])],
  ])("%s", async (_, bytes) => {
    const folder = await temporaryFolder();
    await put(folder, "photos/a/old.jpg", "old");
    await expect(get(bytes, folder)).rejects.toMatchObject({ code: "archive-unusable" });
    expect(await readFile(join(folder, "photos/a/old.jpg"), "utf8")).toBe("old");
    expect((await readdir(folder)).sort()).toEqual(["photos", "photos.tgz"]);
  });
});

test("an archive is not unpacked over a file of the same name", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "photos"), "a file");
  await expect(get(archive(photos), folder)).rejects.toMatchObject({ code: "folder-unusable" });
});
