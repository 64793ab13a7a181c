// Logical lines → statements: assignments, calls, and the few blocks in which networks are written.
import { DEEPEST_NESTING } from "../limits.js";
import type { Expression } from "./expression.js";
import { ExpressionReader } from "./expressionReader.js";
import { codeError } from "./failure.js";
import type { LogicalLine } from "./tokens.js";

export interface Parameter {
  readonly name: string;
  readonly standard: Expression | null;
}

export interface Arm {
  readonly condition: Expression | null;
  readonly body: readonly Statement[];
}

export type Statement = { readonly line: number } & (
  | { readonly kind: "expression"; readonly value: Expression }
  /** Several targets: `a = b = value`; a target that is a list is taken apart. `sign`: `+=` and the like, else null. */
  | {
      readonly kind: "assign";
      readonly targets: readonly Expression[];
      readonly sign: string | null;
      readonly value: Expression;
    }
  | { readonly kind: "import"; readonly as: readonly (readonly [alias: string, path: string])[] }
  | {
      readonly kind: "function";
      readonly name: string;
      readonly parameters: readonly Parameter[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: "class"; readonly name: string; readonly body: readonly Statement[] }
  | {
      readonly kind: "for";
      readonly target: Expression;
      readonly over: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: "return"; readonly value: Expression | null }
  /** `if`, `elif`, `else`: the first arm whose condition holds; null is `else`. */
  | { readonly kind: "if"; readonly arms: readonly Arm[] }
  | { readonly kind: "jump"; readonly to: "break" | "continue" }
  /** `while`, `try`, `match`: read only as far as that they cannot be followed. */
  | { readonly kind: "branch"; readonly word: string; readonly body: readonly Statement[] }
  | { readonly kind: "block"; readonly body: readonly Statement[] }
);

const PASSED_OVER = ["pass", "del", "global", "nonlocal", "assert", "raise", "async", "await", "yield"];
const BRANCHES = ["while", "try", "except", "finally", "match", "else"];

/** Throws `unreadable-code` and `too-deep` with the line. */
export function readStatements(lines: readonly LogicalLine[]): readonly Statement[] {
  return new BlockReader(lines).readBlock(-1, 0);
}

class BlockReader {
  readonly #lines: readonly LogicalLine[];
  #at = 0;

  constructor(lines: readonly LogicalLine[]) {
    this.#lines = lines;
  }

  /** Every line further in than `outside`. */
  readBlock(outside: number, depth: number): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      const next = this.#lines[this.#at];
      if (next === undefined || next.indent <= outside) return statements;
      this.#at++;
      const last = statements.at(-1);
      const word = next.tokens[0]?.text;
      if (last?.kind === "if" && (word === "elif" || word === "else")) {
        statements[statements.length - 1] = { ...last, arms: [...last.arms, this.#readArm(next, depth)] };
      } else statements.push(...this.#readStatement(next, depth));
    }
  }

  #readStatement({ indent, tokens }: LogicalLine, depth: number): Statement[] {
    const reader = new ExpressionReader(tokens);
    const { line, text, kind } = reader.token;
    if (depth > DEEPEST_NESTING) {
      throw codeError("too-deep", line, `more than ${DEEPEST_NESTING} blocks within blocks.`, "Nest less.");
    }
    if (kind === "sign" && text === "@") return [];
    if (kind !== "name") return [readSimple(reader)];
    if (PASSED_OVER.includes(text)) return [];
    const body = () => this.#readBody(reader, indent, depth);
    if (reader.take("import") || reader.take("from")) return [readImport(reader, text, line)];
    if (reader.take("def")) {
      const name = reader.takeName();
      const parameters = readParameters(reader);
      return [{ kind: "function", line, name, parameters, body: body() }];
    }
    if (reader.take("class")) {
      const name = reader.takeName();
      return [{ kind: "class", line, name, body: body() }];
    }
    if (reader.take("for")) {
      const target = reader.readLoopTarget();
      const over = reader.readExpressions();
      return [{ kind: "for", line, target, over, body: body() }];
    }
    if (reader.take("with")) return [{ kind: "block", line, body: body() }];
    if (text === "if" && tokens[1]?.text === "__name__") return [{ kind: "block", line, body: body() }];
    if (text === "if") return [{ kind: "if", line, arms: [this.#readArm({ indent, tokens }, depth)] }];
    if (BRANCHES.includes(text)) return [{ kind: "branch", line, word: text, body: body() }];
    if (text === "break" || text === "continue") return [{ kind: "jump", line, to: text }];
    if (reader.take("return")) return [{ kind: "return", line, value: reader.ended ? null : readWhole(reader) }];
    return [readSimple(reader)];
  }

  #readArm({ indent, tokens }: LogicalLine, depth: number): Arm {
    const reader = new ExpressionReader(tokens);
    const { line } = reader.token;
    if (depth > DEEPEST_NESTING) {
      throw codeError("too-deep", line, `more than ${DEEPEST_NESTING} blocks within blocks.`, "Nest less.");
    }
    const word = reader.takeName();
    const condition = word === "else" ? null : reader.readExpression();
    return { condition, body: this.#readBody(reader, indent, depth) };
  }

  /** What follows a header's colon: on its line, or the lines further in. */
  #readBody(reader: ExpressionReader, indent: number, depth: number): Statement[] {
    reader.skipTo(":");
    reader.expect(":");
    if (reader.ended) return this.readBlock(indent, depth + 1);
    const { line, text } = reader.token;
    if (PASSED_OVER.includes(text) || text === "...") return [];
    if (text === "break" || text === "continue") return [{ kind: "jump", line, to: text }];
    if (reader.take("return")) return [{ kind: "return", line, value: reader.ended ? null : readWhole(reader) }];
    return [readSimple(reader)];
  }
}

function readImport(reader: ExpressionReader, word: string, line: number): Statement {
  const as: (readonly [string, string])[] = [];
  let path: string[] = [];
  while (!reader.ended) {
    if (reader.take("import") || reader.take(",")) path = [];
    else if (reader.take("as")) as.push([reader.takeName(), path.join(".")]);
    else if (reader.token.kind === "name") path.push(reader.takeName());
    else if (![".", "(", ")", "*"].some((sign) => reader.take(sign))) throw reader.unexpected("a name");
  }
  return { kind: "import", line, as: word === "from" || word === "import" ? as : [] };
}

function readParameters(reader: ExpressionReader): Parameter[] {
  const parameters: Parameter[] = [];
  reader.expect("(");
  while (!reader.take(")")) {
    if (reader.take(",") || reader.take("*") || reader.take("**") || reader.take("/")) continue;
    const name = reader.takeName();
    if (reader.take(":")) reader.readExpression();
    parameters.push({ name, standard: reader.take("=") ? reader.readExpression() : null });
  }
  return parameters;
}

/** A call, or an assignment. */
function readSimple(reader: ExpressionReader): Statement {
  const { line } = reader.token;
  const targets: Expression[] = [];
  let value = reader.readExpressions();
  if (reader.take(":")) reader.readExpression();
  for (const sign of ["+=", "-=", "*=", "/=", "|=", "&=", "%=", "//=", "**="]) {
    if (reader.take(sign))
      return { kind: "assign", line, targets: [value], sign: sign.slice(0, -1), value: readWhole(reader) };
  }
  while (reader.take("=")) {
    targets.push(value);
    value = reader.readExpressions();
  }
  if (!reader.ended) throw reader.unexpected("the end of the line");
  return targets.length === 0
    ? { kind: "expression", line, value }
    : { kind: "assign", line, targets, sign: null, value };
}

function readWhole(reader: ExpressionReader): Expression {
  const value = reader.readExpressions();
  if (!reader.ended) throw reader.unexpected("the end of the line");
  return value;
}
