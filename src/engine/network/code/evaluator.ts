// Expressions → values, as far as they build a network. Nothing is executed: a call is followed or taken as unknown.
import type { PassedArgument } from "./arguments.js";
import type { Argument, Expression } from "./expression.js";
import { codeError } from "./failure.js";
import { addLayer, callLibrary, callOnTensors, join, tellInput, tensorsOf } from "./library.js";
import { combined, compared, LONGEST_LIST, listOf, tooLong, truthOf, uncounted } from "./operators.js";
import type { Scope } from "./scope.js";
import {
  type ClassValue,
  type FunctionValue,
  isList,
  isTensor,
  type MethodValue,
  type ObjectValue,
  type Value,
} from "./value.js";
import { freeze, layersOf, type Workspace } from "./workspace.js";

/** Methods of a network that give it back. */
const SAME_NETWORK = ["to", "cuda", "cpu", "eval", "train", "float", "double", "half", "apply"];

/** How what the code itself defines is called. */
export interface Following {
  call(callee: FunctionValue, passed: readonly PassedArgument[], line: number): Value;
  instantiate(type: ClassValue, passed: readonly PassedArgument[], line: number): ObjectValue;
}

export class Evaluator {
  readonly #workspace: Workspace;
  readonly #scope: Scope;
  readonly #follow: Following;
  readonly #assign: (target: Expression, value: Value) => void;

  constructor(
    workspace: Workspace,
    scope: Scope,
    follow: Following,
    assign: (target: Expression, value: Value) => void,
  ) {
    this.#workspace = workspace;
    this.#scope = scope;
    this.#follow = follow;
    this.#assign = assign;
  }

  evaluate(expression: Expression): Value {
    const { line } = expression;
    this.#workspace.step(line);
    const value = this.#valueOf(expression);
    // A name only points at its list; whatever else gives one has made it, item by item.
    if (expression.kind !== "name" && isList(value)) this.#workspace.touch(value.items.length, line);
    return value;
  }

  #valueOf(expression: Expression): Value {
    const { line } = expression;
    switch (expression.kind) {
      case "number":
      case "string":
        return expression.value;
      case "opaque":
        return { kind: "unknown", what: "this expression", line };
      case "spread":
        return this.evaluate(expression.of);
      case "name":
        return this.#scope.lookUp(expression.name, line);
      case "list":
        return { kind: "list", items: this.#items(expression.items), line };
      case "dict":
        return {
          kind: "dict",
          entries: expression.entries.map(([key, value]) => [this.evaluate(key), this.evaluate(value)] as const),
          line,
        };
      case "unary": {
        const value = this.evaluate(expression.of);
        return typeof value === "number" ? -value : { kind: "unknown", what: "this expression", line };
      }
      case "binary":
        return this.combine(expression.sign, this.evaluate(expression.left), this.evaluate(expression.right), line);
      case "compare":
      case "logic":
      case "choice":
        return this.#decide(expression);
      case "comprehension":
        return this.#comprehend(expression);
      case "attribute":
        return this.#attribute(this.evaluate(expression.of), expression.name, line);
      case "index":
        return this.#index(this.evaluate(expression.of), this.evaluate(expression.at), line);
      case "call":
        return this.#call(this.evaluate(expression.callee), expression.args, line);
    }
  }

