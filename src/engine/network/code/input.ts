// What goes into a network: from its Input or first layer (Keras), a call or a comment that tells it, or the first layer's channels.
import type { Shape, Size } from "../shape.js";
import { toShape } from "./emit.js";
import { codeError } from "./failure.js";
import type { Comment } from "./tokens.js";
import { type InputValue, type LayerValue, type MadeValue, type TensorValue, writeValue } from "./value.js";
import { reachable, type Workspace } from "./workspace.js";

/** Layers that leave the input's channels (or features) as they are: what follows them says how many there are. */
const KEEPING = [
  "maxpool",
  "avgpool",
  "zeropad",
  "dropout",
  "identity",
  "rescale",
  "activation",
  "lrn",
  "upsample",
  "crop",
  "gap",
  "gmp",
  "adaptivepool",
];

/** The input's shape and what a reader should know about where it came from. Throws `no-input`. */
export function findInput(
  workspace: Workspace,
  output: TensorValue,
  comments: readonly Comment[],
): { shape: Shape; notes: readonly string[] } {
  const tensors = reachable(output);
  const input = tensors.find((tensor): tensor is InputValue => tensor.kind === "input");
  const steps = tensors.filter((tensor): tensor is MadeValue => tensor.kind === "made");
  const [first] = steps;
  const line = first?.line ?? output.line;
  const own = input?.sizes ?? first?.layer.input ?? null;
  if (own !== null && workspace.library === "keras") {
    if (own.length === 2 && first !== undefined && !acceptsPlane(first.layer)) {
      const [height, width] = own;
      throw codeError(
        "bad-input-shape",
        line,
        `${first.layer.type} needs channels, but the input is ${height ?? "?"}×${width ?? "?"}.`,
        `Write (${height ?? "None"}, ${width ?? "None"}, 1) for grey images.`,
      );
    }
    return { shape: toShape(own, line), notes: [] };
  }
  const wanted = steps.find(({ layer }) => layer.expects !== null);
  const reached = wanted !== undefined && leadsTo(steps, wanted);
  const channels = reached ? (wanted?.layer.expects ?? null) : null;
  if (workspace.toldInput !== null) return { shape: ordered(workspace, workspace.toldInput, line), notes: [] };
  const told = toldByComment(comments, channels, workspace.library);
  if (told !== null) return { shape: told, notes: [`The input's size ${told.join("×")} is taken from a comment.`] };
  if (channels !== null && wanted !== undefined) {
    if (wanted.layer.type === "dense") {
      return {
        shape: [channels],
        notes: [`The code does not tell the input's size: taken as the ${channels} numbers of its first linear layer.`],
      };
    }
    return {
      shape: [null, null, channels],
      notes: [
        `The code does not tell the input's height and width. Add a line such as "# input: ${channels}x32x32" for shapes, MACs and memory.`,
      ],
    };
  }
  const example =
    workspace.library === "keras" ? "input_shape=(28, 28, 1) in the first layer" : 'a comment "# input: 3x224x224"';
  throw codeError("no-input", line, "the code does not tell the input's size.", `Add ${example}.`);
}

function acceptsPlane(layer: LayerValue): boolean {
  return ["flatten", "reshape", "rescale", "dropout"].includes(layer.type);
}

/** Whether everything before `wanted` keeps the number of channels (or, before a linear layer, of features). */
function leadsTo(steps: readonly MadeValue[], wanted: MadeValue): boolean {
  for (const { layer } of steps) {
    if (layer === wanted.layer) return true;
    const flattens = layer.type === "flatten" && wanted.layer.type === "dense";
    if (!flattens && !layer.parts.every(({ kind }) => KEEPING.includes(kind))) return false;
  }
  return false;
}

/** PyTorch tells channels first. */
function ordered(workspace: Workspace, sizes: readonly Size[], line: number): Shape {
  if (workspace.library === "keras" || sizes.length !== 3) return toShape(sizes, line);
  const [channels = null, height = null, width = null] = sizes;
  if (channels === null)
    throw codeError(
      "bad-input-shape",
      line,
      `the input's channels are ${writeValue(null)}.`,
      "Give them, as in (3, 32, 32).",
    );
  return [height, width, channels];
}

const SPOKEN = /\b(inputs?|images?|shape|size|x|in)\b/i;
const SIZES = /(\d{1,5})\s*[x×,*]\s*(\d{1,5})(?:\s*[x×,*]\s*(\d{1,5}))?(?:\s*[x×,*]\s*(\d{1,5}))?/i;

/** `# input: 3x32x32`, `# 32x32x3 images`, `# x: (N, 3, 32, 32)`; the channels that the first layer takes decide the order. */
function toldByComment(comments: readonly Comment[], channels: number | null, library: string): Shape | null {
  for (const { text } of comments) {
    const found = SPOKEN.test(text) ? SIZES.exec(text.slice(0, 200)) : null;
    if (!found) continue;
    const all = found
      .slice(1)
      .filter((size) => size !== undefined)
      .map(Number);
    const sizes = all.length === 4 ? all.slice(1) : all;
    const [a = 0, b = 0, c] = sizes;
    if (sizes.some((size) => size < 1)) continue;
    if (c === undefined) return [a, b, channels ?? 1];
    const channelsFirst =
      channels === null ? library === "torch" : a === channels && (library === "torch" || c !== channels);
    if (channelsFirst) return [b, c, a];
    if (channels === null || c === channels) return [a, b, c];
  }
  return null;
}
