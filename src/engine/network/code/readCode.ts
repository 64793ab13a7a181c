// Pasted Keras or PyTorch code → a network's graph. The code is read, never executed.
import { countGraph } from "../count.js";
import { NetworkError, networkError } from "../failure.js";
import type { Graph } from "../graph.js";
import { emitGraph } from "./emit.js";
import { codeError } from "./failure.js";
import { findInput } from "./input.js";
import { Interpreter } from "./interpreter.js";
import { readStatements } from "./statement.js";
import { type Comment, type LogicalLine, readTokens } from "./tokens.js";
import type { NetworkValue, SequenceValue, TensorValue } from "./value.js";
import { type Library, reachable, Workspace } from "./workspace.js";

const CODE =
  /(^|[^\w.])((nn|torch|tf|keras|tensorflow|layers|models)\s*\.\s*\w|(Sequential|OrderedDict|Model|InputLayer)\s*\(|\w+\s*\.\s*add\s*\(|(Lazy|Depthwise|Separable)?Conv(olution)?(Transpose)?[123][dD]\w*\s*\(|\w+(Pooling|Pool)[123][dD]\s*\(|(Dense|Linear|Flatten|Dropout|BatchNorm\w*)\s*\(|Input\s*\(\s*(shape|\()|class\s+\w+\s*\(|def\s+\w+\s*\()/;

/** Models of one text that are compared with each other; with more, which one is meant is asked. */
const MOST_MODELS = 30;

/** Whether a text is code rather than the notation (which knows neither `=` nor a layer's brackets). */
export function looksLikeCode(text: string): boolean {
  const bare = text.slice(0, 100_000).replace(/#.*/g, "");
  return /^[ \t]*((import|from)[ \t]+\w|[\w.]+[ \t]*=[ \t]*\w)/m.test(bare) || CODE.test(bare);
}

/**
 * Reads the network that Keras or PyTorch code builds: `Sequential` in all its forms, functional chains, functions and
 * classes with a `forward`. Sizes that the code does not tell are null.
 * Throws a NetworkError whose `what` begins with "Line N: " for whatever cannot be read or does not fit together.
 */
export function readCode(text: string): Graph {
  const { lines, comments } = readTokens(text);
  const workspace = new Workspace(libraryOf(lines));
  const interpreter = new Interpreter(workspace);
  interpreter.run(readStatements(lines));
  if (!hasNetwork(workspace)) runWhatIsDefined(workspace, interpreter);
  const output = findNetwork(workspace);
  return inLines(workspace, output, comments);
}

const TORCH_WORDS = /^(torch|nn|torchvision|torchsummary|torchinfo)$/;
const KERAS_WORDS = /^(keras|tensorflow|tf|Dense|Conv2D|MaxPooling2D)$/;
const TORCH_LAYERS_ALONE = /^(Lazy)?(Conv2d|ConvTranspose2d|MaxPool2d|AvgPool2d|BatchNorm[12]d|Linear)$/;

/** The library that is named first (`tf.nn` is Keras' side); without a name, PyTorch if a layer is spelled its way. */
function libraryOf(lines: readonly LogicalLine[]): Library {
  let alone: Library = "keras";
  for (const { tokens } of lines) {
    for (const { kind, text } of tokens) {
      if (kind !== "name") continue;
      if (KERAS_WORDS.test(text)) return "keras";
      if (TORCH_WORDS.test(text)) return "torch";
      if (TORCH_LAYERS_ALONE.test(text)) alone = "torch";
    }
  }
  return alone;
}

function hasNetwork(workspace: Workspace): boolean {
  return workspace.networks.length > 0 || workspace.lastMade !== null;
}

/** `class Net` or `def build_model` that nothing calls: the last one is what was meant. */
function runWhatIsDefined(workspace: Workspace, interpreter: Interpreter): void {
  const network = [...interpreter.classes]
    .reverse()
    .find(({ methods }) => methods.has("forward") || methods.has("call") || methods.has("__init__"));
  if (network) {
    interpreter.instantiate(network, [], network.line);
    return;
  }
  for (const defined of [...interpreter.functions].reverse()) {
    if (defined.called || hasNetwork(workspace)) continue;
    interpreter.call(defined, [], defined.line);
  }
}

/** The one network that is not part of another, as its last tensor. */
function findNetwork(workspace: Workspace): TensorValue {
  markContained(workspace.networks);
  const outer = workspace.networks
    .filter(({ inside }) => !inside)
    .filter((network) => network.kind !== "sequence" || network.layers.length > 0);
  const [network, second] = outer;
  if (network !== undefined && second !== undefined) {
    throw codeError(
      "several-networks",
      second.line,
      `a second network begins here; the first is in line ${network.line}.`,
      "Paste one of them, or put both into one Sequential.",
    );
  }
  if (network !== undefined) return outputOf(workspace, network);
  if (workspace.lastMade !== null) return workspace.lastMade;
  if (workspace.loose.length > 0) {
    const layers: SequenceValue = {
      kind: "sequence",
      layers: workspace.loose,
      input: workspace.looseInput,
      inside: false,
      line: workspace.loose[0]?.line ?? 1,
    };
    return outputOf(workspace, layers);
  }
  throw networkError(
    "no-network",
    "This code builds no network that Convo can read.",
    "Paste a Keras Sequential or functional model, or a PyTorch nn.Sequential.",
    null,
  );
}

/** A model whose output another one goes on from (`base.output`, an encoder of an autoencoder) is part of that one. */
function markContained(networks: readonly NetworkValue[]): void {
  const models = networks.filter((network) => network.kind === "model");
  if (models.length > MOST_MODELS) return;
  for (const [index, model] of models.entries()) {
    const used = new Set(reachable(model.output));
    for (const [at, other] of models.entries()) {
      if (other === model || !used.has(other.output)) continue;
      if (other.output !== model.output || at < index) other.inside = true;
    }
  }
}

function outputOf(workspace: Workspace, network: NetworkValue): TensorValue {
  if (network.kind === "model") return network.output;
  const own = network.kind === "sequence" ? firstInput(network) : null;
  return workspace.applyNetwork(network, own ?? { kind: "input", sizes: null, line: network.line }, network.line);
}

/** The input that a Sequential, or the first one inside it, names. */
function firstInput(network: SequenceValue): SequenceValue["input"] {
  const [first] = network.layers;
  if (first?.kind === "model") return network.input ?? first.input;
  return network.input ?? (first?.kind === "sequence" ? firstInput(first) : null);
}

/** The graph, counted once so that what does not fit together is named with its line. */
function inLines(workspace: Workspace, output: TensorValue, comments: readonly Comment[]): Graph {
  const { shape, notes } = findInput(workspace, output, comments);
  const { graph, lines } = emitGraph(output, shape, [...workspace.notes, ...notes]);
  try {
    countGraph(graph);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.layer === null) throw error;
    const line = lines[error.layer];
    if (line === undefined) throw error;
    throw codeError(
      error.code,
      line,
      error.what.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()),
      error.fix,
      error.layer,
    );
  }
  return graph;
}
