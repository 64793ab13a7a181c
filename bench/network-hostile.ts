// Texts that try to keep the calculator busy: misfits at the very end of 2,500 layers, and code that multiplies itself.

const KERAS = "m = Sequential([Input((32, 32, 3))])\n";
const TORCH = "m = nn.Sequential(*l)\nsummary(m, (8, 32, 32))";
const nested = (depth: number, body: string) =>
  `${Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}for i${level} in l:`).join("\n")}\n${" ".repeat(depth)}${body}`;
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => line(i)).join("\n");

/** Name and text. All of them are refused. */
export function hostileTexts(): readonly (readonly [name: string, text: string])[] {
  return [
    ["2,490 layers, the last too large", "input 64x64x3; repeat 2490 (conv 8 3x3 same bn relu); conv 8 70x70 valid"],
    [
      "1,190 residuals, then a misfit",
      "input 64x64x8; repeat 1190 (residual (conv 8 3x3 same) relu); conv 8 70x70 valid",
    ],
    [
      "600 concats, then a misfit",
      "input 64x64x8; repeat 600 (concat (conv 4 same) (conv 4 5x5 same) (conv 2 1x1)); conv 8 70x70 valid",
    ],
    ["2,490 layers of 10 million filters", "input 8x8x3; repeat 2490 (conv 10000000 1x1)"],
    ["a repeat of 10⁹", "input 8x8x3; repeat 1000000000 (conv 8)"],
    ["repeats within repeats", `input 8x8x3; ${"repeat 99999 (".repeat(40)}conv 8${")".repeat(40)}`],
    ["4,000 × resnet152", Array.from({ length: 4_000 }, () => "resnet152").join("; ")],
    ["10,000 brackets", `input 8x8x3; ${"(".repeat(10_000)}`],
    ["10,000 brackets in code", `x = ${"(".repeat(10_000)}`],
    ["1 MB of layers", "input 8x8x3; ".concat("conv 8; ".repeat(125_000))],
    ["1 MB of code", "m.add(Conv2D(8, 3))\n".repeat(50_000)],
    ["1 MB of one letter", "a".repeat(1_000_000)],
    [
      "a loop of 2,490 layers, then a misfit",
      `${KERAS}for i in range(2490):\n  m.add(Conv2D(8, 3, padding="same", activation="relu"))\nm.add(Conv2D(8, 70))`,
    ],
    [
      "a list of 2,490 layers, then a misfit",
      `l = [nn.Conv2d(8, 8, 3, padding=1) for i in range(2490)]\nl.append(nn.Conv2d(9, 8, 3))\n${TORCH}`,
    ],
    [
      "a chain of 2,490 layers, then a misfit",
      "i = Input((32, 32, 8))\nx = i\nfor k in range(2490):\n  x = Conv2D(8, 3, padding='same', activation='relu')(x)\nx = Conv2D(8, 70)(x)\nm = Model(i, x)",
    ],
    ["loops over 10,000 within loops over 10,000", `${KERAS}l = list(range(10000))\n${nested(4, "m.add(Dense(4))")}`],
    ["the same, building nothing", `${KERAS}l = [0] * 200\n${nested(6, "y = [*l]")}\nm.add(Dense(4, bogus=1))`],
    [
      "a deep network frozen again and again",
      `${KERAS}for k in range(2400):\n  m.add(Conv2D(4, 3, padding="same"))\nfor i in range(200):\n  for j in range(200):\n    m.trainable = False`,
    ],
    ["a Sequential that doubles", `${KERAS}m.add(Dense(4))\nfor i in range(60):\n  m = Sequential([m, m])`],
    [
      "a Sequential 400 deep",
      `${KERAS}m.add(Dense(4))\n${lines(400, () => "m = Sequential([m])")}\nm.add(Conv2D(8, 70))`,
    ],
    ["a list that doubles", `l = [nn.ReLU()]\n${"l = l + l\n".repeat(60)}${TORCH}`],
    ["a tensor that doubles", `i = Input((4, 4, 3))\nx = i\n${"x = x + x\n".repeat(1_500)}Model(i, Conv2D(8, 70)(x))`],
    ["9,000 dots", `x = a${".b".repeat(9_000)}`],
    ["9,000 plus signs", `x = 1${" + 1".repeat(4_500)}`],
    ["functions that call each other", "def f(x):\n  f(x)\n  f(x)\n  return nn.ReLU()(x)\ni = f(3)"],
    [
      "600 unknown layers' neighbours",
      `${KERAS}${lines(600, (index) => `m.add(Dense(${index + 1}))`)}\nm.add(Convolutional2DLayer(8))`,
    ],
    ["a range of 10⁹", `${KERAS}for i in range(10**9):\n  m.add(Dense(4))`],
  ];
}
