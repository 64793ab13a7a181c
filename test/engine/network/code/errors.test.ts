// Mistakes in pasted code: each is named with its line, what was found, and what would do.
import { describe, expect, test } from "vitest";
import { looksLikeCode, readCode } from "../../../../src/engine/network/code/readCode.js";
import { NetworkError } from "../../../../src/engine/network/failure.js";

function failureOf(code: string): NetworkError {
  try {
    readCode(code);
  } catch (error) {
    if (error instanceof NetworkError) return error;
    throw error;
  }
  throw new Error(`was read: ${code}`);
}

describe("layers that do not fit together", () => {
  test("in_channels against the channels that arrive, in a network without a known size", () => {
    const failure = failureOf("model = nn.Sequential(\n  nn.Conv2d(3, 32, 3),\n  nn.ReLU(),\n  nn.Conv2d(64, 10, 3))");
    expect(failure).toMatchObject({ code: "channels-do-not-match", layer: 2 });
    expect(failure.what).toMatch(/^Line 4: .*64.*32/);
    expect(failure.fix).toContain("32");
  });

  test("in_features against what flattening makes", () => {
    const failure = failureOf(
      "import torch\nnet = nn.Sequential(nn.Conv2d(1, 8, 5), nn.MaxPool2d(2), nn.Flatten(),\n nn.Linear(1000, 10))\nsummary(net, (1, 28, 28))",
    );
    expect(failure).toMatchObject({ code: "channels-do-not-match", layer: 3 });
    expect(failure.what).toMatch(/^Line 3: .*1000.*1152/);
  });

  test("nn.Linear on maps asks for nn.Flatten", () => {
    const failure = failureOf("nn.Sequential(\nnn.Conv2d(3, 8, 3),\nnn.Linear(8, 10))\n# input: 3x32x32");
    expect(failure).toMatchObject({ code: "needs-vector", layer: 1 });
    expect(failure.what).toMatch(/^Line 3: /);
    expect(failure.fix).toContain("nn.Flatten");
  });

  test("a kernel that does not fit", () => {
    const failure = failureOf("model = Sequential()\nmodel.add(Conv2D(4, 7, input_shape=(5, 5, 3)))");
    expect(failure).toMatchObject({ code: "kernel-too-large", layer: 0 });
    expect(failure.what).toMatch(/^Line 2: 7×7/);
  });

  test("a sum of different shapes", () => {
    const failure = failureOf(
      "i = Input((8, 8, 3))\nx = Conv2D(4, 3)(i)\ny = Conv2D(4, 3, padding='same')(i)\no = Add()([x, y])\nm = Model(i, o)",
    );
    expect(failure.code).toBe("shapes-do-not-join");
    expect(failure.what).toMatch(/^Line 4: .*6×6×4.*8×8×4/);
  });

  test("output_padding that is not smaller than the stride", () => {
    expect(failureOf("nn.Sequential(nn.ConvTranspose2d(3, 8, 3, 2, 1, output_padding=2))").code).toBe("output-padding");
  });

  test("Keras with stride and dilation, PyTorch with stride and 'same'", () => {
    expect(failureOf("Sequential([Conv2D(3, 3, strides=2, dilation_rate=2, input_shape=(9, 9, 1))])").code).toBe(
      "dilated-stride",
    );
    expect(failureOf("nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding='same'))").code).toBe("strided-same");
  });
});

