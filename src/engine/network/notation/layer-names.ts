// What people also call a layer: Keras' and PyTorch's names, with or without - and _.

/** A layer's word without what people put into it: `max-pool`, `max_pool`. */
export function canonical(word: string): string {
  return word.replace(/[-_]/g, "");
}

/** Canonical alias → the notation's word. */
export const ALIASES: Readonly<Record<string, string>> = {
  conv2d: "conv",
  convolution: "conv",
  depthwiseconv: "depthwise",
  depthwiseconv2d: "depthwise",
  dwconv: "depthwise",
  separableconv: "separable",
  separableconv2d: "separable",
  sepconv: "separable",
  conv2dtranspose: "tconv",
  convtranspose: "tconv",
  convtranspose2d: "tconv",
  deconv: "tconv",
  transposedconv: "tconv",
  maxpooling: "maxpool",
  maxpooling2d: "maxpool",
  maxpool2d: "maxpool",
  averagepool: "avgpool",
  averagepooling: "avgpool",
  averagepooling2d: "avgpool",
  avgpool2d: "avgpool",
  avgpooling: "avgpool",
  globalavgpool: "gap",
  globalaveragepooling: "gap",
  globalaveragepooling2d: "gap",
  globalmaxpool: "gmp",
  globalmaxpooling: "gmp",
  globalmaxpooling2d: "gmp",
  fc: "dense",
  batchnorm: "bn",
  batchnormalization: "bn",
  batchnorm2d: "bn",
  layernorm: "ln",
  layernormalization: "ln",
  zeropadding: "zeropad",
  zeropadding2d: "zeropad",
  cropping: "crop",
  cropping2d: "crop",
  upsampling: "upsample",
  upsampling2d: "upsample",
  squeezeexcite: "se",
};
