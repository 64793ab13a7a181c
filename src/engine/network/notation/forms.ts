// Every layer of the notation: its words, its form, and what they mean.
import { nearest } from "../../../nearest.js";
import { networkError } from "../failure.js";
import type { Layer, Margins, Padding, Pair } from "../layer.js";
import { ACTIVATION_NAMES, activationNamed } from "./activations.js";
import { ALIASES, canonical } from "./layer-names.js";
import { filtersAndKernel, noSizes, onlyKernel, onlyNumber, outpadOf } from "./layer-sizes.js";
import { pairOf, shown, wholeNumber } from "./numbers.js";
import { type Option, type Options, readOptions } from "./words.js";

/** A written layer read: its canonical word and the layers that it stands for, in the order in which they run. */
export interface WrittenLayer {
  readonly type: string;
  readonly layers: readonly Layer[];
}

interface Form {
  /** As the docs show it; part of error messages. */
  readonly form: string;
  readonly read: (words: readonly string[], layer: number) => readonly Layer[];
}

const CONV_FORM = "conv FILTERS [KxK] [/S] [same|valid|pad N] [dilation N] [groups N] [nobias] [bn] [activation]";
const DEPTHWISE_FORM = "depthwise [KxK] [/S] [same|valid|pad N] [mult M] [dilation N] [nobias] [bn] [activation]";
const SEPARABLE_FORM = "separable FILTERS [KxK] [/S] [same|valid|pad N] [mult M] [nobias] [bn] [activation]";
const TCONV_FORM = "tconv FILTERS [KxK] [/S] [same|valid|pad N] [outpad N] [nobias] [bn] [activation]";
const DENSE_FORM = "dense UNITS [nobias] [bn] [activation]";
const FINISH: readonly Option[] = ["bias", "bn", "activation"];
const WINDOW: readonly Option[] = ["stride", "padding", "explicit-padding"];

