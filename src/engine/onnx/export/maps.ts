// Layers without a kernel: pooling, borders, shapes, merging, scaling, and those that only act in training.
import type { Value } from "../value.js";
import { onlyInput } from "./activations.js";
import { innerAxis, type LayerExport, type LayerToExport } from "./emit.js";
import { unsupported } from "./unsupported.js";
import { type Affine, batchNormAffine } from "./weights.js";
import { refuseChannelsFirst, windowAttributes } from "./windows.js";

const identity: LayerExport = (given) => onlyInput(given);

export const MAP_LAYERS: Readonly<Record<string, LayerExport>> = {
  MaxPooling2D: pool("MaxPool"),
  AveragePooling2D: pool("AveragePool"),
  GlobalAveragePooling2D: globalPool("GlobalAveragePool"),
  GlobalMaxPooling2D: globalPool("GlobalMaxPool"),
  ZeroPadding2D: (given) => {
    refuseChannelsFirst(given);
    const [[top, bottom], [left, right]] = given.config.border("padding");
    const pads = given.emit.graph.integers(`${given.name}.pads`, [0, 0, top, left, 0, 0, bottom, right]);
    return given.emit.graph.node("Pad", given.name, [onlyInput(given), pads]);
  },
  Cropping2D: (given) => {
    refuseChannelsFirst(given);
    const { graph } = given.emit;
    const [[top, bottom], [left, right]] = given.config.border("cropping");
    const ends = [bottom, right].map((cut) => (cut === 0 ? 2 ** 31 - 1 : -cut));
    return graph.node("Slice", given.name, [
      onlyInput(given),
      graph.integers(`${given.name}.starts`, [top, left]),
      graph.integers(`${given.name}.ends`, ends),
      graph.integers(`${given.name}.axes`, [2, 3]),
    ]);
  },
  // tfjs resizes without half pixels: the source of pixel i is i / scale.
  UpSampling2D: (given) => {
    refuseChannelsFirst(given);
    const [height, width] = given.config.pair("size");
    const nearest = given.config.text("interpolation", "nearest") === "nearest";
    const scales = given.emit.graph.constant(`${given.name}.scales`, [4], Float32Array.of(1, 1, height, width));
    return given.emit.graph.node("Resize", given.name, [onlyInput(given), null, scales], {
      mode: nearest ? "nearest" : "linear",
      coordinate_transformation_mode: "asymmetric",
      ...(nearest ? { nearest_mode: "floor" } : {}),
    });
  },
  // In tfjs' order of numbers, so that the dense layer after it keeps its weights.
  Flatten: (given) => {
    const input = onlyInput(given);
    const flat = isOnePixel(input) ? input : given.emit.toTfjs(given.name, input);
    return given.emit.graph.node("Flatten", given.name, [flat], { axis: 1 });
  },
  Reshape: (given) => {
    const { graph } = given.emit;
    const target = graph.integers(`${given.name}.shape`, [0, ...given.config.sizes("targetShape")]);
    const flat = given.emit.toTfjs(given.name, onlyInput(given));
    return given.emit.fromTfjs(given.name, graph.node("Reshape", given.name, [flat, target]));
  },
  // Runtimes fuse an addition of two into the convolution before it.
  Add: (given) => merge(given.inputs.length === 2 ? "Add" : "Sum")(given),
  Multiply: (given) => {
    const [first, ...others] = merged(given);
    return others.reduce((product, value) => given.emit.graph.node("Mul", given.name, [product, value]), first);
  },
  Average: merge("Mean"),
  Maximum: merge("Max"),
  Minimum: merge("Min"),
  Concatenate: (given) => {
    const inputs = merged(given);
    const axis = innerAxis(given.config.number("axis", -1), inputs[0].shape.length);
    return given.emit.graph.node("Concat", given.name, inputs, { axis });
  },
  Rescaling: (given) => {
    const { emit, name, config } = given;
    const scaled = emit.graph.node("Mul", `${name}.scaled`, [
      onlyInput(given),
      emit.scalar(`${name}.scale`, config.number("scale")),
    ]);
    return emit.graph.node("Add", name, [scaled, emit.scalar(`${name}.offset`, config.number("offset", 0))]);
  },
  BatchNormalization: (given) => {
    const { emit, name } = given;
    const input = onlyInput(given);
    const { scale, shift } = batchNormOf(given, input.shape.length);
    const rank = input.shape.length;
    const scaled = emit.graph.node("Mul", `${name}.scaled`, [input, emit.vector(`${name}.scale`, scale, rank)]);
    return emit.graph.node("Add", name, [scaled, emit.vector(`${name}.shift`, shift, rank)]);
  },
  InputLayer: identity,
  Dropout: identity,
  SpatialDropout1D: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  AlphaDropout: identity,
};

/** Of a layer over `rank` axes whose normalized axis must be the channels. */
export function batchNormOf(
  { layer, config, weights }: Pick<LayerToExport, "layer" | "config" | "weights">,
  rank: number,
): Affine {
  const axis = config.number("axis", -1);
  if (axis !== -1 && axis !== rank - 1) throw unsupported(layer, `it normalizes axis ${axis}, not the channels`);
  const [gamma, beta] = [weights.get("gamma")?.data, weights.get("beta")?.data];
  const [mean, variance] = [weights.get("moving_mean")?.data, weights.get("moving_variance")?.data];
  if (mean === undefined || variance === undefined) throw unsupported(layer, "it has no moving mean and variance");
  return batchNormAffine({ gamma, beta, mean, variance }, config.number("epsilon", 1e-3));
}

/** Averages leave the border out, as TensorFlow does. */
function pool(op: "MaxPool" | "AveragePool"): LayerExport {
  return (given) => {
    refuseChannelsFirst(given);
    const kernel = given.config.pair("poolSize", 2);
    const strides = given.config.pair("strides", kernel[0]);
    const attributes = windowAttributes(given, onlyInput(given), { kernel, strides });
    return given.emit.graph.node(op, given.name, [apartFromPad(given)], {
      kernel_shape: kernel,
      ...attributes,
      ...(op === "AveragePool" ? { count_include_pad: 0 } : {}),
    });
  };
}

/**
 * ONNX Runtime moves a Pad into the pooling behind it, and then refuses the file where the border is not smaller than
 * the window. A Clip without bounds changes nothing and keeps the two apart.
 */
function apartFromPad(given: LayerToExport): Value {
  const input = onlyInput(given);
  const { graph } = given.emit;
  return graph.operatorOf(input) === "Pad" ? graph.node("Clip", `${given.name}.apart`, [input]) : input;
}

function globalPool(op: "GlobalAveragePool" | "GlobalMaxPool"): LayerExport {
  return (given) => {
    refuseChannelsFirst(given);
    const pooled = given.emit.graph.node(op, `${given.name}.pooled`, [onlyInput(given)]);
    return given.emit.graph.node("Flatten", given.name, [pooled], { axis: 1 });
  };
}

function merge(op: string): LayerExport {
  return (given) => given.emit.graph.node(op, given.name, merged(given));
}

/** tfjs broadcasts values of different rank in ways of its own; those are refused. */
function merged({ layer, inputs }: LayerToExport): readonly [Value, ...Value[]] {
  const [first, ...others] = inputs;
  if (first === undefined || others.some((value) => value.shape.length !== first.shape.length)) {
    throw unsupported(layer, "its inputs have different numbers of axes");
  }
  return [first, ...others];
}

function isOnePixel({ shape }: Value): boolean {
  return shape.length === 4 && shape[2] === 1 && shape[3] === 1;
}
