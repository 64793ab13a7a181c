// Any data set by its folder: MNIST where its files lie in it, else an image folder.
import { access } from "node:fs/promises";
import { join } from "node:path";
import type { DataSet } from "./data-set.js";
import { type ImageFolderSettings, openImageFolder } from "./image-folder.js";
import { MNIST_FILES, openMnist } from "./mnist.js";

export async function openDataSet(folder: string, settings: ImageFolderSettings = {}): Promise<DataSet> {
  const { name } = MNIST_FILES.trainImages;
  const there = await Promise.all([name, `${name}.gz`].map((file) => isThere(join(folder, file))));
  if (!there.includes(true)) return openImageFolder(folder, settings);
  return openMnist(folder, settings.seed === undefined ? {} : { seed: settings.seed });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