const FORMS: Readonly<Record<string, Form>> = {
  conv: {
    form: CONV_FORM,
    read: (words, layer) => {
      const options = readOptions("conv", words, [...WINDOW, "dilation", "groups", ...FINISH], CONV_FORM, layer);
      const { filters, kernel } = filtersAndKernel("conv", options, CONV_FORM, layer);
      const { dilation, groups, bias } = options;
      return finished({ kind: "conv", filters, kernel, ...windowOf(options), dilation, groups, bias }, options);
    },
  },
  depthwise: {
    form: DEPTHWISE_FORM,
    read: (words, layer) => {
      const options = readOptions(
        "depthwise",
        words,
        [...WINDOW, "mult", "dilation", ...FINISH],
        DEPTHWISE_FORM,
        layer,
      );
      const kernel = onlyKernel("depthwise", options, DEPTHWISE_FORM, layer) ?? [3, 3];
      const { dilation, mult, bias } = options;
      return finished({ kind: "depthwise", kernel, ...windowOf(options), multiplier: mult, dilation, bias }, options);
    },
  },
  separable: {
    form: SEPARABLE_FORM,
    read: (words, layer) => {
      const allowed: Option[] = [...WINDOW, "mult", "dilation", ...FINISH];
      const options = readOptions("separable", words, allowed, SEPARABLE_FORM, layer);
      const { filters, kernel } = filtersAndKernel("separable", options, SEPARABLE_FORM, layer);
      const { dilation, mult, bias } = options;
      const window = windowOf(options);
      return finished({ kind: "separable", filters, kernel, ...window, multiplier: mult, dilation, bias }, options);
    },
  },
  tconv: {
    form: TCONV_FORM,
    read: (words, layer) => {
      const options = readOptions("tconv", words, [...WINDOW, "outpad", ...FINISH], TCONV_FORM, layer);
      const { filters, kernel } = filtersAndKernel("tconv", options, TCONV_FORM, layer);
      const window = windowOf(options);
      const outpad = outpadOf(options, window, layer);
      const { bias } = options;
      return finished(
        { kind: "tconv", filters, kernel, ...window, outpad, dilation: [1, 1], groups: 1, bias },
        options,
      );
    },
  },
  maxpool: pool("maxpool"),
  avgpool: pool("avgpool"),
  gap: bare("gap", { kind: "gap", keepMap: false }),
  gmp: bare("gmp", { kind: "gmp", keepMap: false }),
  dense: {
    form: DENSE_FORM,
    read: (words, layer) => {
      const options = readOptions("dense", words, FINISH, DENSE_FORM, layer);
      const units = onlyNumber("dense", options, "units", DENSE_FORM, layer);
      return finished({ kind: "dense", units, bias: options.bias }, options);
    },
  },
  flatten: bare("flatten", { kind: "flatten" }),
  dropout: {
    form: "dropout P",
    read: (words, layer) => {
      const [share = "0.5", ...rest] = words;
      const number = /^(?:\d+(?:\.\d*)?|\.\d+)%?$/.test(share)
        ? Number.parseFloat(share) / (share.endsWith("%") ? 100 : 1)
        : 1;
      if (rest.length > 0 || number >= 1)
        throw networkError("bad-number", `dropout ${shown(words.join(" "))} is no share.`, "Write dropout 0.5.", layer);
      return [{ kind: "dropout", rate: number }];
    },
  },
  bn: {
    form: "bn [noscale] [nocenter]",
    read: (words, layer) => {
      const options = readOptions("bn", words, ["noscale", "nocenter", "activation"], "bn [noscale] [nocenter]", layer);
      noSizes("bn", options, "bn [noscale] [nocenter]", layer);
      const { scale, center, activation } = options;
      return [{ kind: "bn", scale, center, counting: "keras" }, ...(activation === undefined ? [] : [activation])];
    },
  },
  ln: {
    form: "ln",
    read: (words, layer) => {
      const options = readOptions("ln", words, ["noscale", "nocenter", "activation"], "ln", layer);
      noSizes("ln", options, "ln", layer);
      const { scale, center, activation } = options;
      return [{ kind: "ln", scale, center }, ...(activation === undefined ? [] : [activation])];
    },
  },
  lrn: bare("lrn", { kind: "lrn" }),
  zeropad: frame("zeropad"),
  crop: frame("crop"),
  upsample: {
    form: "upsample N|NxM [nearest|bilinear]",
    read: (words, layer) => {
      const form = "upsample N|NxM [nearest|bilinear]";
      const options = readOptions("upsample", words, ["interpolation"], form, layer);
      const factor = onlyKernel("upsample", options, form, layer) ?? [2, 2];
      return [{ kind: "upsample", factor, ...(options.bilinear ? { interpolation: "bilinear" } : {}) }];
    },
  },
  se: {
    form: "se R",
    read: (words, layer) => {
      const options = readOptions("se", words, [], "se R", layer);
      return [{ kind: "se", squeeze: { ratio: onlyNumber("se", options, "R", "se R", layer) } }];
    },
  },
};

/** Words that begin a layer or a group, for "did you mean". */
export const LAYER_NAMES: readonly string[] = Object.keys(FORMS);
export const GROUP_NAMES: readonly string[] = ["repeat", "residual", "concat", "frozen"];

/** Reads a layer's words; undefined where its first word names none. `layer` is the entry to blame in errors. */
export function readWritten(words: readonly string[], layer: number): WrittenLayer | undefined {
  const [first = "", second = "", ...others] = words;
  const name = canonical(first);
  const rest = second === "" ? [] : [second, ...others];
  const type = formNamed(name) ?? formNamed(name + canonical(second));
  if (type !== undefined) {
    const words = formNamed(name) === undefined ? others : rest;
    return { type, layers: FORMS[type]?.read(words, layer) ?? [] };
  }
  const activation = activationNamed(name);
  if (activation === undefined) return undefined;
  if (rest.length > 0 && !rest.every((word) => /^[\d.]+$/.test(word) && activation.kind === "activation"))
    throw networkError(
      "unknown-word",
      `${name} stands alone, but "${shown(rest.join(" "))}" follows.`,
      "Begin the next layer after ; or on a new line.",
      layer,
    );
  return { type: activation.kind === "activation" ? activation.name : activation.kind, layers: [activation] };
}

