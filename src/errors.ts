// The one error a person can act on; whatever else is thrown is a bug.

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
