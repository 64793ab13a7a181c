// The notation → a graph: layers, groups (repeat, residual, concat, frozen) and known networks by name.
import { networkError } from "../failure.js";
import { type Graph, tooManyLayers } from "../graph.js";
import { knownNamed, knownNames } from "../known/choose.js";
import type { Layer } from "../layer.js";
import { MOST_LAYERS } from "../limits.js";
import { addEntry, addKnown, addNode, begin, finish, type State } from "./assembly.js";
import { GROUP_NAMES, isLayerWord, nearestLayer, readTail, readWritten } from "./forms.js";
import { inputShape } from "./input.js";
import { readKnown } from "./known-words.js";
import { canonical } from "./layer-names.js";
import { shown, wholeNumber } from "./numbers.js";
import { type Branch, type Group, type Item, type Leaf, readTree } from "./tree.js";

/**
 * The graph of a network in the notation. Throws NetworkError, with the written layer where one is to blame; shapes are
 * not looked at yet. Takes time linear in the text and in the unrolled layers, at most MOST_LAYERS.
 */
export function readNotation(text: string): Graph {
  const items = readTree(text);
  const [first, ...others] = items;
  const known = firstKnown(items);
  if (known !== undefined) {
    const state = begin(readKnown(known, 0).input, false);
    addItems(state, items);
    return finish(state);
  }
  if (first?.kind !== "leaf" || canonical(first.words[0] ?? "") !== "input") throw inputMissing(first);
  const state = begin(inputShape(first), true);
  addItems(state, others);
  return finish(state);
}

/** The known network that a text begins with, perhaps frozen: it brings its own input. */
function firstKnown([first]: readonly Item[]): ReturnType<typeof knownNamed> {
  if (first === undefined) return undefined;
  if (first.kind === "leaf") return knownNamed(first.words);
  return first.head[0] === "frozen" ? firstKnown(first.branches[0]?.items ?? []) : undefined;
}

function addItems(state: State, items: readonly Item[]): void {
  for (const item of items) {
    if (item.kind === "leaf") addLeaf(state, item);
    else addGroup(state, item);
  }
}

function addLeaf(state: State, leaf: Leaf): void {
  const [word = ""] = leaf.words;
  const before = state.read.get(leaf);
  if (before !== undefined) {
    addEntry(state, before.type, undefined, before.layers);
    return;
  }
  const layer = state.builder.nextEntry;
  const known = knownNamed(leaf.words);
  if (known !== undefined) {
    addKnown(state, readKnown(known, layer));
    return;
  }
  const written = readWritten(leaf.words, layer);
  if (written !== undefined) {
    state.read.set(leaf, written);
    addEntry(state, written.type, undefined, written.layers);
    for (const each of written.layers) noteOn(state, each);
    return;
  }
  if (canonical(word) === "input")
    throw networkError("input-again", "A network has one input, and it comes first.", "Take this input away.", layer);
  if (canonical(word) === "shortcut")
    throw networkError(
      "shortcut-alone",
      "shortcut ( … ) follows residual ( … ).",
      "Write residual ( … ) shortcut ( … ).",
      layer,
    );
  throw unknownLayer(word, layer);
}

function noteOn({ builder }: State, layer: Layer): void {
  if (!("dilation" in layer) || !("stride" in layer)) return;
  if (Math.max(...layer.dilation) > 1 && Math.max(...layer.stride) > 1)
    builder.note("Stride and dilation together: PyTorch computes it, Keras refuses it.");
}

function unknownLayer(word: string, layer: number): Error {
  if (GROUP_NAMES.includes(canonical(word))) return bracketMissing(canonical(word), layer);
  const near = nearestLayer(word, knownNames());
  return networkError(
    "unknown-layer",
    `There is no layer or network "${shown(word)}".`,
    near === undefined
      ? "Layers are conv, depthwise, separable, maxpool, gap, dense, flatten, bn, …"
      : `Did you mean ${near}?`,
    layer,
  );
}

/** What stands in the brackets of each word that has some. */
const GROUP_FORMS: Readonly<Record<string, string>> = {
  repeat: "repeat N ( … )",
  residual: "residual ( … )",
  concat: "concat ( … ) ( … )",
  frozen: "frozen ( … )",
};

function bracketMissing(word: string, layer: number): Error {
  return networkError(
    "bracket-missing",
    `After ${word} no brackets follow.`,
    `Write ${GROUP_FORMS[word]}, with layers in the brackets.`,
    layer,
  );
}

function addGroup(state: State, group: Group): void {
  const [word = ""] = group.head;
  const layer = state.builder.nextEntry;
  switch (canonical(word)) {
    case "repeat":
      addRepeat(state, group, layer);
      return;
    case "residual":
      addResidual(state, group, layer);
      return;
    case "concat":
      addConcat(state, group, layer);
      return;
    case "frozen":
      addFrozen(state, group, layer);
      return;
    case "":
      throw networkError(
        "bracket-alone",
        "A bracket stands without a word before it.",
        "Write repeat N ( … ), residual ( … ), concat ( … ) ( … ) or frozen ( … ).",
        layer,
      );
    default: {
      const near = nearestLayer(word, knownNames());
      const isLayer = isLayerWord(word) || near === canonical(word);
      throw networkError(
        isLayer ? "bracket-out-of-place" : "unknown-layer",
        `"${shown(word)}" does not take brackets.`,
        near === undefined || isLayer
          ? "Write a layer without brackets, such as conv 64 3x3 relu."
          : `Did you mean ${near}?`,
        layer,
      );
    }
  }
}

