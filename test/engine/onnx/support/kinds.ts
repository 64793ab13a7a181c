// A small network of every kind of layer that can be exported and has no window with strides (those are listed in the test).
import { layers as kinds, type LayersModel, type layers, sequential } from "@tensorflow/tfjs-layers";

export function one(layer: layers.Layer, ...more: layers.Layer[]): LayersModel {
  return sequential({ layers: [layer, ...more] });
}

export const MAPS = { inputShape: [6, 5, 3] };

export const OTHERS: Readonly<Record<string, () => LayersModel>> = {
  "dilated Conv2D, same": () =>
    one(kinds.conv2d({ ...MAPS, filters: 2, kernelSize: 3, dilationRate: 2, padding: "same" })),
  "dilated Conv2D, valid": () => one(kinds.conv2d({ ...MAPS, filters: 2, kernelSize: 2, dilationRate: 2 })),
  "Conv2D of an oblong kernel and strides": () =>
    one(kinds.conv2d({ ...MAPS, filters: 2, kernelSize: [1, 3], strides: [2, 1], padding: "same", useBias: false })),
  "dilated SeparableConv2D": () =>
    one(kinds.separableConv2d({ ...MAPS, filters: 2, kernelSize: 2, dilationRate: 2, padding: "same" })),
  GlobalAveragePooling2D: () => one(kinds.globalAveragePooling2d({ ...MAPS })),
  GlobalMaxPooling2D: () => one(kinds.globalMaxPooling2d({ ...MAPS })),
  ZeroPadding2D: () =>
    one(
      kinds.zeroPadding2d({
        ...MAPS,
        padding: [
          [0, 1],
          [2, 3],
        ],
      }),
    ),
  Cropping2D: () =>
    one(
      kinds.cropping2D({
        ...MAPS,
        cropping: [
          [1, 2],
          [0, 1],
        ],
      }),
    ),
  "UpSampling2D, nearest": () => one(kinds.upSampling2d({ ...MAPS, size: [2, 3] })),
  "UpSampling2D, bilinear": () => one(kinds.upSampling2d({ ...MAPS, size: [2, 3], interpolation: "bilinear" })),
  "Flatten, then Dense": () => one(kinds.flatten({ ...MAPS }), kinds.dense({ units: 4 })),
  "Reshape of maps to rows": () => one(kinds.reshape({ ...MAPS, targetShape: [15, 6] }), kinds.dense({ units: 2 })),
  "Reshape of a vector to maps": () =>
    one(
      kinds.dense({ inputShape: [4], units: 12 }),
      kinds.reshape({ targetShape: [2, 3, 2] }),
      kinds.conv2d({ filters: 2, kernelSize: 2 }),
    ),
  "Reshape with an open size": () => one(kinds.reshape({ ...MAPS, targetShape: [-1, 9] })),
  "Dense on maps": () => one(kinds.dense({ ...MAPS, units: 4, activation: "relu" })),
  "Dense on a vector": () => one(kinds.dense({ inputShape: [5], units: 4, useBias: false, activation: "softmax" })),
  "Dense on rows": () => one(kinds.dense({ inputShape: [3, 5], units: 4 })),
  "Dropout and noise": () =>
    one(
      kinds.dropout({ ...MAPS, rate: 0.5 }),
      kinds.gaussianNoise({ stddev: 1 }),
      kinds.gaussianDropout({ rate: 0.5 }),
      kinds.alphaDropout({ rate: 0.5 }),
      kinds.flatten(),
    ),
  Rescaling: () => one(kinds.rescaling({ ...MAPS, scale: 1 / 127.5, offset: -1 })),
  ReLU: () => one(kinds.reLU({ ...MAPS })),
  "ReLU to 6": () => one(kinds.reLU({ ...MAPS, maxValue: 1.5 })),
  LeakyReLU: () => one(kinds.leakyReLU({ ...MAPS, alpha: 0.2 })),
  PReLU: () => one(kinds.prelu({ ...MAPS })),
  "PReLU with shared slopes": () => one(kinds.prelu({ ...MAPS, sharedAxes: [1, 2] })),
  ELU: () => one(kinds.elu({ ...MAPS })),
  ThresholdedReLU: () => one(kinds.thresholdedReLU({ ...MAPS, theta: 0.7 })),
  "Softmax of a vector": () => one(kinds.softmax({ inputShape: [5], axis: -1 })),
  "Softmax of maps": () => one(kinds.softmax({ ...MAPS, axis: 3 })),
  "BatchNormalization by itself": () => one(kinds.batchNormalization({ ...MAPS })),
  "BatchNormalization of a vector without scale and centre": () =>
    one(kinds.batchNormalization({ inputShape: [5], scale: false, center: false, epsilon: 0.01 })),
};

export const ACTIVATIONS = [
  "elu",
  "hardSigmoid",
  "linear",
  "relu",
  "relu6",
  "selu",
  "sigmoid",
  "softmax",
  "softplus",
  "softsign",
  "tanh",
  "swish",
  "mish",
  "gelu",
  "gelu_new",
] as const;
