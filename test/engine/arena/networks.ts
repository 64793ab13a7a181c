// Networks that the arena takes: together every layer that it can train, in every form.

/** In the notation, by what they are about. */
export const NETWORKS: Readonly<Record<string, string>> = {
  "one dense layer": "input 28x28; flatten; dense 10 softmax",
  "a multilayer perceptron": "input 28x28; flatten; dense 32 relu; dropout 0.2; dense 10",
  "LeNet-5 as it is taught":
    "input 28x28; conv 6 5x5 tanh; avgpool; conv 16 5x5 valid tanh; avgpool; flatten; dense 120 tanh; dense 84 tanh; dense 10",
  "strides, batch norm, global pooling":
    "input 28x28; conv 8 3x3 /2 nobias bn relu; conv 16 3x3 /2 nobias bn relu; gap; dense 10",
  "global max pooling": "input 28x28; conv 4 /2 relu; gmp; dense 10",
  "depthwise with a multiplier":
    "input 28x28; conv 4 /2 relu; depthwise 3x3 mult 2 bn relu6; conv 8 1x1; gap; dense 10",
  separable: "input 28x28; conv 4 /2 relu; separable 8 3x3 /2 bn relu; gap; dense 10",
  "PyTorch's padding": "input 28x28; conv 4 3x3 /2 pad 1 relu; conv 4 5x5 pad 2x1; flatten; dense 10",
  "transposed convolution": "input 28x28; conv 4 /4 relu; tconv 3 3x3 /2 relu; tconv 2 2x2 /2 valid; gap; dense 10",
  "pools that overlap":
    "input 28x28; conv 4 relu; maxpool 3x3 /2 same; avgpool 3x3 /2 same; maxpool 3x3 /2; flatten; dense 10",
  residual: "input 28x28; conv 4 /2 relu; residual (conv 4 bn relu; conv 4 bn) relu; gap; dense 10",
  "residual with a projection":
    "input 28x28; conv 4 /2; residual (conv 8 3x3 /2 relu; conv 8) shortcut (conv 8 1x1 /2); gap; dense 10",
  "an inception module":
    "input 28x28; conv 4 /2; concat (conv 4 1x1 relu) (conv 2 1x1; conv 4 3x3 relu) (maxpool 3x3 /1 same; conv 2 1x1) ( ); gap; dense 10",
  "squeeze and excitation": "input 28x28; conv 8 /2 relu; se 4; gap; dense 10",
  "layer norm": "input 28x28; conv 4 /4; ln; gelu; gap; dense 10",
  "batch norm without scale or centre":
    "input 28x28; conv 4 /4; bn noscale; relu; conv 4; bn nocenter; relu; gap; dense 10",
  "frames and crops": "input 28x28; zeropad 1,2,3,0; conv 3 /4; crop 1; zeropad 2; gap; dense 10",
  upsampling: "input 28x28; avgpool 4x4; upsample 2; conv 3 relu; upsample 2x1 bilinear; conv 3 /2; gap; dense 10",
  "weights that are shared": "input 28x28; conv 4 /4; repeat 3 shared (conv 4 bn relu); gap; dense 10",
  "layers that repeat": "input 28x28; conv 4 /4; repeat 3 (residual (conv 4 relu)); gap; dense 10",
  "layers that do not learn": "input 28x28; frozen (conv 8 5x5 /2 relu; se 2; bn); gap; dense 10",
  "dense on maps": "input 28x28; avgpool 4x4; dense 6 relu; dense 3; flatten; dense 10",
  "prelu on maps and vectors": "input 28x28; conv 4 /4 prelu; gap; dense 6 prelu; dense 10",
  "softmax in between": "input 28x28; avgpool 4x4; flatten; dense 12 softmax; dense 10 logsoftmax",
};

/** Every activation, in a network of its own. */
export const activated = (name: string): string => `input 28x28; conv 3 /4; ${name}; gap; dense 5; ${name}; dense 10`;
