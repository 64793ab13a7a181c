// What stands after a known network's name: `resnet50 torch 150x150x3 classes 5 notop`.
import { nearest } from "../../../nearest.js";
import { networkError } from "../failure.js";
import { choose, type KnownChoice, type KnownNetwork } from "../known/choose.js";
import type { Counting } from "../layer.js";
import type { Shape } from "../shape.js";
import { shown, sizeOf, wholeNumber } from "./numbers.js";

/** Throws NetworkError (`unknown-word`, `unknown-build`, `bad-input`, …) at `layer`. */
export function readKnown(
  { network, rest }: { readonly network: KnownNetwork; readonly rest: readonly string[] },
  layer: number,
): KnownChoice {
  let [framework, classes, top, variant, size, channels] = [
    undefined as Counting | undefined,
    network.classes,
    true,
    undefined as string | undefined,
    undefined as (number | null)[] | undefined,
    undefined as number | undefined,
  ];
  for (let at = 0; at < rest.length; at++) {
    const word = (rest[at] ?? "").replace(/[-_]/g, "");
    if (word === "keras" || word === "torch" || word === "pytorch" || word === "torchvision")
      framework = word === "keras" ? "keras" : "torch";
    else if (word === "timm" && network.name === "seresnet50") framework = "torch";
    else if (word === "classes") {
      classes = wholeNumber(rest[++at] ?? "", network.name, "classes", layer);
      if (classes === 0) throw networkError("zero", "0 classes would be nothing.", "Use classes of at least 1.", layer);
    } else if (word === "notop") top = false;
    else if (word === "no" && rest[at + 1] === "top") {
      top = false;
      at++;
    } else if (network.variants.includes(word)) variant = word;
    else if (word === "rgb" || word === "gray" || word === "grey") channels = word === "rgb" ? 3 : 1;
    else if (/^[\d?]/.test(word) && size === undefined) size = sizeOf(word, network.name, layer);
    else throw unknownWord(network, word, layer);
  }
  return choose(network, { framework, classes, top, variant }, inputOf(network, size, channels, layer), layer);
}

function inputOf(
  network: KnownNetwork,
  size: readonly (number | null)[] | undefined,
  channels: number | undefined,
  layer: number,
): Shape | undefined {
  const usual = network.input[2] ?? 3;
  if (size === undefined)
    return channels === undefined ? undefined : [network.input[0], network.input[1] ?? null, channels];
  const [height = null, width = height, third = channels ?? usual] = size;
  if (
    size.length <= 3 &&
    third !== null &&
    height !== 0 &&
    width !== 0 &&
    third !== 0 &&
    (size.length < 3 || channels === undefined)
  )
    return [height, width, third];
  throw networkError(
    "bad-input",
    `"${shown(size.map((each) => each ?? "?").join("x"))}" is no size of an input.`,
    `Write ${network.name} 150x150x3.`,
    layer,
  );
}

function unknownWord(network: KnownNetwork, word: string, layer: number): Error {
  const words = ["keras", "torch", "classes", "notop", ...network.variants];
  const near = nearest(word, words);
  return networkError(
    "unknown-word",
    `${network.name} does not know "${shown(word)}".`,
    near === undefined ? `After its name may stand HxWxC, ${words.join(", ")}.` : `Did you mean ${near}?`,
    layer,
  );
}
