// Follows statements as far as they build a network: names, arithmetic, calls of layers, functions and classes. Executes nothing.
import { DEEPEST_NESTING } from "../limits.js";
import type { PassedArgument } from "./arguments.js";
import type { Argument, Expression } from "./expression.js";
import { codeError } from "./failure.js";
import { addLayer, callLibrary, callOnTensors, join, tellInput, tensorsOf } from "./library.js";
import type { Statement } from "./statement.js";
import {
  type ClassValue,
  type FunctionValue,
  isLayer,
  isList,
  isNetwork,
  isTensor,
  type MethodValue,
  type ObjectValue,
  type TensorValue,
  type Value,
} from "./value.js";
import { freeze, type Workspace } from "./workspace.js";

/** Methods of a network that give it back. */
const SAME_NETWORK = ["to", "cuda", "cpu", "eval", "train", "float", "double", "half", "apply"];
const LONGEST_LIST = 10_000;

export class Interpreter {
  readonly #workspace: Workspace;
  /** The global scope first. A function sees the scopes of its callers too, which networks never notice. */
  readonly #scopes: Map<string, Value>[] = [new Map()];
  readonly #aliases = new Map<string, string>();
  readonly functions: FunctionValue[] = [];
  readonly classes: ClassValue[] = [];
  #returned: Value | undefined;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    workspace.runObject = (object, tensor, line) => this.#runObject(object, tensor, line);
  }

  run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      this.#workspace.step(statement.line);
      this.#runStatement(statement);
      if (this.#returned !== undefined) return;
    }
  }

  #runStatement(statement: Statement): void {
    const { line } = statement;
    switch (statement.kind) {
      case "import":
        for (const [alias, path] of statement.as) this.#aliases.set(alias, path);
        return;
      case "expression":
        this.#keepLoose(this.evaluate(statement.value));
        return;
      case "assign":
        this.#assign(statement);
        return;
      case "function": {
        const made = this.#functionOf(statement);
        this.functions.push(made);
        this.#scope.set(statement.name, made);
        return;
      }
      case "class": {
        const methods = new Map<string, FunctionValue>();
        for (const member of statement.body)
          if (member.kind === "function") methods.set(member.name, this.#functionOf(member));
        const made: ClassValue = { kind: "class", name: statement.name, methods, line };
        this.classes.push(made);
        this.#scope.set(statement.name, made);
        return;
      }
      case "return":
        this.#returned = statement.value === null ? null : this.evaluate(statement.value);
        if (this.#scopes.length === 1) this.#returned = undefined;
        return;
      case "for":
        this.#loop(statement);
        return;
      case "block":
        this.run(statement.body);
        return;
      case "branch":
        this.#refuseBranch(statement);
        return;
    }
  }

  get #scope(): Map<string, Value> {
    const scope = this.#scopes.at(-1);
    if (scope === undefined) throw new Error("no scope");
    return scope;
  }

  #functionOf(statement: Statement & { kind: "function" }): FunctionValue {
    const parameters = statement.parameters.map(({ name, standard }) => ({
      name,
      standard: standard === null ? undefined : this.evaluate(standard),
    }));
    return {
      kind: "function",
      name: statement.name,
      parameters,
      body: statement.body,
      called: false,
      line: statement.line,
    };
  }

  /** Lines of a list that were pasted without their list. */
  #keepLoose(value: Value): void {
    if (this.#scopes.length > 1) return;
    if (isLayer(value)) this.#workspace.loose.push(value);
    else if (isList(value)) for (const item of value.items) if (isLayer(item)) this.#workspace.loose.push(item);
  }

  #assign({ targets, sign, value, line }: Statement & { kind: "assign" }): void {
    const [target] = targets;
    if (sign !== null && target !== undefined) {
      this.#set(target, this.#combine(sign, this.evaluate(target), this.evaluate(value), line));
      return;
    }
    const found = this.evaluate(value);
    for (const each of targets) this.#set(each, found);
  }

  #set(target: Expression, value: Value): void {
    if (target.kind === "name") {
      const before = this.#scope.get(target.name);
      if (isNetwork(before) && before !== value) before.inside = true;
      this.#scope.set(target.name, value);
    } else if (target.kind === "list") {
      for (const [index, part] of target.items.entries()) {
        const item = isList(value) ? value.items[index] : undefined;
        this.#set(part, item ?? { kind: "unknown", what: "an unpacked value", line: target.line });
      }
    } else if (target.kind === "attribute") {
      const owner = this.evaluate(target.of);
      if (target.name === "trainable" && typeof value === "boolean" && (isLayer(owner) || isNetwork(owner)))
        freeze(owner, !value);
      else if (typeof owner === "object" && owner !== null && owner.kind === "object") {
        if (isNetwork(value)) value.inside = true;
        owner.attributes.set(target.name, value);
      }
    } else if (target.kind === "index") this.evaluate(target.of);
  }

  #loop({ target, over, body, line }: Statement & { kind: "for" }): void {
    if (this.#freezesParameters(over, body)) return;
    const items = this.evaluate(over);
    const list = isList(items) ? items.items : [{ kind: "unknown", what: "a loop's value", line } satisfies Value];
    for (const item of list) {
      const before = this.#workspace.changes;
      this.#set(target, item);
      this.run(body);
      if (this.#returned !== undefined || this.#workspace.changes === before) return;
      if (!isList(items)) {
        throw codeError(
          "unreadable-code",
          line,
          "it is not known how often this loop runs.",
          "Loop over range(3) or a list, or write the layers out.",
        );
      }
    }
  }

  /** `for p in base.parameters(): p.requires_grad = False`. */
  #freezesParameters(over: Expression, body: readonly Statement[]): boolean {
    if (over.kind !== "call" || over.callee.kind !== "attribute" || over.callee.name !== "parameters") return false;
    const owner = this.evaluate(over.callee.of);
    const freezes = body.some(
      (statement) =>
        statement.kind === "assign" &&
        statement.targets.some((target) => target.kind === "attribute" && target.name === "requires_grad"),
    );
    if (freezes && (isLayer(owner) || isNetwork(owner))) freeze(owner, true);
    return freezes;
  }

  #refuseBranch({ body, word, line }: Statement & { kind: "branch" }): void {
    const before = this.#workspace.changes;
    this.run(body);
    if (this.#workspace.changes === before) return;
    throw codeError(
      "unreadable-code",
      line,
      `"${word}" decides about layers, and conditions are not followed.`,
      "Paste only the lines that apply.",
    );
  }

  evaluate(expression: Expression): Value {
    const { line } = expression;
    this.#workspace.step(line);
    switch (expression.kind) {
      case "number":
      case "string":
        return expression.value;
      case "opaque":
        return { kind: "unknown", what: "this expression", line };
      case "spread":
        return this.evaluate(expression.of);
      case "name":
        return this.#lookUp(expression.name, line);
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
        return this.#combine(expression.sign, this.evaluate(expression.left), this.evaluate(expression.right), line);
      case "attribute":
        return this.#attribute(this.evaluate(expression.of), expression.name, line);
      case "index":
        return this.#index(this.evaluate(expression.of), this.evaluate(expression.at), line);
      case "call":
        return this.#call(this.evaluate(expression.callee), expression.args, line);
    }
  }

  #lookUp(name: string, line: number): Value {
    if (name === "None") return null;
    if (name === "True" || name === "False") return name === "True";
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      const value = this.#scopes[depth]?.get(name);
      if (value !== undefined) return value;
    }
    return { kind: "name", path: (this.#aliases.get(name) ?? name).split("."), line };
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

  #combine(sign: string, left: Value, right: Value, line: number): Value {
    if (typeof left === "number" && typeof right === "number") return arithmetic(sign, left, right);
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
    if (sign === "+" && isList(left) && isList(right)) return short([...left.items, ...right.items], line);
    if (sign === "*" && isList(left) && typeof right === "number") {
      if (left.items.length * right > LONGEST_LIST) throw tooLong(line);
      return short(Array.from({ length: Math.max(0, right) }, () => left.items).flat(), line);
    }
    return { kind: "unknown", what: "this expression", line };
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
        return { kind: "method", of: value, name, line };
      case "sequence":
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
        return this.#runFunction(callee, passed, line);
      case "class":
        return this.instantiate(callee, passed, line);
      case "method":
        return this.#callMethod(callee, passed);
      default:
        if (!passed.some(({ value }) => isTensor(value))) return { kind: "unknown", what: "this call", line };
        throw codeError(
          "unknown-layer",
          line,
          "what is called here with a tensor is not known.",
          "Paste the lines that define it.",
        );
    }
  }

  #pass(args: readonly Argument[]): PassedArgument[] {
    const passed: PassedArgument[] = [];
    for (const { name, value } of args) {
      const found = this.evaluate(value);
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
    const method = of.kind === "object" ? of.type.methods.get(name) : undefined;
    if (of.kind === "object" && method) return this.#runFunction(method, [{ name: null, value: of }, ...passed], line);
    if (of.kind === "sequence") {
      if (name === "pop") of.layers.pop();
      if ((name === "add" || name === "append") && first) addLayer(this.#workspace, of, first.value, line);
      if (name === "add_module" && passed[1]) addLayer(this.#workspace, of, passed[1].value, line);
      if (name === "build") tellInput(this.#workspace, (first ?? passed[0])?.value, line);
    }
    if (name === "requires_grad_") freeze(of, first?.value === false);
    return SAME_NETWORK.includes(name) || name === "requires_grad_"
      ? of
      : { kind: "unknown", what: `.${name}(…)`, line };
  }

  #runFunction(callee: FunctionValue, passed: readonly PassedArgument[], line: number): Value {
    callee.called = true;
    if (this.#scopes.length > DEEPEST_NESTING) {
      throw codeError(
        "too-deep",
        line,
        `functions call each other more than ${DEEPEST_NESTING} deep.`,
        "Write the layers out.",
      );
    }
    const scope = new Map<string, Value>();
    const positional = passed.filter(({ name }) => name === null);
    for (const [index, { name, standard }] of callee.parameters.entries()) {
      const named = passed.find((argument) => argument.name === name);
      const value = named?.value ?? positional[index]?.value ?? standard;
      scope.set(name, value === undefined ? { kind: "unknown", what: name, line: callee.line } : value);
    }
    this.#scopes.push(scope);
    this.run(callee.body);
    this.#scopes.pop();
    const result = this.#returned ?? null;
    this.#returned = undefined;
    return result;
  }

  instantiate(type: ClassValue, passed: readonly PassedArgument[], line: number): ObjectValue {
    const object: ObjectValue = { kind: "object", type, attributes: new Map(), inside: false, line };
    const start = type.methods.get("__init__");
    if (start) this.#runFunction(start, [{ name: null, value: object }, ...passed], line);
    if (type.methods.has("forward") || type.methods.has("call")) {
      this.#workspace.networks.push(object);
      this.#workspace.changes++;
    } else for (const part of object.attributes.values()) if (isNetwork(part)) part.inside = false;
    return object;
  }

  callDefined(callee: FunctionValue): Value {
    return this.#runFunction(callee, [], callee.line);
  }

  #runObject(object: ObjectValue, tensor: TensorValue, line: number): Value {
    const forward = object.type.methods.get("forward") ?? object.type.methods.get("call");
    if (forward === undefined)
      throw codeError("no-network", line, `${object.type.name} has no forward.`, "Paste its forward too.");
    return this.#runFunction(
      forward,
      [
        { name: null, value: object },
        { name: null, value: tensor },
      ],
      line,
    );
  }
}

function arithmetic(sign: string, left: number, right: number): Value {
  switch (sign) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    case "**":
      return left ** right;
    default:
      return { kind: "unknown", what: "this expression", line: 0 };
  }
}

function short(items: Value[], line: number): Value {
  if (items.length > LONGEST_LIST) throw tooLong(line);
  return { kind: "list", items, line };
}

function tooLong(line: number): Error {
  return codeError(
    "too-many-layers",
    line,
    `a list of more than ${LONGEST_LIST.toLocaleString("en")} items.`,
    "Make it shorter.",
  );
}
