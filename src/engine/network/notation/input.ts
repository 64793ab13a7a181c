// The first layer of the notation: `input HxWxC`.
import { networkError } from "../failure.js";
import type { Shape, Size } from "../shape.js";
import { shown, sizeOf } from "./numbers.js";
import type { Leaf } from "./tree.js";

/** The shape that `input 200x300x3` names; unknown height and width are null. Throws `bad-input`. */
export function inputShape({ words: [, ...words] }: Leaf): Shape {
  const sizes: Size[][] = [];
  let channels: number | undefined;
  for (const word of words) {
    if (word === "rgb") channels = 3;
    else if (word === "gray" || word === "grey") channels = 1;
    else if (/^[\d?]/.test(word)) sizes.push(sizeOf(word, "input", 0));
    else throw badInput(`"${shown(words.join(" "))}" is no size`);
  }
  const [size, ...others] = sizes;
  if (size === undefined) throw badInput("The size of the input is missing");
  if (others.length > 0 || size.length > 3 || (size.length === 3 && channels !== undefined))
    throw badInput(`"${shown(words.join(" "))}" is no size`);
  const [height = null, width = height, third = channels ?? 1] = size;
  if (third === null) throw badInput("The channels of the input must be known");
  if (height === 0 || width === 0 || third === 0) throw badInput("A size of the input is 0");
  return [height, width, third];
}

function badInput(what: string): Error {
  return networkError(
    "bad-input",
    `${what}.`,
    "Write input HEIGHTxWIDTHxCHANNELS, such as input 200x300x3 or input 28x28.",
    null,
  );
}
