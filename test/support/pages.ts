// Made pages that several tests look at: drawn once in a worker, since drawing one takes longer than reading it.
import { type Difficulty, type WrittenPage, writtenPage } from "../../bench/vision/pages.js";

const made = new Map<string, Promise<WrittenPage>>();

/** As `writtenPage`. */
export function pageOf(seed: number, difficulty: Difficulty = "easy"): Promise<WrittenPage> {
  const key = `${seed} ${difficulty}`;
  const page = made.get(key) ?? writtenPage(seed, difficulty);
  made.set(key, page);
  return page;
}
