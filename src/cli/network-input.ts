// How `convo params` and `convo memory` read networks and write results: an argument, standard input, JSON lines.
import { once } from "node:events";
import { NetworkError } from "../engine/network/failure.js";
import { UserError } from "../errors.js";
import { linesOf } from "./lines.js";

/** Characters of one line or of standard input that are read: more than any network that is accepted, every character escaped. */
const LONGEST_INPUT = 400_000;

/** Exit status when the single network, or an option, was refused. */
const REFUSED = 2;

export interface NetworkOptions {
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

/** One calculation, as data for scripts and as text for people. */
export interface Calculation<Result> {
  readonly calculate: (network: string) => Result;
  readonly toJson: (result: Result) => object;
  readonly toText: (result: Result) => string;
}

/**
 * Calculates the network in `words` (`-` is standard input), or every line of standard input with `jsonl`. With `json` and
 * `jsonl` everything, errors included, goes to standard output; without, errors are thrown for `reportAndExit`.
 * `prepare` checks the options and may throw.
 */
export async function calculateNetworks<Result>(
  words: readonly string[],
  options: NetworkOptions,
  prepare: () => Calculation<Result>,
): Promise<void> {
  const write = (value: object): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);
  try {
    const calculation = prepare();
    if (options.jsonl === true) {
      if (words.length > 0 && words.join(" ") !== "-")
        throw usage("--jsonl reads its networks from standard input.", "Leave out the network, or write -.");
      for await (const result of calculateLines(process.stdin, calculation))
        if (!write(result)) await once(process.stdout, "drain");
      return;
    }
    const result = calculation.calculate(await networkOf(words));
    if (options.json === true) write(calculation.toJson(result));
    else process.stdout.write(`${calculation.toText(result)}\n`);
  } catch (error) {
    if (!(error instanceof UserError) || (options.json !== true && options.jsonl !== true)) throw error;
    write(errorJson(error));
    process.exitCode = REFUSED;
  }
}

/** One result for each line that is not empty, in order; a line that is refused gives its error and the rest goes on. */
export async function* calculateLines<Result>(
  input: AsyncIterable<string | Buffer>,
  calculation: Calculation<Result>,
): AsyncGenerator<object> {
  for await (const { text, tooLong } of linesOf(input, LONGEST_INPUT)) {
    if (text.trim() === "" && !tooLong) continue;
    try {
      if (tooLong)
        throw new UserError(
          "too-long",
          `A line has more than ${LONGEST_INPUT.toLocaleString("en")} characters.`,
          "Write shorter networks.",
        );
      yield calculation.toJson(calculation.calculate(networkOfLine(text)));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      yield errorJson(error);
    }
  }
}

/** `{"error":{"code","message","layer","suggestion"}}` */
export function errorJson(error: UserError): object {
  const { code, what, fix } = error;
  const layer = error instanceof NetworkError ? error.layer : null;
  return { error: { code, message: what, layer, suggestion: fix === "" ? null : fix } };
}

function networkOfLine(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError("bad-json", `This is no JSON: ${reason}`, 'Write a JSON string or {"network":"…"} a line.', {
      cause: error,
    });
  }
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "network" in value && typeof value.network === "string")
    return value.network;
  throw new UserError(
    "bad-line",
    "A line holds something other than a network.",
    'Write a JSON string or {"network":"…"} a line.',
  );
}

async function networkOf(words: readonly string[]): Promise<string> {
  if (words.length === 0)
    throw usage(
      "No network was given.",
      'Write it in quotes, such as "input 28x28; conv 8 3x3", or - to read standard input.',
    );
  if (words.length > 1 || words[0] !== "-") return words.join(" ");
  process.stdin.setEncoding("utf8");
  let text = "";
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > LONGEST_INPUT) break;
  }
  return text;
}

function usage(what: string, fix: string): UserError {
  return new UserError("usage", what, fix);
}
