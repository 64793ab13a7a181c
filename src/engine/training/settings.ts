// The settings of a run, checked: by the trainer, and before that by whoever may still mend them.
import { z } from "zod";
import { UserError } from "../../errors.js";
import { digitsSettings } from "./recipes/digits-settings.js";
import type { RunDescription } from "./run.js";
import { transferSettings } from "./transfer/settings.js";

/** Of the recipes that a person sets something about. Without TensorFlow.js, which a recipe itself needs. */
const SCHEMAS = { digits: digitsSettings, flowers: transferSettings, images: transferSettings };

/** Throws UserError `settings-wrong`. */
export function checkSettings(recipe: keyof typeof SCHEMAS, given: RunDescription["settings"]): void {
  checkedSettings(recipe, SCHEMAS[recipe], given);
}

/** With the defaults filled in. Throws UserError `settings-wrong` that names every mistake. */
export function checkedSettings(
  recipe: string,
  schema: z.ZodType,
  given: RunDescription["settings"],
): Record<string, unknown> {
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new UserError(
      "settings-wrong",
      `The settings do not fit the recipe ${recipe}: ${mistakesIn(parsed.error)}.`,
      `There are: ${inWords(schema)}.`,
    );
  }
  return z.record(z.string(), z.unknown()).parse(parsed.data);
}

/** `epochs: Too big: expected number to be <=1000`, one after the other. */
function mistakesIn({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
}

/** "epochs (28), batch (128), …": every setting with its default. */
function inWords(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries(properties)
    .map(([key, property]) => {
      const standard = typeof property === "object" ? property.default : undefined;
      return standard === undefined ? key : `${key} (${String(standard)})`;
    })
    .join(", ");
}
