// JSON text of unknown origin → a value for a schema to look at.

/** Undefined where the text is no JSON: no schema of ours accepts that, so that one refusal serves both. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
