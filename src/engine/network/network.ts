// The calculator's front door: a network as a person writes it → its counts; `memoryOf` (memory.ts) goes on from there.
import { looksLikeCode, readCode } from "./code/readCode.js";
import { countGraph, type NetworkCount } from "./count.js";
import { networkError } from "./failure.js";
import type { Graph } from "./graph.js";
import { LONGEST_CODE, LONGEST_TEXT } from "./limits.js";
import { readNotation } from "./notation/read.js";
import { written } from "./parameters.js";

/**
 * Parameters, MACs, shapes and receptive field of a network in the notation, a known one by its name, or pasted Keras or
 * PyTorch code. Throws NetworkError (a UserError with the written layer's index) on whatever is wrong; any text is
 * answered or refused in bounded time.
 */
export function countNetwork(text: string): NetworkCount {
  return countGraph(readNetwork(text));
}

/** The graph of a network, whichever way it is written; shapes not yet looked at. Throws NetworkError. */
export function readNetwork(text: string): Graph {
  const isCode = !BEGINS_AS_NOTATION.test(text) && looksLikeCode(text.slice(0, LONGEST_TEXT));
  const longest = isCode ? LONGEST_CODE : LONGEST_TEXT;
  if (text.length > longest)
    throw networkError(
      "too-long",
      `This network has ${written(text.length)} characters.`,
      isCode
        ? `Write at most ${written(longest)}: a loop or a function saves many.`
        : `Write at most ${written(longest)}; repeat N ( … ) saves many.`,
      null,
    );
  return isCode ? readCode(text) : readNotation(text);
}

/** `input 28x28`: code begins otherwise, and may stand in a comment of the notation. */
const BEGINS_AS_NOTATION = /^[^\w#]{0,20}input\s{1,20}[\d?]/i;
