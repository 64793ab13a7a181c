// The arguments of one layer's call, by position or by name, read as the numbers that a layer needs.
import { distance } from "fastest-levenshtein";
import type { Layer, Margins, Pair } from "../layer.js";
import { LARGEST_NUMBER } from "../limits.js";
import { activationNamed } from "./activations.js";
import { codeError } from "./failure.js";
import { isLayer, isList, type Value, writeValue } from "./value.js";

export interface PassedArgument {
  readonly name: string | null;
  readonly value: Value;
}

/** Keywords that change neither shapes nor parameters, in either library. */
const WITHOUT_EFFECT =
  /(_initializer|_regularizer|_constraint)$|^(name|dtype|seed|inplace|device|eps|epsilon|momentum|input_shape|input_dim|batch_input_shape|batch_size|input_length|training|trainable|renorm.*|fused|synchronized|virtual_batch_size|ragged|sparse|supports_masking|autocast|weights|lora_.*|quantization_config|activity_regularizer)$/;

/** Every reader throws a `bad-argument` that names the line, the call, what was found and what would do. */
export class Arguments {
  readonly #call: string;
  readonly line: number;
  readonly #values = new Map<string, Value>();

  /** `signature`: the parameters in their order. Throws `unknown-argument` and `too-many-arguments`. */
  constructor(call: string, line: number, signature: readonly string[], passed: readonly PassedArgument[]) {
    this.#call = call;
    this.line = line;
    let position = 0;
    for (const { name, value } of passed) {
      const parameter = name ?? signature[position++];
      if (parameter === undefined) {
        throw codeError(
          "too-many-arguments",
          line,
          `${call} takes at most ${signature.length} arguments by position.`,
          `They are: ${signature.join(", ") || "none"}.`,
        );
      }
      if (!signature.includes(parameter) && !WITHOUT_EFFECT.test(parameter)) throw this.#unknown(parameter, signature);
      if (this.#values.has(parameter)) {
        throw codeError("bad-argument", line, `${call} is given ${parameter} twice.`, "Keep one of the two.");
      }
      this.#values.set(parameter, value);
    }
  }

  #unknown(found: string, signature: readonly string[]): Error {
    const [nearest] = [...signature].sort((a, b) => distance(a, found) - distance(b, found));
    const fix =
      nearest && distance(nearest, found) <= 3 ? `Did you mean ${nearest}?` : `It takes ${signature.join(", ")}.`;
    return codeError("unknown-argument", this.line, `${this.#call} has no argument "${found.slice(0, 40)}".`, fix);
  }

  get(name: string): Value | undefined {
    return this.#values.get(name);
  }

  has(name: string): boolean {
    return this.#values.get(name) !== undefined && this.#values.get(name) !== null;
  }

  /** A whole number of at least `least`. Without a standard it must be there. */
  count(name: string, standard?: number, least = 1): number {
    const value = this.#values.get(name);
    if (value === undefined || (value === null && standard !== undefined)) {
      if (standard !== undefined) return standard;
      throw codeError(
        "missing-argument",
        this.line,
        `${this.#call} lacks its ${name}.`,
        `Add it: ${this.#call}(${name}=…).`,
      );
    }
    return this.#whole(name, value, least);
  }

  /** `3` or `(3, 5)`. */
  pair(name: string, standard?: Pair, least = 1): Pair {
    const value = this.#values.get(name);
    if (value === undefined || (value === null && standard !== undefined)) {
      if (standard !== undefined) return standard;
      throw codeError(
        "missing-argument",
        this.line,
        `${this.#call} lacks its ${name}.`,
        `Add it: ${this.#call}(${name}=…).`,
      );
    }
    if (!isList(value)) {
      const both = this.#whole(name, value, least);
      return [both, both];
    }
    const [height, width] = value.items;
    if (value.items.length === 1 && height !== undefined) return this.#square(name, height, least);
    if (value.items.length !== 2 || height === undefined || width === undefined)
      throw this.bad(name, "one number or two");
    return [this.#whole(name, height, least), this.#whole(name, width, least)];
  }

  #square(name: string, side: Value, least: number): Pair {
    const both = this.#whole(name, side, least);
    return [both, both];
  }

  flag(name: string, standard: boolean): boolean {
    const value = this.#values.get(name) ?? standard;
    if (typeof value === "boolean") return value;
    if (value === 0 || value === 1) return value === 1;
    throw this.bad(name, "True or False");
  }

  /** One of the given words, in any case. */
  word(name: string, standard: string, allowed: readonly string[]): string {
    const value = this.#values.get(name) ?? standard;
    const word = typeof value === "string" ? value.toLowerCase() : null;
    if (word === null || !allowed.includes(word))
      throw this.bad(name, allowed.map((known) => `"${known}"`).join(" or "));
    return word;
  }

  /** Keras' margins: `1`, `(1, 2)` for height and width, `((t, b), (l, r))`. */
  kerasMargins(name: string, standard: number): Margins {
    const value = this.#values.get(name) ?? standard;
    if (isList(value) && value.items.some(isList)) {
      const sides = value.items.flatMap((side) => (isList(side) ? side.items : []));
      const [top, bottom, left, right] = sides.map((side) => this.#whole(name, side, 0));
      if (
        sides.length !== 4 ||
        top === undefined ||
        bottom === undefined ||
        left === undefined ||
        right === undefined
      ) {
        throw this.bad(name, "((top, bottom), (left, right))");
      }
      return [top, bottom, left, right];
    }
    const [height, width] = this.pair(name, [standard, standard], 0);
    return [height, height, width, width];
  }

  /** PyTorch's margins: `1` or `(left, right, top, bottom)`. */
  torchMargins(name: string): Margins {
    const value = this.#values.get(name);
    if (!isList(value)) {
      const all = this.count(name, undefined, 0);
      return [all, all, all, all];
    }
    const [left, right, top, bottom] = value.items.map((side) => this.#whole(name, side, 0));
    if (
      value.items.length !== 4 ||
      left === undefined ||
      right === undefined ||
      top === undefined ||
      bottom === undefined
    ) {
      throw this.bad(name, "one number or (left, right, top, bottom)");
    }
    return [top, bottom, left, right];
  }

  /** The layers of an `activation=`: none, a name, a function (`tf.nn.relu`) or a layer of its own. */
  activation(name = "activation"): Layer[] {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return [];
    if (isLayer(value)) return [...value.parts];
    const word =
      typeof value === "string"
        ? value
        : typeof value === "object" && value.kind === "name"
          ? value.path.at(-1)
          : undefined;
    if (word === undefined) throw this.bad(name, 'a name such as "relu"');
    const layer = activationNamed(word);
    if (layer === "none") return [];
    if (layer === null) throw this.bad(name, 'a known activation such as "relu" or "softmax"');
    return [layer];
  }

  bad(name: string, wanted: string): Error {
    const value = this.#values.get(name);
    const unknown = typeof value === "object" && value !== null && (value.kind === "unknown" || value.kind === "name");
    return codeError(
      "bad-argument",
      this.line,
      `${name} of ${this.#call} is ${writeValue(value)}; ${wanted} was expected.`,
      unknown ? `Write the value itself, or paste the line that sets it.` : `Write ${name}=… with ${wanted}.`,
    );
  }

  #whole(name: string, value: Value, least: number): number {
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= LARGEST_NUMBER) return value;
    throw this.bad(name, `a whole number from ${least} to ${LARGEST_NUMBER.toLocaleString("en")}`);
  }
}
