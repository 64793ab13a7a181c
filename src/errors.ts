// The one error a person can act on, and the code of one that was thrown by a library; whatever else is thrown is a bug.

/**
 * An error that its reader can mend: `what` happened, and what to do (`fix`).
 * `code` is stable and may be relied on by scripts; it is kebab-case.
 */
export class UserError extends Error {
  readonly code: string;
  readonly what: string;
  readonly fix: string;

  constructor(code: string, what: string, fix: string, options?: { cause?: unknown }) {
    super(`${what} ${fix}`.trim(), options);
    this.name = "UserError";
    this.code = code;
    this.what = what;
    this.fix = fix;
  }
}

/** An errno name (ENOENT), a library's own code, or its number (LMDB's); undefined where there is none. */
export function codeOf(error: unknown): string | number | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" || typeof error.code === "number" ? error.code : undefined;
}
