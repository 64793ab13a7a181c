// What an answer states of a claim, and where.
import type { Occurrence } from "./vocabulary.js";

export interface Statement extends Occurrence {
  /** 1: states the claim; −1: states its opposite. */
  readonly sign: 1 | -1;
  /** The claim was made of another than its subject ("a DNN shares its weights"). */
  readonly otherSubject: boolean;
  /** All of it stands in one segment: said plainly, not put together over a comma. */
  readonly tight?: boolean;
  /** In a sentence that takes back what was said before it ("Actually no, …"). */
  readonly retracts?: boolean;
  /** Of whom it was said, where someone was named. */
  readonly subject: string | undefined;
  /** The rubric's line. */
  readonly source: string;
}
