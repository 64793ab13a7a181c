// Expression trees: the part of Python in which networks are written.

export type Expression = { readonly line: number } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "call"; readonly callee: Expression; readonly args: readonly Argument[] }
  | { readonly kind: "index"; readonly of: Expression; readonly at: Expression }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "spread"; readonly of: Expression }
  | { readonly kind: "unary"; readonly sign: string; readonly of: Expression }
  | { readonly kind: "binary"; readonly sign: string; readonly left: Expression; readonly right: Expression }
  /** `sign` as written, "is not" and "not in" in one. */
  | { readonly kind: "compare"; readonly sign: string; readonly left: Expression; readonly right: Expression }
  /** `not` has its operand on both sides. */
  | {
      readonly kind: "logic";
      readonly sign: "and" | "or" | "not";
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly otherwise: Expression;
    }
  | {
      readonly kind: "comprehension";
      readonly item: Expression;
      readonly target: Expression;
      readonly over: Expression;
    }
  /** Legal Python that says nothing about a network (a comparison, a slice, a lambda): an error only where it is used. */
  | { readonly kind: "opaque" }
);

export interface Argument {
  /** null: positional. */
  readonly name: string | null;
  readonly value: Expression;
}
