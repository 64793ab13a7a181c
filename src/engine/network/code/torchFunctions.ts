// torch.nn.functional and methods of tensors, by the layers that do the same.

/** torch.nn.functional (and methods of tensors) → the class that does the same. */
export const TORCH_FUNCTIONS: ReadonlyMap<string, string> = new Map(
  [
    ...[
      "relu:ReLU",
      "relu_:ReLU",
      "relu6:ReLU6",
      "leaky_relu:LeakyReLU",
      "elu:ELU",
      "selu:SELU",
      "celu:CELU",
      "gelu:GELU",
      "silu:SiLU",
    ],
    ...[
      "mish:Mish",
      "hardswish:Hardswish",
      "hardsigmoid:Hardsigmoid",
      "sigmoid:Sigmoid",
      "tanh:Tanh",
      "softmax:Softmax",
    ],
    ...[
      "log_softmax:LogSoftmax",
      "softplus:Softplus",
      "logsigmoid:LogSigmoid",
      "max_pool2d:MaxPool2d",
      "avg_pool2d:AvgPool2d",
    ],
    ...[
      "adaptive_avg_pool2d:AdaptiveAvgPool2d",
      "adaptive_max_pool2d:AdaptiveMaxPool2d",
      "dropout:Dropout",
      "dropout2d:Dropout2d",
    ],
    ...["local_response_norm:LocalResponseNorm", "interpolate:Upsample", "upsample:Upsample", "flatten:Flatten"],
  ].map((pair): [string, string] => {
    const [name = "", layer = ""] = pair.split(":");
    return [name, layer];
  }),
);
