// The words of one written layer, in any order, as options: sizes, stride, padding, activation, …

import { nearest } from "../../../nearest.js";
import { networkError } from "../failure.js";
import type { Layer, Padding, Pair } from "../layer.js";
import { ACTIVATION_NAMES, activationNamed } from "./activations.js";
import { pairOf, positive, shown, sizeOf } from "./numbers.js";

/** What may be said about a layer, apart from its sizes. */
export type Option =
  | "stride"
  | "padding"
  | "explicit-padding"
  | "dilation"
  | "groups"
  | "mult"
  | "outpad"
  | "bias"
  | "bn"
  | "activation"
  | "ceil"
  | "noscale"
  | "nocenter"
  | "interpolation";

export interface Options {
  /** `32`, `3x3`, `?x?x3`, as they stand, each with what it was. */
  readonly sizes: readonly (readonly (number | null)[])[];
  readonly stride: Pair | undefined;
  readonly padding: Padding | undefined;
  readonly dilation: Pair;
  readonly groups: number;
  readonly mult: number;
  readonly outpad: Pair | undefined;
  readonly bias: boolean;
  readonly bn: boolean;
  readonly ceil: boolean;
  readonly scale: boolean;
  readonly center: boolean;
  readonly bilinear: boolean;
  readonly activation: Layer | undefined;
}

/** How each word that is no size and no activation is read. */
const WORDS: Readonly<Record<string, Option>> = {
  stride: "stride",
  strides: "stride",
  same: "padding",
  valid: "padding",
  pad: "explicit-padding",
  padding: "explicit-padding",
  dilation: "dilation",
  dilated: "dilation",
  groups: "groups",
  group: "groups",
  mult: "mult",
  multiplier: "mult",
  outpad: "outpad",
  nobias: "bias",
  bias: "bias",
  bn: "bn",
  batchnorm: "bn",
  ceil: "ceil",
  noscale: "noscale",
  nocenter: "nocenter",
  nearest: "interpolation",
  bilinear: "interpolation",
};

/** Reads the words after a layer's name. `form` is shown where a word is wrong; `layer` is the entry to blame. */
export function readOptions(
  name: string,
  words: readonly string[],
  allowed: readonly Option[],
  form: string,
  layer: number,
): Options {
  const sizes: (number | null)[][] = [];
  const said = new Map<Option, string>();
  const pairs: Partial<Record<Option, Pair>> = {};
  let padding: Padding | undefined;
  let activation: Layer | undefined;
  let bias = true;
  const fail = (code: string, what: string, fix = `The form is: ${form}.`): never => {
    throw networkError(code, what, fix, layer);
  };
  const say = (option: Option, word: string): void => {
    const kind = option === "explicit-padding" ? "padding" : option;
    const earlier = said.get(kind);
    if (earlier !== undefined)
      fail("said-twice", `${name} has "${shown(earlier)}" and "${shown(word)}".`, "Leave one of them out.");
    if (!allowed.includes(option)) fail("word-out-of-place", `"${shown(word)}" says nothing about ${name}.`);
    said.set(kind, word);
  };
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (/^-?[\d?]/.test(word)) sizes.push(sizeOf(word, name, layer));
    else if (word.startsWith("/")) {
      say("stride", word);
      pairs.stride = positive(pairOf(word.slice(1), name, "stride", layer), name, "stride", layer);
    } else if (word === "no" && (words[at + 1] === "bias" || words[at + 1] === "scale" || words[at + 1] === "center")) {
      const joined = `no${words[++at]}`;
      say(WORDS[joined] ?? "bias", joined);
      if (joined === "nobias") bias = false;
    } else {
      const spelt = word.replace(/[-_]/g, "");
      const option = Object.hasOwn(WORDS, spelt) ? WORDS[spelt] : undefined;
      if (option === undefined) {
        const found = activationNamed(spelt);
        if (found === undefined)
          return fail("unknown-word", `${name} does not know "${shown(word)}".`, hint(spelt, allowed, form));
        say("activation", word);
        activation = found;
        continue;
      }
      switch (option) {
        case "padding":
          say(option, word);
          padding = spelt === "same" ? "same" : "valid";
          break;
        case "explicit-padding": {
          const value = words[++at];
          if (value === "same" || value === "valid") {
            say("padding", value);
            padding = value;
          } else {
            say(option, word);
            padding = pairOf(value, name, word, layer);
          }
          break;
        }
        case "stride":
        case "dilation":
        case "groups":
        case "mult": {
          say(option, word);
          const pair = positive(pairOf(words[++at], name, word, layer), name, word, layer);
          if (pair[0] !== pair[1] && (option === "groups" || option === "mult"))
            fail("bad-number", `${word} is one number, but "${shown(words[at])}" was found.`);
          pairs[option] = pair;
          break;
        }
        case "outpad":
          say(option, word);
          pairs.outpad = pairOf(words[++at], name, word, layer);
          break;
        case "bias":
          say(option, word);
          bias = spelt === "bias";
          break;
        default:
          say(option, word);
      }
    }
  }
  return {
    sizes,
    stride: pairs.stride,
    padding,
    dilation: pairs.dilation ?? [1, 1],
    groups: pairs.groups?.[0] ?? 1,
    mult: pairs.mult?.[0] ?? 1,
    outpad: pairs.outpad,
    bias,
    bn: said.has("bn"),
    ceil: said.has("ceil"),
    scale: !said.has("noscale"),
    center: !said.has("nocenter"),
    bilinear: said.get("interpolation")?.toLowerCase() === "bilinear",
    activation,
  };
}

function hint(word: string, allowed: readonly Option[], form: string): string {
  const known = Object.entries(WORDS).filter(([, option]) => allowed.includes(option));
  const names = known.map(([each]) => each).concat(allowed.includes("activation") ? ACTIVATION_NAMES : []);
  const near = nearest(word, names);
  return near === undefined
    ? `The form is: ${form}. A new layer begins after ; or on a new line.`
    : `Did you mean ${near}?`;
}
