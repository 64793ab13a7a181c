// What a pretrained backbone is to transfer learning: a chain of named blocks, so that it can be cut wherever one begins.
import {
  input,
  type LayersModel,
  type layers,
  model as layersModel,
  type Shape,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import type { Preprocessing } from "../../models/model.js";

export type BackboneName = "mobilenetv2" | "resnet50";

/** How a backbone wants its pixels: value = byte × scale + offset in the order of `order`. */
export type BackbonePreprocessing = Pick<Preprocessing, "scale" | "offset" | "order">;

export interface Backbone {
  readonly name: BackboneName;
  readonly preprocessing: BackbonePreprocessing;
  /** From the pixels to the features; each takes what the one before it gives. */
  readonly blocks: readonly Block[];
  /** Numbers that the last block gives for an image. */
  readonly features: number;
}

export interface Block {
  /** `block_13`: what `--set from=…` names. */
  readonly name: string;
  /** The same layers, with the same weights, at every call. */
  apply(x: SymbolicTensor): SymbolicTensor;
  /** The block's layers, once it was applied. */
  layers(): readonly layers.Layer[];
}

/** Channels of the images that a backbone takes. */
const COLOURS = 3;

/** Of images [n, side, side, 3]; `null`: of any size. */
export function imageShape(side: number | null): Shape {
  return [side, side, COLOURS];
}

/**
 * A model of some blocks in a row, for inputs [n, …shape], that shares its layers with every other model of these blocks.
 * `heads` are applied behind the last block.
 */
export function chain(
  name: string,
  shape: Shape,
  blocks: readonly Pick<Block, "apply">[],
  heads: readonly layers.Layer[] = [],
): LayersModel {
  const inputs = input({ shape, name: `${name}_input` });
  const maps = blocks.reduce((x, block) => block.apply(x), inputs);
  const outputs = heads.reduce((x, layer) => applied(layer, x), maps);
  return layersModel({ inputs, outputs: blocks.length + heads.length === 0 ? inputs : outputs, name });
}

/** A layer's output for one or several symbolic inputs. */
export function applied(layer: layers.Layer, x: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  const y = layer.apply(x);
  if (Array.isArray(y) || !("sourceLayer" in y)) throw new Error(`${layer.name} does not give one symbolic tensor`);
  return y;
}
