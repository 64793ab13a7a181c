// One logical line's tokens, taken one after the other.
import { codeError } from "./failure.js";
import type { Token } from "./tokens.js";

export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get token(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error("a logical line without a token");
    return token;
  }

  /** Takes the next token if it is this sign or word. */
  take(text: string): boolean {
    const { kind, text: found } = this.token;
    if (found !== text || (kind !== "sign" && kind !== "name")) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`"${text}"`);
  }

  takeName(): string {
    const { kind, text } = this.token;
    if (kind !== "name") throw this.unexpected("a name");
    this.#at++;
    return text;
  }

  get ended(): boolean {
    return this.token.kind === "end";
  }

  /** Passes over everything up to this sign outside brackets. */
  skipTo(sign: string): void {
    let depth = 0;
    while (!this.ended && (depth > 0 || this.token.text !== sign)) {
      if (this.token.kind === "sign" && "([{".includes(this.token.text)) depth++;
      if (this.token.kind === "sign" && ")]}".includes(this.token.text)) depth--;
      this.#at++;
    }
  }

  unexpected(wanted: string): Error {
    const { kind, text, line } = this.token;
    const found = kind === "end" ? "the line ends" : `"${text.slice(0, 40)}" stands`;
    return codeError(
      "unreadable-code",
      line,
      `${found} where ${wanted} was expected.`,
      "Check the commas and brackets of this line.",
    );
  }

  protected advance(tokens = 1): void {
    this.#at += tokens;
  }

  /** The token after the next one. */
  protected get following(): Token | undefined {
    return this.#tokens[this.#at + 1];
  }
}