  #items(expressions: readonly Expression[]): Value[] {
    const items: Value[] = [];
    for (const expression of expressions) {
      const value = this.evaluate(expression);
      if (expression.kind === "spread" && isList(value)) for (const item of value.items) items.push(item);
      else items.push(value);
    }
    return items;
  }

  combine(sign: string, left: Value, right: Value, line: number): Value {
    if (isTensor(left) && isTensor(right)) {
      if (sign === "+") return join(this.#workspace, "add", [left, right], line);
      throw codeError(
        "unknown-layer",
        line,
        `"${sign}" between two tensors is not read.`,
        "Add (+) and concatenate are.",
      );
    }
    if (isTensor(left)) return left;
    if (isTensor(right)) return right;
    return combined(sign, left, right, line) ?? { kind: "unknown", what: "this expression", line };
  }

  /** `not`, `and`, `or`, comparisons, `a if b else c`. */
  #decide(expression: Expression & { kind: "compare" | "logic" | "choice" }): Value {
    const { line } = expression;
    const unknown: Value = { kind: "unknown", what: "this condition", line };
    if (expression.kind === "compare") {
      const [left, right] = [this.evaluate(expression.left), this.evaluate(expression.right)];
      for (const side of [left, right]) if (isList(side)) this.#workspace.touch(side.items.length, line);
      return compared(expression.sign, left, right) ?? unknown;
    }
    if (expression.kind === "choice") {
      const holds = truthOf(this.evaluate(expression.condition));
      return holds === null ? unknown : this.evaluate(holds ? expression.whenTrue : expression.otherwise);
    }
    const left = this.evaluate(expression.left);
    const holds = truthOf(left);
    if (expression.sign === "not") return holds === null ? unknown : !holds;
    if (holds === (expression.sign === "or")) return left;
    const right = this.evaluate(expression.right);
    if (holds !== null) return right;
    const decides = truthOf(right) === (expression.sign === "or");
    return decides ? right : unknown;
  }

  /** `[f(x) for x in items]`. */
  #comprehend({ item, target, over, line }: Expression & { kind: "comprehension" }): Value {
    const items = this.evaluate(over);
    const { changes } = this.#workspace;
    const made: Value[] = [];
    this.#scope.enter(new Map(), line);
    for (const each of isList(items) ? items.items : [items]) {
      this.#assign(target, each);
      made.push(this.evaluate(item));
    }
    this.#scope.leave();
    if (isList(items)) return listOf(made, line);
    if (this.#workspace.changes > changes) throw uncounted(items, "comprehension", line);
    return { kind: "unknown", what: "this comprehension", line };
  }

  #attribute(value: Value, name: string, line: number): Value {
    if (typeof value !== "object" || value === null) return { kind: "unknown", what: name, line };
    switch (value.kind) {
      case "name":
        return { kind: "name", path: [...value.path.slice(-20), name], line };
      case "object":
        return value.attributes.get(name) ?? { kind: "method", of: value, name, line };
      case "model":
        if (name === "output") return value.output;
        if (name === "input") return value.input;
        if (name === "layers") return listOf(layersOf(value), line);
        return { kind: "method", of: value, name, line };
      case "sequence":
        if (name === "layers") return listOf(layersOf(value), line);
        return { kind: "method", of: value, name, line };
      case "list":
      case "made":
      case "input":
        return { kind: "method", of: value, name, line };
      default:
        return { kind: "unknown", what: name, line };
    }
  }

  #index(value: Value, at: Value, line: number): Value {
    const items = isList(value) ? value.items : null;
    if (items !== null && typeof at === "number") {
      const item = items.at(at);
      if (item !== undefined) return item;
    }
    if (typeof value === "object" && value?.kind === "dict" && (typeof at === "string" || typeof at === "number")) {
      const entry = value.entries.find(([key]) => key === at);
      if (entry !== undefined) return entry[1];
    }
    if (isTensor(value)) {
      throw codeError(
        "unknown-layer",
        line,
        "a part of a tensor is taken here, which is not read.",
        "Use layers only.",
      );
    }
    return { kind: "unknown", what: "an indexed value", line };
  }

  #call(callee: Value, args: readonly Argument[], line: number): Value {
    const passed = this.#pass(args);
    if (typeof callee !== "object" || callee === null) return { kind: "unknown", what: "this call", line };
    switch (callee.kind) {
      case "name":
        return callLibrary(this.#workspace, callee, passed);
      case "layer": {
        const given = passed[0]?.value;
        if (callee.joins && isList(given)) return this.#workspace.apply(callee, tensorsOf(given, line), line);
        if (isTensor(given)) return this.#workspace.applyNetwork(callee, given, line);
        return { kind: "unknown", what: "a layer's result", line };
      }
      case "sequence":
      case "model":
      case "object": {
        const given = passed[0]?.value;
        if (isTensor(given)) return this.#workspace.applyNetwork(callee, given, line);
        return { kind: "unknown", what: "a network's result", line };
      }
      case "function":
        return this.#follow.call(callee, passed, line);
      case "class":
        return this.#follow.instantiate(callee, passed, line);
      case "method":
        return this.#callMethod(callee, passed);
      default:
        if (!passed.some(({ value }) => isTensor(value) || (isList(value) && value.items.some(isTensor))))
          return { kind: "unknown", what: "this call", line };
        throw codeError(
          "unknown-layer",
          line,
          `${callee.kind === "unknown" ? callee.what : "what is called here"} is applied to a tensor, but not known.`,
          "Use a layer that is read, or paste the lines that define it.",
        );
    }
  }

  #pass(args: readonly Argument[]): PassedArgument[] {
    const passed: PassedArgument[] = [];
    for (const { name, value } of args) {
      const found = this.evaluate(value);
      if (isList(found)) this.#workspace.touch(found.items.length, value.line);
      if (value.kind !== "spread") passed.push({ name, value: found });
      else if (isList(found)) for (const item of found.items) passed.push({ name: null, value: item });
      else if (typeof found === "object" && found !== null && found.kind === "dict") {
        for (const [key, item] of found.entries) if (typeof key === "string") passed.push({ name: key, value: item });
      }
    }
    return passed;
  }

  #callMethod({ of, name, line }: MethodValue, passed: readonly PassedArgument[]): Value {
    const [first] = passed;
    if (isTensor(of)) {
      const result = callOnTensors(this.#workspace, name, [{ name: null, value: of }, ...passed], line);
      if (result !== null) return result;
      throw codeError(
        "unknown-layer",
        line,
        `what .${name}(…) does with a tensor is not read.`,
        "Use a layer in its place.",
      );
    }
    if (of.kind === "list") {
      if ((name === "append" || name === "add") && first) {
        if (of.items.length >= LONGEST_LIST) throw tooLong(line);
        of.items.push(first.value);
      }
      if (name === "extend" && isList(first?.value)) {
        if (of.items.length + first.value.items.length > LONGEST_LIST) throw tooLong(line);
        of.items.push(...first.value.items);
      }
      return null;
    }
    if (of.kind === "object" && (name === "forward" || name === "call") && isTensor(first?.value)) of.inside = true;
    const method = of.kind === "object" ? of.type.methods.get(name) : undefined;
    if (of.kind === "object" && method) return this.#follow.call(method, [{ name: null, value: of }, ...passed], line);
    if (of.kind === "sequence") {
      if (name === "pop") of.layers.pop();
      if ((name === "add" || name === "append") && first) addLayer(this.#workspace, of, first.value, line);
      if (name === "add_module" && passed[1]) addLayer(this.#workspace, of, passed[1].value, line);
    }
    if (name === "build") tellInput(this.#workspace, first?.value, line);
    if (name === "requires_grad_") freeze(this.#workspace, of, first?.value === false, line);
    return SAME_NETWORK.includes(name) || name === "requires_grad_"
      ? of
      : { kind: "unknown", what: `.${name}(…)`, line };
  }
}
