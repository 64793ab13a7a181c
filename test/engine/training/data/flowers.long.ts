// The flower photos themselves: the given splits, and our own splitter's near duplicates.
import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type DataSet, SPLITS } from "../../../../src/engine/training/data/data-set.js";
import { openImageFolder } from "../../../../src/engine/training/data/image-folder.js";
import { temporaryFolder } from "./pictures.js";

const FLOWERS = join(import.meta.dirname, "../../../../../shared/data/flowers/flower_photos_256");
const sizes = (data: DataSet): number[] => SPLITS.map((split) => data.splits[split].length);

describe.skipIf(!existsSync(FLOWERS))("flower_photos", () => {
  let cache = "";
  beforeAll(async () => {
    cache = await temporaryFolder();
  });

  test("are split as splits.tsv says: 2,568, 551, 551", async () => {
    const data = await openImageFolder(FLOWERS, { cache });
    expect(sizes(data)).toEqual([2568, 551, 551]);
    expect(data.labels).toEqual(["daisy", "dandelion", "roses", "sunflowers", "tulips"]);
    expect(data.notes).toContainEqual(
      expect.stringContaining("roses/15922772266_1167a06620.jpg and tulips/15922772266_1167a06620.jpg"),
    );
    expect(data.notes).toContain("Near duplicates of other images: 17.");
  });

  test("without it, every seed keeps the near duplicates together, 70/15/15 in every class", async () => {
    const alone = join(await temporaryFolder(), "flowers");
    await cp(FLOWERS, alone, { recursive: true });
    // Looked at, pair by pair: one photo in two versions, or in two classes.
    const pairs = [
      ["dandelion/17482158576_86c5ebc2f8.jpg", "dandelion/23192507093_2e6ec77bef_n.jpg"],
      ["dandelion/506659320_6fac46551e.jpg", "dandelion/506660896_c903cca1f0.jpg"],
      ["roses/15922772266_1167a06620.jpg", "tulips/15922772266_1167a06620.jpg"],
      ["tulips/5635347336_bc1400e939_n.jpg", "tulips/5700394524_dc6f8fa9cd_n.jpg"],
    ];
    for (const seed of [1, 2, 3]) {
      const data = await openImageFolder(alone, { cache, seed });
      expect(sizes(data).map((size) => Math.round((100 * size) / 3670))).toEqual([70, 15, 15]);
      const splitOf = (id: string) => SPLITS.find((split) => data.splits[split].some((sample) => sample.id === id));
      for (const [one = "", other = ""] of pairs) expect(splitOf(one)).toBe(splitOf(other));
    }
  });
});
