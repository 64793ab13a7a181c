// How the command line ends badly: what happened and the fix, without a stack; a bug keeps its stack.
import { NetworkError } from "../engine/network/failure.js";
import { UserError } from "../errors.js";

/** Exit status of a mistake that its reader can mend. */
const USAGE = 2;

export function reportAndExit(error: unknown): never {
  if (error instanceof UserError) {
    process.stderr.write(`convo: ${error.what}\n${error.fix}\n(${error.code}${whereOf(error)})\n`);
    process.exit(USAGE);
  }
  process.stderr.write(`convo: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

function whereOf(error: UserError): string {
  return error instanceof NetworkError && error.layer !== null ? `, layer ${error.layer + 1} after the input` : "";
}
