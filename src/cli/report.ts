// How the command line ends badly: what happened and the fix, without a stack; a bug keeps its stack.
import { UserError } from "../errors.js";

/** Exit status of a mistake that its reader can mend. */
const USAGE = 2;

export function reportAndExit(error: unknown): never {
  if (error instanceof UserError) {
    process.stderr.write(`convo: ${error.what}\n${error.fix}\n(${error.code})\n`);
    process.exit(USAGE);
  }
  process.stderr.write(`convo: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}