describe("what cannot be read", () => {
  test.each([
    [
      "model = Sequential([\n Conv2D(8, 3, activaton='relu', input_shape=(9, 9, 1))])",
      "unknown-argument",
      2,
      "activation",
    ],
    ["m = nn.Sequential(\n\n nn.Conv2D(3, 8, 3))", "unknown-layer", 3, "Conv2d"],
    ["m = nn.Sequential(nn.Conv2d(3, 8, 3),\n nn.ReLU)", "unknown-layer", 2, "nn.ReLU()"],
    ["m = nn.Sequential(nn.Conv2d(3, 8, 3)\n nn.ReLU())", "unreadable-code", 2, "commas"],
    ["m = keras.Sequential([\n layers.LSTM(4, input_shape=(4, 4))])", "unknown-layer", 2, "Conv2D"],
    ["import torch\nm = nn.Sequential(nn.Conv2d(3, n, 3))", "bad-argument", 2, "value"],
    ["m = nn.Sequential(nn.Conv2d(3, 8, 0))", "bad-argument", 1, "kernel_size"],
    ["m = nn.Sequential(nn.Conv2d(3, 8))", "missing-argument", 1, "kernel_size"],
    ["x = 1\nm = nn.Sequential(nn.ReLU()", "open-bracket", 2, "closing bracket"],
    ["m = Sequential([Dense(3)])", "no-input", 1, "input_shape"],
    ["m = Sequential([Conv2D(3, 3, input_shape=(28, 28))])", "bad-input-shape", 1, "(28, 28, 1)"],
    ["a = nn.Sequential(nn.Linear(2, 2))\nb = nn.Sequential(nn.Linear(2, 2))", "several-networks", 2, "one"],
    ["if big:\n  m = Sequential([Dense(3, input_dim=4)])", "unreadable-code", 1, "lines that apply"],
    ["i = Input((8, 8, 3))\nx = Lambda(f)(i)\nm = Model(i, x)", "unknown-layer", 2, "layer"],
    ["def f(x):\n  return f(x)\ni = Input((8, 8, 3))\nf(i)", "too-deep", 2, "layers"],
    ["x = 'never closed\nm = 3", "open-string", 1, "'"],
  ])("%j", (code, expected, line, fix) => {
    const failure = failureOf(code);
    expect(failure.code).toBe(expected);
    expect(failure.what).toMatch(new RegExp(`^Line ${line}: `));
    expect(failure.fix).toContain(fix);
  });

  test("no network at all", () => {
    expect(failureOf("print('hello')")).toMatchObject({ code: "no-network", layer: null });
    expect(failureOf("")).toMatchObject({ code: "no-network", layer: null });
  });
});

describe("code of any size ends soon", () => {
  test.each([
    ["brackets", `x = ${"(".repeat(10_000)}`],
    ["closed brackets", `x = ${"[".repeat(10_000)}${"]".repeat(10_000)}`],
    ["minus signs", `x = ${"-".repeat(40_000)}1`],
    ["powers", `x = ${"2 ** ".repeat(9_000)}2`],
    ["nots", `x = ${"not ".repeat(9_000)}y`],
    ["attributes", `x = a${".b".repeat(20_000)}`],
    ["calls", `x = f${"()".repeat(20_000)}`],
    ["a million characters", "x = 1\n".repeat(170_000)],
    [
      "loops within loops",
      Array.from({ length: 12 }, (_, depth) => `${" ".repeat(depth)}for i in range(1000):`).join("\n") +
        `\n${" ".repeat(12)}m.append(nn.ReLU())`,
    ],
    ["a list that doubles", `x = [nn.ReLU()]\n${"x = x + x\n".repeat(60)}m = nn.Sequential(*x)`],
    ["a list times a billion", "m = nn.Sequential(*([nn.ReLU()] * 10**9))"],
    [
      "networks that double",
      `a0 = nn.Sequential(nn.ReLU(), nn.ReLU())\n${Array.from({ length: 40 }, (_, i) => `a${i + 1} = nn.Sequential(a${i}, a${i})`).join("\n")}`,
    ],
    ["functions that call each other", "def f(x):\n  f(x)\n  f(x)\n  return nn.ReLU()(x)\ni = f(3)"],
    ["a tensor that doubles", `i = Input((4, 4, 3))\nx = i\n${"x = x + x\n".repeat(5_000)}Model(i, x)`],
  ])(
    "%s",
    (_, code) => {
      try {
        readCode(code);
      } catch (error) {
        expect(error).toBeInstanceOf(NetworkError);
      }
    },
    2_000,
  );
});

