// How the command line ends badly: what happened and the fix, without a stack; a bug keeps its stack.
import { NetworkError } from "../engine/network/failure.js";
import { codeOf, UserError } from "../errors.js";

/** Exit status of a mistake that its reader can mend. */
const USAGE = 2;

/** Of the place that is written to, standard output included. */
const WRITING: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left there",
  EDQUOT: "the quota is used up",
  EFBIG: "the file would be too large",
  EIO: "the device failed",
};

export function reportAndExit(error: unknown): never {
  if (error instanceof UserError) {
    process.stderr.write(`convo: ${error.what}\n${error.fix}\n(${error.code}${whereOf(error)})\n`);
    process.exit(USAGE);
  }
  const why = WRITING[codeOf(error) ?? ""];
  if (why !== undefined && isOfWriting(error)) {
    process.stderr.write(
      `convo: What it has to say or to keep cannot be written: ${why}.\nMake room, or write it elsewhere.\n(${codeOf(error)})\n`,
    );
    process.exit(1);
  }
  process.stderr.write(`convo: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

function whereOf(error: UserError): string {
  return error instanceof NetworkError && error.layer !== null ? `, layer ${error.layer + 1} after the input` : "";
}

function isOfWriting(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "write";
}
