// Placeholders in a question's texts: {{name}} becomes its figure, and one without a figure is a mistake.
import { nearest } from "../nearest.js";

/** Marks of a placeholder, whole or half. */
const BRACES = /\{\{([^{}\n]*)\}\}|\{\{|\}\}/g;

/** A copy of some parsed YAML with every text filled in. `complain` is told of each placeholder that has no figure. */
export function fillIn(
  value: unknown,
  figures: ReadonlyMap<string, string>,
  complain: (what: string) => never,
): unknown {
  if (typeof value === "string")
    return value.replace(BRACES, (found: string, name: string | undefined) => {
      const figure = name === undefined ? undefined : figures.get(name.trim());
      return figure ?? complain(`there is no figure for ${found}${closest(name, figures)}`);
    });
  if (Array.isArray(value)) return value.map((each) => fillIn(each, figures, complain));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fillIn(each, figures, complain)]));
}

function closest(name: string | undefined, figures: ReadonlyMap<string, string>): string {
  const found = name === undefined ? undefined : nearest(name.trim(), [...figures.keys()]);
  return found === undefined ? "" : `; did you mean {{${found}}}`;
}