describe("code and notation told apart", () => {
  test.each([
    "input 28x28; conv 32 3x3; residual(conv 32); dense 10",
    "resnet50 keras 150x150x3 classes=5",
    "input 32x32x3; conv 8 # as model.add(Conv2D(8)) would",
    "concat(conv 8)(conv 8)",
    "dense 10",
  ])("%s is notation", (text) => expect(looksLikeCode(text)).toBe(false));

  test.each([
    "Conv2D(32, 3)",
    "model.add(Dense(10))",
    "import torch",
    "x = 3",
    "nn.ReLU()",
    "net = Net()",
    "layers.Flatten(),",
  ])("%s is code", (text) => expect(looksLikeCode(text)).toBe(true));
});

describe("code that would keep a reader busy is refused, with the line", () => {
  const network = "m = Sequential([Conv2D(8, 3, input_shape=(28, 28, 1))])\nl = range(10000)\ndef f(*a):\n  return 1\n";
  const deep = "m = Sequential([Input((28, 28, 1))])\nfor k in range(4000):\n  m.add(Conv2D(4, 3, padding='same'))\n";
  const twice = "for i in range(200):\n  for j in range(200):\n    ";

  test.each([
    ["a list made again and again", `${network}${twice}y = l * 1`],
    ["a list spread", `${network}${twice}y = [*l]`],
    ["a range", `${network}${twice}y = range(10000)`],
    ["lists compared", `${network}${twice}l == l`],
    ["a list searched", `${network}${twice}a in l`],
    ["a list passed", `${network}${twice}f(*l)`],
    ["a deep network frozen", `${deep}${twice}m.trainable = False`],
    ["a network within itself, doubled forty times", `${network}for i in range(40):\n  m = Sequential([m, m])`],
  ])("%s", (_, code) => {
    expect(failureOf(code)).toMatchObject({ code: "too-many-layers", what: expect.stringMatching(/^Line \d+: /) });
  });

  test.each([
    [
      "a loop over more than 10,000 numbers",
      "m = Sequential([Input((4,))])\nfor i in range(10001):\n  m.add(Dense(4))",
    ],
    [
      "a comprehension over them",
      "m = nn.Sequential(nn.Linear(4, 4),\n  *[nn.Linear(4, 4) for i in range(0, 10**12, 7)])",
    ],
    ["the same backwards", "m = Sequential([Input((4,))])\nfor i in range(30000, 0, -1):\n  m.add(Dense(4))"],
  ])("%s is refused, not cut short", (_, code) => {
    expect(failureOf(code)).toMatchObject({
      code: "too-many-layers",
      what: expect.stringMatching(/^Line 2: .*10,000/),
    });
  });

  test("a comprehension over what is not known is refused where it makes layers", () => {
    expect(failureOf("m = nn.Sequential(nn.Linear(4, 4), *[nn.Linear(4, 4) for i in depths])")).toMatchObject({
      code: "unreadable-code",
      what: expect.stringContaining("Line 1: it is not known how often this comprehension runs"),
    });
  });

  test("a loop of a million rounds that trains is passed over", () => {
    const code =
      "m = Sequential([Dense(4, input_shape=(4,))])\nfor step in tqdm(range(1000000)):\n  m.fit(x, y)\nlosses = [0 for i in range(20000)]";
    expect(readCode(code).entries).toHaveLength(1);
  });

  test("but what is frozen twice, or holds itself, is gone through once", () => {
    const code =
      "m = Sequential([Dense(4, input_shape=(4,))])\nfor i in range(40):\n  n = Sequential([m, m])\nn.trainable = False\nm.trainable = True";
    expect(readCode(code).nodes.some(({ frozen }) => frozen)).toBe(false);
  });
});
