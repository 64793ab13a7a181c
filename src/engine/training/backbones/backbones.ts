// The pretrained backbones by name: how each is built, and where its published weights are.
import type { Backbone, BackboneName } from "./backbone.js";
import { mobileNetV2 } from "./mobilenet-v2.js";
import { resNet50 } from "./resnet50.js";

export interface PublishedWeights {
  /** Name of Keras' "notop" file. */
  readonly file: string;
  readonly address: string;
  readonly bytes: number;
  /** Hex; as Keras' source names it, where it does. */
  readonly md5?: string;
  /** How file and folder names of this backbone's weights look. */
  readonly named: RegExp;
  /** For a model's card. */
  readonly origin: string;
}

export interface BackboneKind {
  build(settings: { normalized: boolean; seed?: number }): Backbone;
  readonly published: PublishedWeights;
}

const KERAS = "https://storage.googleapis.com/tensorflow/keras-applications";

/** Addresses and checksum: keras/src/applications/mobilenet_v2.py and resnet.py of Keras 3; sizes: Content-Length as Keras shows it. */
export const BACKBONES: Readonly<Record<BackboneName, BackboneKind>> = {
  mobilenetv2: {
    build: mobileNetV2,
    published: {
      file: "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
      address: `${KERAS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5`,
      bytes: 9_406_464,
      named: /mobilenet_?v2/i,
      origin:
        "MobileNetV2 1.0 (Sandler et al. 2018) at 224 pixels, trained on ImageNet (ILSVRC-2012) by the TensorFlow authors; Apache License 2.0.",
    },
  },
  resnet50: {
    build: resNet50,
    published: {
      file: "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
      address: `${KERAS}/resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5`,
      bytes: 94_765_736,
      md5: "4d473c1dd8becc155b73f8504c6f6626",
      named: /resnet_?50(?!v2)/i,
      origin:
        "ResNet50 (He et al. 2016), trained on ImageNet (ILSVRC-2012) by its authors (MIT License), converted for Keras (Apache License 2.0).",
    },
  },
};
