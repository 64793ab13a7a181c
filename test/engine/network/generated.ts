// Generated networks: as text in the notation, in the many spellings that people use, and counted a second time, naively.
import fc from "fast-check";

export type Side = readonly [number, number];

export type Piece =
  | {
      readonly kind: "conv";
      readonly filters: number;
      readonly kernel: Side;
      readonly stride: Side;
      readonly padding: "same" | "valid" | number;
      readonly dilation: number;
      readonly bias: boolean;
      readonly bn: boolean;
      readonly relu: boolean;
    }
  | {
      readonly kind: "depthwise";
      readonly kernel: Side;
      readonly stride: Side;
      readonly mult: number;
      readonly bias: boolean;
    }
  | { readonly kind: "separable"; readonly filters: number; readonly kernel: Side; readonly bias: boolean }
  | {
      readonly kind: "tconv";
      readonly filters: number;
      readonly kernel: number;
      readonly stride: number;
      readonly padding: "same" | "valid";
    }
  | { readonly kind: "maxpool" | "avgpool"; readonly kernel: Side; readonly stride: Side; readonly same: boolean }
  | { readonly kind: "bn" | "relu" | "lrn" | "prelu" | "ln" }
  | { readonly kind: "residual"; readonly body: readonly Piece[] }
  | { readonly kind: "concat"; readonly branches: readonly (readonly Piece[])[] }
  | { readonly kind: "repeat"; readonly times: number; readonly body: readonly Piece[] }
  | { readonly kind: "frozen"; readonly body: readonly Piece[] };

export interface GeneratedNetwork {
  readonly input: readonly [number, number, number];
  readonly pieces: readonly Piece[];
  readonly head: "none" | "gap" | "flatten";
  readonly units: number;
}

const small = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });
const side = (most: number): fc.Arbitrary<Side> => fc.tuple(small(most), small(most));

const { piece } = fc.letrec<{ piece: Piece; pieces: Piece[] }>((tie) => ({
  pieces: fc.array(tie("piece"), { minLength: 1, maxLength: 3 }),
  piece: fc.oneof(
    { maxDepth: 3, depthIdentifier: "piece" },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant("conv" as const),
        filters: small(24),
        kernel: side(5),
        stride: side(3),
        padding: fc.oneof(fc.constant("same" as const), fc.constant("valid" as const), fc.nat(3)),
        dilation: fc.oneof(fc.constant(1), small(3)),
        bias: fc.boolean(),
        bn: fc.boolean(),
        relu: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("depthwise" as const),
        kernel: side(5),
        stride: side(2),
        mult: small(3),
        bias: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("separable" as const),
        filters: small(16),
        kernel: side(5),
        bias: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("tconv" as const),
        filters: small(8),
        kernel: small(4),
        stride: small(3),
        padding: fc.constantFrom("same" as const, "valid" as const),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom("maxpool" as const, "avgpool" as const),
        kernel: side(3),
        stride: side(3),
        same: fc.boolean(),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom("bn" as const, "relu" as const, "lrn" as const, "prelu" as const, "ln" as const),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("residual" as const), body: tie("pieces") }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("concat" as const),
        branches: fc.array(tie("pieces"), { minLength: 2, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("repeat" as const), times: small(3), body: tie("pieces") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("frozen" as const), body: tie("pieces") }) },
  ),
}));

export const generatedNetwork: fc.Arbitrary<GeneratedNetwork> = fc.record({
  input: fc.tuple(small(40), small(40), small(4)),
  pieces: fc.array(piece, { minLength: 1, maxLength: 6 }),
  head: fc.constantFrom("none" as const, "gap" as const, "flatten" as const),
  units: small(20),
});

/** The network in the plainest spelling of the notation. */
export function plainly({ input, pieces, head, units }: GeneratedNetwork): string {
  const ends = head === "none" ? [] : [head, `dense ${units}`];
  return [`input ${input.join("x")}`, ...pieces.map(writePiece), ...ends].join("; ");
}

function writePiece(piece: Piece): string {
  switch (piece.kind) {
    case "conv": {
      const { filters, kernel, stride, padding, dilation, bias, bn, relu } = piece;
      const words = [
        typeof padding === "number" ? `pad ${padding}` : padding,
        ...(dilation === 1 ? [] : [`dilation ${dilation}`]),
        ...(bias ? [] : ["nobias"]),
        ...(bn ? ["bn"] : []),
        ...(relu ? ["relu"] : []),
      ];
      return `conv ${filters} ${kernel.join("x")} /${stride.join("x")} ${words.join(" ")}`;
    }
    case "depthwise":
      return `depthwise ${piece.kernel.join("x")} /${piece.stride.join("x")} mult ${piece.mult}${piece.bias ? "" : " nobias"}`;
    case "separable":
      return `separable ${piece.filters} ${piece.kernel.join("x")}${piece.bias ? "" : " nobias"}`;
    case "tconv":
      return `tconv ${piece.filters} ${piece.kernel}x${piece.kernel} /${piece.stride} ${piece.padding}`;
    case "maxpool":
    case "avgpool":
      return `${piece.kind} ${piece.kernel.join("x")} /${piece.stride.join("x")} ${piece.same ? "same" : "valid"}`;
    case "residual":
      return `residual ( ${piece.body.map(writePiece).join("; ")} )`;
    case "concat":
      return `concat ${piece.branches.map((branch) => `( ${branch.map(writePiece).join("; ")} )`).join(" ")}`;
    case "repeat":
      return `repeat ${piece.times} ( ${piece.body.map(writePiece).join("; ")} )`;
    case "frozen":
      return `frozen ( ${piece.body.map(writePiece).join("; ")} )`;
    default:
      return piece.kind;
  }
}

