// Follows statements as far as they build a network: names, arithmetic, calls of layers, functions and classes. Executes nothing.

import { MOST_LAYERS } from "../limits.js";
import type { PassedArgument } from "./arguments.js";
import { Evaluator, type Following } from "./evaluator.js";
import type { Expression } from "./expression.js";
import { codeError } from "./failure.js";
import { truthOf, uncounted } from "./operators.js";
import { Scope } from "./scope.js";
import type { Statement } from "./statement.js";
import {
  type ClassValue,
  type FunctionValue,
  isLayer,
  isList,
  isNetwork,
  type ObjectValue,
  type TensorValue,
  type Value,
} from "./value.js";
import { freeze, tooManyLayers, type Workspace } from "./workspace.js";

/** A loop of more rounds is left when its first one changes no network: it trains or plots. */
const LONGEST_IDLE_LOOP = 200;

export class Interpreter implements Following {
  readonly #workspace: Workspace;
  readonly #scope = new Scope();
  readonly #evaluator: Evaluator;
  readonly functions: FunctionValue[] = [];
  readonly classes: ClassValue[] = [];
  #returned: Value | undefined;
  #jump: "break" | "continue" | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
    this.#evaluator = new Evaluator(workspace, this.#scope, this, (target, value) => this.#set(target, value));
    workspace.runObject = (object, tensor, line) => this.#runObject(object, tensor, line);
  }

  run(statements: readonly Statement[]): void {
    for (const statement of statements) {
      this.#workspace.step(statement.line);
      this.#runStatement(statement);
      if (this.#returned !== undefined || this.#jump !== null) return;
    }
  }

  #runStatement(statement: Statement): void {
    const { line } = statement;
    switch (statement.kind) {
      case "import":
        for (const [alias, path] of statement.as) this.#scope.alias(alias, path);
        return;
      case "expression":
        this.#keepLoose(this.#evaluator.evaluate(statement.value));
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
        this.#returned = statement.value === null ? null : this.#evaluator.evaluate(statement.value);
        if (this.#scope.global) this.#returned = undefined;
        return;
      case "for":
        this.#loop(statement);
        return;
      case "block":
        this.run(statement.body);
        return;
      case "if":
        this.#choose(statement);
        return;
      case "jump":
        this.#jump = statement.to;
        return;
      case "branch":
        this.#refuseBranch(statement);
        return;
    }
  }

  #functionOf(statement: Statement & { kind: "function" }): FunctionValue {
    const parameters = statement.parameters.map(({ name, standard }) => ({
      name,
      standard: standard === null ? undefined : this.#evaluator.evaluate(standard),
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
    if (!this.#scope.global) return;
    if (isLayer(value)) this.#workspace.loose.push(value);
    else if (typeof value === "object" && value?.kind === "input") this.#workspace.looseInput = value;
    else if (isList(value)) for (const item of value.items) if (isLayer(item)) this.#workspace.loose.push(item);
  }

  #assign({ targets, sign, value, line }: Statement & { kind: "assign" }): void {
    const [target] = targets;
    if (sign !== null && target !== undefined) {
      this.#set(
        target,
        this.#evaluator.combine(sign, this.#evaluator.evaluate(target), this.#evaluator.evaluate(value), line),
      );
      return;
    }
    const found = this.#evaluator.evaluate(value);
    for (const each of targets) this.#set(each, found);
  }

  #set(target: Expression, value: Value): void {
    if (target.kind === "name") {
      const before = this.#scope.own(target.name);
      if (isNetwork(before) && before !== value) before.inside = true;
      this.#scope.set(target.name, value);
    } else if (target.kind === "list") {
      for (const [index, part] of target.items.entries()) {
        const item = isList(value) ? value.items[index] : undefined;
        this.#set(part, item ?? { kind: "unknown", what: "an unpacked value", line: target.line });
      }
    } else if (target.kind === "attribute") {
      const owner = this.#evaluator.evaluate(target.of);
      if (target.name === "trainable" || target.name === "requires_grad") this.#setTraining(owner, value, target.line);
      else if (typeof owner === "object" && owner !== null && owner.kind === "object") {
        if (isNetwork(value)) value.inside = true;
        owner.attributes.set(target.name, value);
      } else if (isLayer(value) && isNetwork(owner)) {
        throw codeError(
          "unreadable-code",
          target.line,
          `a layer of a finished network is replaced (.${target.name}), which is not followed.`,
          "Build the network with that layer from the start.",
        );
      }
    } else if (target.kind === "index") this.#evaluator.evaluate(target.of);
  }

  #setTraining(owner: Value, value: Value, line: number): void {
    if (isLayer(owner) || isNetwork(owner)) {
      if (typeof value === "boolean") freeze(this.#workspace, owner, !value, line);
      this.#workspace.changes++;
      return;
    }
    throw codeError(
      "unreadable-code",
      line,
      "which parameters this line freezes is not followed.",
      "Freeze a whole layer or network (base.trainable = False), or leave the line out.",
    );
  }

  #loop({ target, over, body, line }: Statement & { kind: "for" }): void {
    if (this.#freezesParameters(over, body)) return;
    const items = this.#evaluator.evaluate(over);
    const list = isList(items) ? items.items : [{ kind: "unknown", what: "a loop's value", line } satisfies Value];
    for (const item of list) {
      const { changes, made } = this.#workspace;
      this.#set(target, item);
      this.run(body);
      const broken = this.#jump === "break";
      this.#jump = null;
      if (broken) return;
      if (this.#returned !== undefined) return;
      if (this.#workspace.changes === changes) {
        if (list.length > LONGEST_IDLE_LOOP) return;
        continue;
      }
      if (this.#workspace.made > made && list.length > MOST_LAYERS && !leaves(body)) throw tooManyLayers(line);
      if (!isList(items)) throw uncounted(items, "loop", line);
    }
  }

  /** `for p in base.parameters(): p.requires_grad = False`. */
  #freezesParameters(over: Expression, body: readonly Statement[]): boolean {
    if (over.kind !== "call" || over.callee.kind !== "attribute" || over.callee.name !== "parameters") return false;
    const owner = this.#evaluator.evaluate(over.callee.of);
    const freezes = body.some(
      (statement) =>
        statement.kind === "assign" &&
        statement.targets.some((target) => target.kind === "attribute" && target.name === "requires_grad"),
    );
    if (freezes && (isLayer(owner) || isNetwork(owner))) freeze(this.#workspace, owner, true, over.line);
    return freezes;
  }

  /** Follows the arm whose condition holds; arms whose conditions are not known may decide about no layer. */
  #choose({ arms, line }: Statement & { kind: "if" }): void {
    let sure = true;
    for (const { condition, body } of arms) {
      const holds = condition === null ? true : truthOf(this.#evaluator.evaluate(condition));
      if (holds === false) continue;
      if (holds === true && sure) {
        this.run(body);
        return;
      }
      sure = false;
      this.#refuseBranch({ kind: "branch", word: "if", body, line });
      if (holds === true) return;
    }
  }

  #refuseBranch({ body, word, line }: Statement & { kind: "branch" }): void {
    const before = this.#workspace.changes;
    this.run(body);
    this.#jump = null;
    if (this.#workspace.changes === before) return;
    throw codeError(
      "unreadable-code",
      line,
      `"${word}" decides about layers, and conditions are not followed.`,
      "Paste only the lines that apply.",
    );
  }

  call(callee: FunctionValue, passed: readonly PassedArgument[], line: number): Value {
    callee.called = true;
    const scope = new Map<string, Value>();
    const positional = passed.filter(({ name }) => name === null);
    for (const [index, { name, standard }] of callee.parameters.entries()) {
      const named = passed.find((argument) => argument.name === name);
      const value = named?.value ?? positional[index]?.value ?? standard;
      scope.set(name, value === undefined ? { kind: "unknown", what: name, line: callee.line } : value);
    }
    this.#scope.enter(scope, line);
    this.run(callee.body);
    this.#jump = null;
    this.#scope.leave();
    const result = this.#returned ?? null;
    this.#returned = undefined;
    return result;
  }

  instantiate(type: ClassValue, passed: readonly PassedArgument[], line: number): ObjectValue {
    const object: ObjectValue = { kind: "object", type, attributes: new Map(), inside: false, line };
    const start = type.methods.get("__init__");
    if (start) this.call(start, [{ name: null, value: object }, ...passed], line);
    if (type.methods.has("forward") || type.methods.has("call")) {
      this.#workspace.networks.push(object);
      this.#workspace.changes++;
    } else for (const part of object.attributes.values()) if (isNetwork(part)) part.inside = false;
    return object;
  }

  #runObject(object: ObjectValue, tensor: TensorValue, line: number): Value {
    const forward = object.type.methods.get("forward") ?? object.type.methods.get("call");
    if (forward === undefined)
      throw codeError("no-network", line, `${object.type.name} has no forward.`, "Paste its forward too.");
    return this.call(
      forward,
      [
        { name: null, value: object },
        { name: null, value: tensor },
      ],
      line,
    );
  }
}

/** Whether some round of a loop may be its last. */
function leaves(body: readonly Statement[]): boolean {
  return body.some((statement) => {
    if (statement.kind === "jump" || statement.kind === "return") return true;
    if (statement.kind === "if") return statement.arms.some((arm) => leaves(arm.body));
    return statement.kind === "block" && leaves(statement.body);
  });
}