/** The nearest known word to one that names nothing. */
export function nearestLayer(word: string, others: readonly string[]): string | undefined {
  const names = [...LAYER_NAMES, ...GROUP_NAMES, "input", ...ACTIVATION_NAMES, ...others];
  const near = nearest(canonical(word), [...names, ...Object.keys(ALIASES)]);
  return near === undefined ? undefined : (ALIASES[near] ?? near);
}

/** Whether a word names a layer, a group or an activation, also by another name: `fc` is dense. */
export function isLayerWord(word: string): boolean {
  return Object.hasOwn(ALIASES, canonical(word)) || nearestLayer(word, []) === canonical(word);
}

/** Words of the layers after a join's brackets: `residual ( … ) bn relu`. */
export function readTail(name: string, words: readonly string[], layer: number): readonly Layer[] {
  if (words.length === 0) return [];
  const form = `${name} ( … ) [bn] [activation]`;
  const options = readOptions(name, words, ["bn", "activation"], form, layer);
  noSizes(name, options, form, layer);
  return finish(options);
}

function formNamed(name: string): string | undefined {
  if (Object.hasOwn(FORMS, name)) return name;
  return Object.hasOwn(ALIASES, name) ? ALIASES[name] : undefined;
}

function finished(layer: Layer, options: Options): readonly Layer[] {
  return [layer, ...finish(options)];
}

function finish({ bn, activation }: Options): readonly Layer[] {
  return [
    ...(bn ? [{ kind: "bn", scale: true, center: true, counting: "keras" } as const] : []),
    ...(activation === undefined ? [] : [activation]),
  ];
}

function windowOf({ stride, padding }: Options): { stride: Pair; padding: Padding } {
  return { stride: stride ?? [1, 1], padding: padding ?? "same" };
}

function pool(kind: "maxpool" | "avgpool"): Form {
  const form = `${kind} [KxK] [/S] [valid|same|pad N] [ceil]`;
  return {
    form,
    read: (words, layer) => {
      const options = readOptions(kind, words, [...WINDOW, "ceil"], form, layer);
      const kernel = onlyKernel(kind, options, form, layer) ?? [2, 2];
      const { stride = kernel, padding = "valid", ceil } = options;
      if (ceil && padding === "same")
        throw networkError(
          "ceil-with-same",
          `${kind}: ceil is PyTorch's and same is TensorFlow's; they do not go together.`,
          "Use same alone, or ceil with valid or pad N.",
          layer,
        );
      return [{ kind, kernel, stride, padding, ceil }];
    },
  };
}

function bare(name: string, meaning: Layer): Form {
  return {
    form: name,
    read: (words, layer) => {
      noSizes(name, readOptions(name, words, [], name, layer), name, layer);
      return [meaning];
    },
  };
}

function frame(kind: "zeropad" | "crop"): Form {
  const form = `${kind} N or ${kind} T,B,L,R`;
  return {
    form,
    read: (words, layer) => {
      const parts = words
        .join(" ")
        .split(/[ ,]+/)
        .filter((part) => part !== "");
      const [only = ""] = parts;
      if (parts.length === 1) {
        const [height, width] = pairOf(only, kind, "margin", layer);
        return [{ kind, margins: [height, height, width, width] }];
      }
      const [top, bottom, left, right] = parts.map((part) => wholeNumber(part, kind, "margin", layer));
      if (parts.length !== 4 || top === undefined || bottom === undefined || left === undefined || right === undefined)
        throw networkError(
          "bad-number",
          `${kind} takes one number or four, not ${parts.length}.`,
          `The form is: ${form}.`,
          layer,
        );
      const margins: Margins = [top, bottom, left, right];
      return [{ kind, margins }];
    },
  };
}
