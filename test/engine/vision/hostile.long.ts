// Hostile pictures, each in a process of its own: what was expected comes, the process lives on, within the memory of one picture.
import { expect, test } from "vitest";
import { hostilePictures } from "../../../bench/vision/hostile.js";
import { classifiedAlone } from "../../../bench/vision/hostile-run.js";

const MOST_MB = 600;

test("every hostile picture gets a clear error or an honest answer, in bounded memory", async () => {
  const wrong: string[] = [];
  for await (const { name, bytes, expected } of hostilePictures()) {
    const { outcome, megabytes, isAlive } = classifiedAlone(bytes);
    if (!expected.includes(outcome)) wrong.push(`${name}: ${outcome}`);
    if (megabytes > MOST_MB) wrong.push(`${name}: ${megabytes.toFixed(0)} MB`);
    if (!isAlive) wrong.push(`${name}: the process or its model was hurt`);
  }
  expect(wrong).toEqual([]);
});
