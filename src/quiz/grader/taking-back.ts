// Sentences that take back what stands before them: "Actually no, …", "Then again, …", "Wait, …".
import type { Token } from "./tokens.js";

/** What such a sentence begins with, after "well", "oh" and the like. */
const OPENINGS = [
  "no",
  "nope",
  "wait",
  "actually",
  "then again",
  "on second thought",
  "on second thoughts",
  "on reflection",
  "scratch that",
  "correction",
  "in fact no",
  "sorry",
  "rather no",
  "come to think",
  "i take that back",
  "thinking about it",
].map((opening) => opening.split(" "));

/** Said before an opening without changing it. */
const FILLERS = new Set(["well", "oh", "hm", "hmm", "um", "eh", "ok", "okay", "but", "and", "or", "ah", "although"]);

/** The sentence that holds the token at `at` takes back the one before it. */
export function takesBack(tokens: readonly Token[], at: number): boolean {
  const sentence = tokens[at]?.sentence ?? 0;
  let start = at;
  while (start > 0 && tokens[start - 1]?.sentence === sentence) start -= 1;
  // The first sentence of an answer has nothing before it.
  if (start === 0) return false;
  while (FILLERS.has(tokens[start]?.text ?? "")) start += 1;
  return OPENINGS.some((opening) => opening.every((word, index) => tokens[start + index]?.text === word));
}
