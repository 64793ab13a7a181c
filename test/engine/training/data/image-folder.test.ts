// Image folders: splits that are given or seeded, near duplicates, and every kind of folder that is no data set.
import { appendFile, copyFile, mkdir, readdir, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { type DataSet, SPLITS } from "../../../../src/engine/training/data/data-set.js";
import { openImageFolder } from "../../../../src/engine/training/data/image-folder.js";
import { drawPicture, imageFolder, put } from "./pictures.js";

const splitOf = (data: DataSet, id: string): string | undefined =>
  SPLITS.find((split) => data.splits[split].some((sample) => sample.id === id));
const sizes = (data: DataSet): number[] => SPLITS.map((split) => data.splits[split].length);

describe("a folder a class", () => {
  test("is split 70/15/15 in every class, disjoint, by the seed alone", async () => {
    const { folder, cache } = await imageFolder({ cat: 40, dog: 60 });
    const data = await openImageFolder(folder, { cache, seed: 1 });
    expect(data.labels).toEqual(["cat", "dog"]);
    expect(sizes(data)).toEqual([70, 15, 15]);
    expect(data.splits.test.filter(({ label }) => label === 0)).toHaveLength(6);
    expect(new Set(SPLITS.flatMap((split) => data.splits[split].map(({ id }) => id))).size).toBe(100);
    expect(await openImageFolder(folder, { cache, seed: 1 })).toMatchObject({
      splits: data.splits,
      version: data.version,
    });
    expect((await openImageFolder(folder, { cache, seed: 2 })).splits).not.toEqual(data.splits);
    expect(data.notes).toEqual([]);
  });

  test("has another version when one file has other content, and nothing is written into it", async () => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    const before = await openImageFolder(folder, { cache });
    expect(await readdir(folder)).toEqual(["cat", "dog"]);
    await writeFile(join(folder, "cat/0.jpg"), await drawPicture("another"));
    expect((await openImageFolder(folder, { cache })).version).not.toBe(before.version);
    // A damaged index is made again, a cache that cannot be written is told.
    for (const file of await readdir(join(cache, "image-folders")))
      await writeFile(join(cache, "image-folders", file), "{");
    expect((await openImageFolder(folder, { cache })).notes).toEqual([]);
    await writeFile(`${cache}-file`, "");
    expect((await openImageFolder(folder, { cache: `${cache}-file` })).notes.join()).toContain("could not be kept");
  });

  test("keeps copies, resized and brightened pictures in one split, and tells of those in two classes", async () => {
    const { folder, cache } = await imageFolder({ cat: 30, dog: 30 });
    const original = await readFile(join(folder, "cat/0.jpg"));
    await put(folder, "cat/copy.jpg", original);
    await put(folder, "cat/small.png", await sharp(original).resize(60).png().toBuffer());
    await put(
      folder,
      "cat/bright.jpg",
      await sharp(original).modulate({ brightness: 1.15 }).jpeg({ quality: 60 }).toBuffer(),
    );
    await put(folder, "dog/also.webp", await sharp(original).webp().toBuffer());
    for (const seed of [1, 2, 3, 4, 5]) {
      const data = await openImageFolder(folder, { cache, seed });
      const together = ["cat/0.jpg", "cat/copy.jpg", "cat/small.png", "cat/bright.jpg", "dog/also.webp"];
      expect(new Set(together.map((id) => splitOf(data, id))).size).toBe(1);
      expect(data.notes).toEqual([
        "Near duplicates of other images: 4.",
        expect.stringContaining("cat/0.jpg and dog/also.webp"),
      ]);
    }
  });

  test("is read upright, over white, at the size that is asked for", async () => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    const red = { r: 255, g: 0, b: 0 };
    const wide = sharp({ create: { width: 80, height: 40, channels: 3, background: red } });
    await put(folder, "cat/turned.jpg", await wide.withMetadata({ orientation: 6 }).jpeg().toBuffer());
    const clear = { create: { width: 20, height: 20, channels: 4, background: { ...red, alpha: 0 } } } as const;
    await put(folder, "cat/clear.png", await sharp(clear).png().toBuffer());
    const data = await openImageFolder(folder, { cache });
    expect(await data.read({ id: "cat/turned.jpg", label: 0 }, 30)).toMatchObject({
      height: 60,
      width: 30,
      channels: 3,
    });
    expect([...(await data.read({ id: "cat/clear.png", label: 0 })).data.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  test("may hold system files, other files, a few broken images and links: left out, told, never followed", async () => {
    const { folder, cache } = await imageFolder({ cat: 20, dog: 20 });
    for (const id of ["cat/.DS_Store", "cat/Thumbs.db", "__MACOSX/cat/._0.jpg", ".git/x.jpg"])
      await put(folder, id, "x");
    await put(folder, "README.txt", "about");
    await put(folder, "cat/notes.pdf", "x");
    await put(folder, "dog/empty.jpg", "");
    await put(folder, "dog/cut.jpg", (await drawPicture("cut")).subarray(0, 900));
    await put(dirname(folder), "outside/secret.jpg", await drawPicture("secret"));
    await symlink(join(dirname(folder), "outside/secret.jpg"), join(folder, "cat/link.jpg"));
    await symlink(join(dirname(folder), "outside"), join(folder, "outside"));
    await symlink(folder, join(folder, "cat/circle"));
    const data = await openImageFolder(folder, { cache });
    expect(data.labels).toEqual(["cat", "dog"]);
    expect(sizes(data).reduce((sum, size) => sum + size)).toBe(40);
    expect(data.notes).toEqual([
      expect.stringMatching(/^Left out, no images: 2 \(README.txt, cat\/notes.pdf\)/),
      expect.stringMatching(/^Left out, unreadable: 2 \(dog\/cut.jpg \(.+\), dog\/empty.jpg \(it is empty\)\)/),
      expect.stringMatching(/^Symbolic links .*: 3 /),
    ]);
  });

  test("takes pictures from folders within a class", async () => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    await put(folder, "cat/2024/may/x.jpg", await drawPicture("x"));
    expect(splitOf(await openImageFolder(folder, { cache }), "cat/2024/may/x.jpg")).toBeDefined();
  });
});

describe("splits.tsv", () => {
  const rows = (change: (id: string, at: number) => string | undefined): string => {
    const ids = ["cat", "dog"].flatMap((label) => Array.from({ length: 12 }, (_, at) => `${label}/${at}.jpg`));
    return `file\tsplit\r\n${ids.flatMap((id, at) => change(id, at % 12) ?? []).join("\r\n")}\r\n`;
  };
  const usual = (id: string, at: number): string => `${id}\t${at < 8 ? "train" : at < 10 ? "val" : "test"}`;

  test.each(["in", "beside"])("%s the folder decides", async (place) => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    await writeFile(join(place === "in" ? folder : dirname(folder), "splits.tsv"), rows(usual));
    const data = await openImageFolder(folder, { cache });
    expect(sizes(data)).toEqual([16, 4, 4]);
    expect(splitOf(data, "dog/9.jpg")).toBe("validation");
    expect(data.notes).toEqual([]);
  });

  test("beside the folder but about another one is none of its business", async () => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    await writeFile(join(dirname(folder), "splits.tsv"), "file\tsplit\nbird/0.jpg\ttrain\n");
    const [train = 0] = sizes(await openImageFolder(folder, { cache }));
    expect(train).toBeGreaterThan(15);
  });

  test("that does not name an image leaves it out and says so", async () => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    await writeFile(
      join(folder, "splits.tsv"),
      rows((id, at) => (id === "cat/3.jpg" ? undefined : usual(id, at))),
    );
    const data = await openImageFolder(folder, { cache });
    expect(splitOf(data, "cat/3.jpg")).toBeUndefined();
    expect(data.notes).toEqual([expect.stringContaining("Left out, not in splits.tsv: 1, such as cat/3.jpg")]);
  });

  test("that tears near duplicates apart is honoured and reported", async () => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    await copyFile(join(folder, "cat/0.jpg"), join(folder, "cat/11.jpg"));
    await writeFile(join(folder, "splits.tsv"), rows(usual));
    expect((await openImageFolder(folder, { cache })).notes.join()).toMatch(/different splits: 1, such as cat\/11.jpg/);
  });

  test.each([
    ["a file that is not there", `${rows(usual)}cat/99.jpg\ttrain\n`, /cat\/99.jpg/],
    ["an unknown split", `${rows(usual)}cat/99.jpg\tdev\n`, /line 26: "dev" is not train, val or test/],
    ["a file twice", `${rows(usual)}cat/1.jpg\ttest\n`, /line 26: "cat\/1.jpg" stands there twice/],
    ["a path that leaves the folder", `${rows(usual)}../x.jpg\ttrain\n`, /line 26: "..\/x.jpg" is no path inside/],
    ["no heading", "cat/0.jpg\ttrain\n", /line 1: the heading/],
    ["one column", `${rows(usual)}cat/99.jpg\n`, /line 26: not two columns/],
    ["nothing", "file\tsplit\n", /names no file/],
  ])("with %s is refused, naming the line", async (_, text, message) => {
    const { folder, cache } = await imageFolder({ cat: 12, dog: 12 });
    await writeFile(join(folder, "splits.tsv"), text);
    await expect(openImageFolder(folder, { cache })).rejects.toMatchObject({
      code: "splits-invalid",
      what: expect.stringMatching(message),
    });
  });
});

