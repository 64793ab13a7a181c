// Names and their values while code is read: the global ones, and those of the functions being followed.
import { DEEPEST_NESTING } from "../limits.js";
import { codeError } from "./failure.js";
import type { Value } from "./value.js";

export class Scope {
  /** The global one first. A function sees the names of its callers too, which networks never notice. */
  readonly #levels: Map<string, Value>[] = [new Map()];
  readonly #aliases = new Map<string, string>();

  get global(): boolean {
    return this.#levels.length === 1;
  }

  /** `import … as alias`. */
  alias(alias: string, path: string): void {
    this.#aliases.set(alias, path);
  }

  /** The name's value; what the code does not define is a library's. */
  lookUp(name: string, line: number): Value {
    if (name === "None") return null;
    if (name === "True" || name === "False") return name === "True";
    for (let depth = this.#levels.length - 1; depth >= 0; depth--) {
      const value = this.#levels[depth]?.get(name);
      if (value !== undefined) return value;
    }
    return { kind: "name", path: (this.#aliases.get(name) ?? name).split("."), line };
  }

  /** The value at this level alone. */
  own(name: string): Value | undefined {
    return this.#levels.at(-1)?.get(name);
  }

  set(name: string, value: Value): void {
    this.#levels.at(-1)?.set(name, value);
  }

  /** Throws `too-deep` where functions call each other without end. */
  enter(names: Map<string, Value>, line: number): void {
    if (this.#levels.length > DEEPEST_NESTING) {
      throw codeError(
        "too-deep",
        line,
        `functions call each other more than ${DEEPEST_NESTING} deep.`,
        "Write the layers out.",
      );
    }
    this.#levels.push(names);
  }

  leave(): void {
    this.#levels.pop();
  }
}