function addRepeat(state: State, group: Group, layer: number): void {
  const [, count, shared, ...rest] = group.head;
  const [branch] = group.branches;
  const isShared = shared === "shared";
  if (
    count === undefined ||
    rest.length > 0 ||
    (shared !== undefined && !isShared) ||
    group.branches.length !== 1 ||
    branch === undefined
  )
    throw networkError(
      "bad-repeat",
      "This repeat cannot be read.",
      "Write repeat 3 ( … ) or repeat 3 shared ( … ).",
      layer,
    );
  noTail(group, layer);
  notEmpty("repeat", branch, layer);
  if (/^0*[1-9]\d{5,}$/.test(count)) throw tooManyLayers(layer);
  const times = wholeNumber(count, "repeat", "count", layer);
  if (times === 0) throw networkError("zero", "repeat 0 would be nothing.", "Repeat at least once.", layer);
  if (layer + times * leastEntries(branch.items) > MOST_LAYERS) throw tooManyLayers(layer);
  if (!isShared || state.lenders !== undefined) {
    for (let run = 0; run < times; run++) addItems(state, branch.items);
    return;
  }
  const firstNode = state.builder.last + 1;
  addItems(state, branch.items);
  const owners = Array.from({ length: state.builder.last + 1 - firstNode }, (_, index) =>
    state.builder.ownerOf(firstNode + index),
  );
  for (let run = 1; run < times; run++) {
    state.lenders = owners.values();
    addItems(state, branch.items);
  }
  state.lenders = undefined;
}

/** Entries that these items make at least, so that a repeat of a repeat of … is refused before it is unrolled. */
function leastEntries(items: readonly Item[]): number {
  let sum = 0;
  for (const item of items) {
    if (item.kind === "leaf") sum += knownNamed(item.words)?.network.layers() ?? 1;
    else {
      const inside = item.branches.reduce((entries, branch) => entries + leastEntries(branch.items), 0);
      const count = item.head[0] === "repeat" ? Number(item.head[1]) : 1;
      sum += Math.max(1, inside * (Number.isFinite(count) ? count : 1));
    }
  }
  return sum;
}

function addResidual(state: State, group: Group, layer: number): void {
  const [body, shortcut, ...others] = group.branches;
  if (
    group.head.length > 1 ||
    body === undefined ||
    others.length > 0 ||
    (shortcut !== undefined && shortcut.head[0] !== "shortcut")
  )
    throw networkError(
      "bad-residual",
      "This residual cannot be read.",
      "Write residual ( … ) or residual ( … ) shortcut ( … ).",
      layer,
    );
  notEmpty("residual", body, layer);
  const ends = branchEnds(state, shortcut === undefined ? [body] : [body, shortcut]);
  join(state, "add", ends.branches.length === 1 ? [...ends.branches, ends.source] : ends.branches, group);
}

function addConcat(state: State, group: Group, layer: number): void {
  if (group.head.length > 1 || group.branches.some((branch) => branch.head.length > 0))
    throw networkError("bad-concat", "This concat cannot be read.", "Write concat ( … ) ( … ).", layer);
  if (group.branches.length < 2 || group.branches.every((branch) => branch.items.length === 0))
    throw networkError(
      "bad-concat",
      "concat joins two branches or more.",
      "Write concat ( … ) ( … ); an empty ( ) passes its input on.",
      layer,
    );
  join(state, "concat", branchEnds(state, group.branches).branches, group);
}

function addFrozen(state: State, group: Group, layer: number): void {
  const [branch] = group.branches;
  if (group.head.length > 1 || group.branches.length !== 1 || branch === undefined)
    throw networkError("bad-frozen", "This frozen cannot be read.", "Write frozen ( … ).", layer);
  noTail(group, layer);
  notEmpty("frozen", branch, layer);
  const before = state.frozen;
  state.frozen = true;
  addItems(state, branch.items);
  state.frozen = before;
}

function branchEnds(state: State, branches: readonly Branch[]): { source: number; branches: number[] } {
  const source = state.from;
  const ends = branches.map((branch) => {
    state.from = source;
    addItems(state, branch.items);
    return state.from;
  });
  return { source, branches: ends };
}

function join(state: State, kind: "add" | "concat", inputs: readonly number[], group: Group): void {
  const layer = state.builder.nextEntry;
  const tail = readTail(kind === "add" ? "residual" : "concat", group.tail, layer);
  state.builder.beginEntry(kind);
  addNode(state, { kind }, inputs);
  for (const each of tail) addNode(state, each, [state.from]);
}

function noTail(group: Group, layer: number): void {
  if (group.tail.length > 0)
    throw networkError(
      "word-out-of-place",
      `"${shown(group.tail.join(" "))}" follows a bracket.`,
      "Begin the next layer after ; or on a new line.",
      layer,
    );
}

function notEmpty(word: string, branch: Branch, layer: number): void {
  if (branch.items.length === 0)
    throw networkError(
      "empty-bracket",
      `${word} ( ) has no layer inside.`,
      "Put at least one layer between the brackets.",
      layer,
    );
}

function inputMissing(first: Item | undefined): Error {
  const word = first?.kind === "leaf" ? (first.words[0] ?? "") : (first?.head[0] ?? "");
  const isLayer = first?.kind === "group" || isLayerWord(word);
  if (isLayer || word === "")
    return networkError(
      "no-input",
      "The network does not begin with its input.",
      "Begin with input 224x224x3 (height × width × channels).",
      null,
    );
  return unknownLayer(word, 0);
}
