// Tokens → expression trees. Nothing is executed here or later.
import { DEEPEST_NESTING } from "../limits.js";
import type { Argument, Expression } from "./expression.js";
import { codeError } from "./failure.js";
import { TokenCursor } from "./tokenCursor.js";

/** Operators, or dots and calls, in one row: `a + b + …`, `a.b().c…`. Trees stay shallow enough to be walked. */
const LONGEST_CHAIN = 60;

/** Reads expressions from one logical line. */
export class ExpressionReader extends TokenCursor {
  #depth = 0;

  /** `a`, or `a, b` as a list. */
  readExpressions(): Expression {
    const first = this.readItem();
    const items = [first];
    let comma = false;
    while (this.take(",")) {
      comma = true;
      const { text } = this.token;
      if (this.ended || text === "=") break;
      items.push(this.readItem());
    }
    return comma ? { kind: "list", line: first.line, items } : first;
  }

  readExpression(): Expression {
    const { line } = this.token;
    if (++this.#depth > DEEPEST_NESTING) {
      throw codeError("too-deep", line, `expressions are nested more than ${DEEPEST_NESTING} deep.`, "Nest less.");
    }
    const value = this.#readChoice();
    this.#depth--;
    return value;
  }

  readItem(): Expression {
    const { line } = this.token;
    if (this.take("*") || this.take("**")) return { kind: "spread", line, of: this.readExpression() };
    return this.readExpression();
  }

