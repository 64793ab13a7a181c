// The gate's own process: measures once for whoever forked it, says what it found, and ends.
import { UserError } from "../../errors.js";
import { type Measured, type Measuring, measure } from "./measure.js";

export type MeasuringAnswer =
  | { readonly measured: Measured }
  | { readonly refused: { readonly code: string; readonly what: string; readonly fix: string } };

process.once("message", (job: Measuring) => {
  void answer(job).then((found) => {
    process.send?.(found, () => process.disconnect());
  });
});

/** A bug ends the process: its words on standard error are what the forker tells. */
async function answer(job: Measuring): Promise<MeasuringAnswer> {
  try {
    return { measured: await measure(job) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, what, fix } = error;
    return { refused: { code, what, fix } };
  }
}