/** The same network as phones, Slack and careless fingers spell it. `choices` decides, one number a place. */
export function carelessly(text: string, choices: readonly number[]): string {
  let at = 0;
  const choose = <Option>(...options: readonly Option[]): Option | undefined =>
    options[(choices[at++ % choices.length] ?? 0) % options.length];
  return text
    .replace(
      /; /g,
      () => choose("; ", "\n", " -> ", " → ", " -&gt; ", "|", " —> ", "; # first this\n", ";\u00a0") ?? "; ",
    )
    .replace(/(\d)x(?=\d)/g, (_, digit: string) => `${digit}${choose("x", "×", "*", " x ", " × ", "X")}`)
    .replace(
      /\b(conv|maxpool|avgpool|depthwise|relu|dense|residual|repeat|bn)\b/g,
      (word) => choose(word, word.toUpperCase(), `${word[0]?.toUpperCase()}${word.slice(1)}`) ?? word,
    )
    .replace(/\bmaxpool\b/g, (word) => choose(word, "max-pool", "max_pool", "max pool") ?? word)
    .replace(/ \//g, () => choose(" /", "/", " / ") ?? " /")
    .replace(/^/, () => choose("", " ", "“", "```\n", "\u200b") ?? "")
    .replace(/$/, () => choose("", ";", "\n", "”", " # done") ?? "");
}

export interface NaiveCount {
  readonly output: readonly number[];
  readonly total: number;
  readonly trainable: number;
  readonly macs: number;
}

type Maps = readonly [number, number, number];

/** Counts by placing every window and adding up, without one formula of the engine; null where a layer does not fit. */
export function naively({ input, pieces, head, units }: GeneratedNetwork): NaiveCount | null {
  const sums = { total: 0, trainable: 0, macs: 0 };
  const maps = chain(pieces, input, sums, true);
  if (maps === null) return null;
  if (head === "none") return { output: maps, ...sums };
  const features = head === "gap" ? maps[2] : maps[0] * maps[1] * maps[2];
  learn(sums, features * units + units, true);
  sums.macs += features * units;
  return { output: [units], ...sums };
}

interface Sums {
  total: number;
  trainable: number;
  macs: number;
}

function learn(sums: Sums, numbers: number, trains: boolean): void {
  sums.total += numbers;
  if (trains) sums.trainable += numbers;
}

function chain(pieces: readonly Piece[], input: Maps, sums: Sums, trains: boolean): Maps | null {
  let maps: Maps | null = input;
  for (const piece of pieces) {
    maps = one(piece, maps, sums, trains);
    if (maps === null) return null;
  }
  return maps;
}

function one(piece: Piece, [height, width, channels]: Maps, sums: Sums, trains: boolean): Maps | null {
  switch (piece.kind) {
    case "conv": {
      const { kernel, stride, padding, dilation, filters } = piece;
      const rows = places(height, kernel[0], stride[0], padding, dilation);
      const columns = places(width, kernel[1], stride[1], padding, dilation);
      if (rows === 0 || columns === 0) return null;
      for (let filter = 0; filter < filters; filter++) {
        learn(sums, kernel[0] * kernel[1] * channels, trains);
        if (piece.bias) learn(sums, 1, trains);
        if (piece.bn) learn(sums, 2, trains);
        if (piece.bn) learn(sums, 2, false);
        sums.macs += rows * columns * kernel[0] * kernel[1] * channels;
      }
      return [rows, columns, filters];
    }
    case "depthwise": {
      const rows = places(height, piece.kernel[0], piece.stride[0], "same", 1);
      const columns = places(width, piece.kernel[1], piece.stride[1], "same", 1);
      const maps = channels * piece.mult;
      learn(sums, maps * piece.kernel[0] * piece.kernel[1] + (piece.bias ? maps : 0), trains);
      sums.macs += rows * columns * maps * piece.kernel[0] * piece.kernel[1];
      return [rows, columns, maps];
    }
    case "separable": {
      const taps = piece.kernel[0] * piece.kernel[1];
      learn(sums, taps * channels, trains);
      learn(sums, channels * piece.filters + (piece.bias ? piece.filters : 0), trains);
      sums.macs += height * width * (taps * channels + channels * piece.filters);
      return [height, width, piece.filters];
    }
    case "tconv": {
      learn(sums, (piece.kernel ** 2 * channels + 1) * piece.filters, trains);
      sums.macs += height * width * piece.kernel ** 2 * channels * piece.filters;
      const reach = (length: number): number =>
        piece.padding === "same"
          ? length * piece.stride
          : Math.max((length - 1) * piece.stride + piece.kernel, length * piece.stride);
      return [reach(height), reach(width), piece.filters];
    }
    case "maxpool":
    case "avgpool": {
      const rows = places(height, piece.kernel[0], piece.stride[0], piece.same ? "same" : "valid", 1);
      const columns = places(width, piece.kernel[1], piece.stride[1], piece.same ? "same" : "valid", 1);
      return rows === 0 || columns === 0 ? null : [rows, columns, channels];
    }
    case "bn":
      learn(sums, 2 * channels, trains);
      learn(sums, 2 * channels, false);
      return [height, width, channels];
    case "ln":
      learn(sums, 2 * channels, trains);
      return [height, width, channels];
    case "prelu":
      learn(sums, channels, trains);
      return [height, width, channels];
    case "relu":
    case "lrn":
      return [height, width, channels];
    case "residual": {
      const end = chain(piece.body, [height, width, channels], sums, trains);
      return end?.[0] === height && end[1] === width && end[2] === channels ? end : null;
    }
    case "concat": {
      const ends = piece.branches.map((branch) => chain(branch, [height, width, channels], sums, trains));
      let together = 0;
      const first = ends[0];
      if (first === null || first === undefined) return null;
      for (const end of ends) {
        if (end === null || end[0] !== first[0] || end[1] !== first[1]) return null;
        together += end[2];
      }
      return [first[0], first[1], together];
    }
    case "repeat": {
      let maps: Maps | null = [height, width, channels];
      for (let run = 0; run < piece.times && maps !== null; run++) maps = chain(piece.body, maps, sums, trains);
      return maps;
    }
    case "frozen":
      return chain(piece.body, [height, width, channels], sums, false);
  }
}

/** Window places along one axis, found by trying each. */
function places(
  length: number,
  kernel: number,
  stride: number,
  padding: "same" | "valid" | number,
  dilation: number,
): number {
  let count = 0;
  if (padding === "same") {
    for (let at = 0; at < length; at += stride) count++;
    return count;
  }
  const padded = length + 2 * (padding === "valid" ? 0 : padding);
  for (let at = 0; at + (kernel - 1) * dilation + 1 <= padded; at += stride) count++;
  return count;
}

/** Text made of the notation's own words, brackets and numbers, and of whatever else a keyboard has. */
export const wordSalad: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom(
          "input",
          "conv",
          "depthwise",
          "separable",
          "tconv",
          "maxpool",
          "avgpool",
          "gap",
          "gmp",
          "dense",
          "flatten",
          "dropout",
          "bn",
          "ln",
          "lrn",
          "zeropad",
          "crop",
          "upsample",
          "se",
          "repeat",
          "shared",
          "residual",
          "shortcut",
          "concat",
          "frozen",
          "relu",
          "prelu",
          "softmax",
          "resnet18",
          "mobilenetv2",
          "lenet5",
          "vgg16",
          "torch",
          "keras",
          "classes",
          "notop",
          "aux",
        ),
      },
      {
        weight: 6,
        arbitrary: fc.constantFrom(
          "same",
          "valid",
          "pad",
          "dilation",
          "groups",
          "nobias",
          "ceil",
          "outpad",
          "mult",
          "rgb",
          "gray",
          "no",
          "bias",
          "noscale",
          "nearest",
          "/2",
          "/0",
          "/2x1",
          "?x?x3",
          "3x3",
          "28x28",
          "28x28x1",
          "1,2,3,4",
          "0.5",
          "-1",
          "1e9",
          "constructor",
          "__proto__",
        ),
      },
      {
        weight: 6,
        arbitrary: fc.oneof(
          fc.nat(12).map(String),
          fc.nat().map(String),
          fc.bigInt({ min: 0n, max: 10n ** 30n }).map(String),
        ),
      },
      { weight: 8, arbitrary: fc.constantFrom(";", ";", "\n", "->", "|", "(", ")", "(", ")", "#", ",", "&gt;") },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 6 }) },
    ),
    { maxLength: 40 },
  )
  .chain((words) => fc.constantFrom(words.join(" "), words.join(""), `input 16x16x4; ${words.join(" ")}`));

/** A network with a few of its words lost, doubled or in the place of another. */
export const mutatedNetwork: fc.Arbitrary<string> = fc
  .tuple(
    generatedNetwork,
    fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("lose", "double", "swap", "glue")), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([network, mutations]) => {
    const words = plainly(network).split(/(?<= )|(?=[;()/])/);
    for (const [place, other, mutation] of mutations) {
      const [at, from] = [place % words.length, other % words.length];
      const [word = "", donor = ""] = [words[at], words[from]];
      words[at] =
        mutation === "lose" ? "" : mutation === "double" ? word + word : mutation === "swap" ? donor : word.trim();
    }
    return words.join("");
  });