  #readChoice(): Expression {
    const { line } = this.token;
    if (this.take("lambda")) {
      while (!this.ended && this.token.text !== ":") this.advance();
      this.expect(":");
      this.readExpression();
      return { kind: "opaque", line };
    }
    const value = this.#readLogic("or");
    if (!this.take("if")) return value;
    const condition = this.#readLogic("or");
    this.expect("else");
    return { kind: "choice", line, condition, whenTrue: value, otherwise: this.readExpression() };
  }

  #readLogic(sign: "or" | "and"): Expression {
    const readOperand = () => (sign === "or" ? this.#readLogic("and") : this.#readNot());
    let left = readOperand();
    for (let links = 0; ; this.#checkChain(++links)) {
      const { line } = this.token;
      if (!this.take(sign)) return left;
      left = { kind: "logic", sign, line, left, right: readOperand() };
    }
  }

  #readNot(): Expression {
    const { line } = this.token;
    if (!this.take("not")) return this.#readComparison();
    const of = this.#nested(() => this.#readNot());
    return { kind: "logic", sign: "not", line, left: of, right: of };
  }

  #readComparison(): Expression {
    let left = this.#readBits();
    for (let links = 0; ; this.#checkChain(++links)) {
      const { line } = this.token;
      const sign = this.#takeComparison();
      if (sign === null) return left;
      left = { kind: "compare", sign, line, left, right: this.#readBits() };
    }
  }

  #takeComparison(): string | null {
    const sign = ["==", "!=", "<", ">", "<=", ">=", "in"].find((known) => this.take(known));
    if (sign !== undefined) return sign;
    if (this.take("is")) return this.take("not") ? "is not" : "is";
    if (this.take("not")) {
      this.expect("in");
      return "not in";
    }
    return null;
  }

  #readBits(): Expression {
    return this.#readBinary(["|", "&", "^", "<<", ">>"], () => this.#readSum());
  }

  #readSum(): Expression {
    return this.#readBinary(["+", "-"], () => this.#readBinary(["*", "/", "//", "%", "@"], () => this.#readUnary()));
  }

  #readBinary(signs: readonly string[], readOperand: () => Expression): Expression {
    let left = readOperand();
    for (let links = 0; ; this.#checkChain(++links)) {
      const { text, line } = this.token;
      if (!signs.includes(text) || !this.take(text)) return left;
      left = { kind: "binary", sign: text, line, left, right: readOperand() };
    }
  }

  #readUnary(): Expression {
    const { line } = this.token;
    let negative = false;
    for (let minus = this.take("-"); minus || this.take("+") || this.take("~"); minus = this.take("-")) {
      if (minus) negative = !negative;
    }
    const base = this.#readPostfix();
    const power: Expression = this.take("**")
      ? { kind: "binary", sign: "**", line, left: base, right: this.#nested(() => this.#readUnary()) }
      : base;
    return negative ? { kind: "unary", sign: "-", line, of: power } : power;
  }

  #checkChain(links: number): void {
    if (links <= LONGEST_CHAIN) return;
    throw codeError(
      "too-deep",
      this.token.line,
      `more than ${LONGEST_CHAIN} operators or calls in a row.`,
      "Split it into several lines.",
    );
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > DEEPEST_NESTING) {
      throw codeError(
        "too-deep",
        this.token.line,
        `expressions are nested more than ${DEEPEST_NESTING} deep.`,
        "Nest less.",
      );
    }
    const value = read();
    this.#depth--;
    return value;
  }

  #readPostfix(): Expression {
    let value = this.#readAtom();
    for (let links = 0; ; this.#checkChain(++links)) {
      const { line } = this.token;
      if (this.take(".")) value = { kind: "attribute", line, of: value, name: this.takeName() };
      else if (this.take("(")) value = { kind: "call", line: value.line, callee: value, args: this.#readArguments() };
      else if (this.take("[")) value = { kind: "index", line, of: value, at: this.#readSubscript() };
      else return value;
    }
  }

  #readArguments(): Argument[] {
    const args: Argument[] = [];
    while (!this.take(")")) {
      const name = this.#readKeyword();
      const value = this.readItem();
      args.push({ name, value: this.#comprehensionOf(value) });
      if (!this.take(",") && this.token.text !== ")") throw this.unexpected('"," or ")"');
    }
    return args;
  }

  #readKeyword(): string | null {
    const next = this.following;
    if (this.token.kind !== "name" || next?.kind !== "sign" || next.text !== "=") return null;
    const name = this.token.text;
    this.advance(2);
    return name;
  }

  #readSubscript(): Expression {
    const { line } = this.token;
    let slice = false;
    let value: Expression = { kind: "opaque", line };
    while (!this.take("]")) {
      if (this.take(":") || this.take(",") || this.take("...")) slice = true;
      else if (this.ended) throw this.unexpected('"]"');
      else value = this.readExpression();
    }
    return slice ? { kind: "opaque", line } : value;
  }

  #readAtom(): Expression {
    const { kind, text, line } = this.token;
    if (kind === "number") {
      this.advance();
      return { kind: "number", line, value: Number(text.replaceAll("_", "")) };
    }
    if (kind === "string") {
      let value = "";
      while (this.token.kind === "string") {
        value += this.token.text;
        this.advance();
      }
      return { kind: "string", line, value };
    }
    if (kind === "name") {
      this.advance();
      return { kind: "name", line, name: text };
    }
    if (this.take("(")) return this.#readParenthesis(line);
    if (this.take("[")) {
      const items = this.#readItems("]");
      const [first] = items;
      return items.length === 1 && first?.kind === "comprehension" ? first : { kind: "list", line, items };
    }
    if (this.take("{")) return this.#readBraces(line);
    if (this.take("...")) return { kind: "opaque", line };
    throw this.unexpected("a value");
  }

  #readParenthesis(line: number): Expression {
    if (this.take(")")) return { kind: "list", line, items: [] };
    const first = this.readItem();
    const whole = this.#comprehensionOf(first);
    if (this.take(")")) return whole;
    if (!this.take(",")) throw this.unexpected('"," or ")"');
    return { kind: "list", line, items: [first, ...this.#readItems(")")] };
  }

  #readItems(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.take(close)) {
      items.push(this.#comprehensionOf(this.readItem()));
      if (!this.take(",") && this.token.text !== close) throw this.unexpected(`"," or "${close}"`);
    }
    return items;
  }

  #readBraces(line: number): Expression {
    const entries: (readonly [Expression, Expression])[] = [];
    while (!this.take("}")) {
      const key = this.readItem();
      if (this.take(":")) entries.push([key, this.readExpression()]);
      if (this.token.text === "for") this.#skipToClosing();
      if (!this.take(",") && this.token.text !== "}") throw this.unexpected('"," or "}"');
    }
    return { kind: "dict", line, entries };
  }

  /** `item` itself, or the comprehension that it begins; one with conditions or several loops says nothing. */
  #comprehensionOf(item: Expression): Expression {
    const { line } = this.token;
    if (!this.take("for")) return item;
    const target = this.readLoopTarget();
    const over = this.#readLogic("or");
    if (this.token.text !== "for" && this.token.text !== "if")
      return { kind: "comprehension", line, item, target, over };
    this.#skipToClosing();
    return { kind: "opaque", line };
  }

  /** `i`, `i, name`, `(i, name)` up to and with `in`. */
  readLoopTarget(): Expression {
    const items: Expression[] = [];
    const { line } = this.token;
    while (!this.take("in")) {
      if (this.take(",") || this.take("(") || this.take(")")) continue;
      items.push({ kind: "name", line, name: this.takeName() });
    }
    const [only] = items;
    return items.length === 1 && only !== undefined ? only : { kind: "list", line, items };
  }

  #skipToClosing(): void {
    let depth = 0;
    while (!this.ended) {
      const sign = this.token.kind === "sign" ? this.token.text : "";
      if (depth === 0 && [")", "]", "}"].includes(sign)) return;
      if (["(", "[", "{"].includes(sign)) depth++;
      if ([")", "]", "}"].includes(sign)) depth--;
      this.advance();
    }
  }
}