describe("no data set", () => {
  test.each<[string, (folder: string) => Promise<unknown>, string, RegExp]>([
    ["an empty folder", (folder) => mkdir(join(folder, "x")), "classes-missing", /holds no folder with images/],
    ["one class", () => Promise.resolve(), "classes-too-few", /one class only: cat/],
    [
      "a folder around the data set",
      async (folder) => {
        for (const label of ["a", "b"]) await put(folder, `cat/${label}/0.jpg`, "x");
        for (const label of ["a", "b"])
          await rename(join(folder, "cat/0.jpg"), join(folder, `cat/${label}/1.jpg`)).catch(() => {});
      },
      "classes-too-few",
      /one class only: cat.*name .*pictures\/cat/,
    ],
    ["a class without any image", (folder) => mkdir(join(folder, "dog")), "class-too-small", /dog has 0/],
    [
      "a class of three images",
      async (folder) => {
        for (const at of [0, 1, 2]) await put(folder, `dog/${at}.jpg`, await drawPicture(at));
      },
      "class-too-small",
      /at least 10 images: dog has 3.*Add images/,
    ],
    ["labels that differ in case", (folder) => put(folder, "Cat/0.jpg", "x"), "labels-alike", /"Cat" and "cat"/],
    ["labels that differ in blanks", (folder) => put(folder, " cat/0.jpg", "x"), "labels-alike", /differ only in/],
    [
      "labels that differ in Unicode form",
      async (folder) => {
        await put(folder, "café/0.jpg", "x");
        await put(folder, "cafe\u0301/0.jpg", "x");
      },
      "labels-alike",
      /differ only in/,
    ],
    [
      "a label of nothing that shows",
      (folder) => put(folder, "\u200B/0.jpg", "x"),
      "label-empty",
      /no name that can be shown/,
    ],
    [
      "mostly other files",
      async (folder) => {
        for (let at = 0; at < 30; at++) await put(folder, `dog/${at}.docx`, "x");
      },
      "files-foreign",
      /no images/,
    ],
    [
      "many broken images",
      async (folder) => {
        for (let at = 0; at < 12; at++) await put(folder, `dog/${at}.jpg`, at < 4 ? "x" : await drawPicture(at));
      },
      "images-unreadable",
      /4 of \d+ images cannot be read, such as dog\/0.jpg/,
    ],
  ])("%s is told with the fix", async (name, change, code, message) => {
    const small = /empty|around/.test(name);
    const { folder, cache } = await imageFolder(small ? {} : { cat: 12 });
    await mkdir(folder, { recursive: true });
    await change(folder);
    if (code === "labels-alike" || code === "label-empty") {
      for (const label of (await readdir(folder)).filter((other) => other !== "cat")) {
        for (let at = 1; at < 10; at++) await put(folder, `${label}/${at}.jpg`, "x");
      }
    }
    await expect(openImageFolder(folder, { cache })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("a folder that is not there, or a file", async () => {
    const { folder, cache } = await imageFolder({});
    await expect(openImageFolder(folder, { cache })).rejects.toMatchObject({ code: "data-missing" });
    await appendFile(folder, "a file");
    await expect(openImageFolder(folder, { cache })).rejects.toMatchObject({ code: "data-missing" });
  });

  test("fractions that do not add up", async () => {
    const { folder } = await imageFolder({});
    const fractions = { train: 0.9, validation: 0.1, test: 0.1 };
    await expect(openImageFolder(folder, { fractions })).rejects.toMatchObject({ code: "fractions-invalid" });
  });
});

test("a label is shown in one line of bounded length", async () => {
  const long = "x".repeat(200);
  const { folder, cache } = await imageFolder({ "red\n\u202Erose": 12, [long]: 12 });
  const { labels } = await openImageFolder(folder, { cache });
  expect(labels).toEqual(["red rose", `${"x".repeat(59)}…`]);
});
