// The calculator's front door: a network as a person writes it → its counts, its memory.
import { countGraph, type NetworkCount } from "./count.js";
import type { Graph } from "./graph.js";
import { readNotation } from "./notation/read.js";

/**
 * Parameters, MACs, shapes and receptive field of a network in the notation, a known one by its name, or pasted Keras or
 * PyTorch code. Throws NetworkError (a UserError with the written layer's index) on whatever is wrong; any text is
 * answered or refused in bounded time.
 */
export function countNetwork(text: string): NetworkCount {
  return countGraph(readNetwork(text));
}

/** The graph of a network, shapes not yet looked at. Throws NetworkError. */
export function readNetwork(text: string): Graph {
  return readNotation(text);
}
