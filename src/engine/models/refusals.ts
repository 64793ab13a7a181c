// What the registry refuses, in words.
import { UserError } from "../../errors.js";
import { nearest } from "../../nearest.js";

const LIST = "convo models list, in chat /models list";

export function noName(name: string): UserError {
  return new UserError(
    "model-not-found",
    `"${name.slice(0, 80)}" is no name of a model.`,
    `Names have a-z, 0-9 and hyphens; see what there is: ${LIST}`,
  );
}

/** `names`: those that there are. */
export function nameUnknown(name: string, names: readonly string[]): UserError {
  const near = nearest(name, names);
  return new UserError(
    "model-not-found",
    `There is no model "${name}".`,
    names.length === 0
      ? "Train one first, such as: convo train digits"
      : `${near === undefined ? "" : `Did you mean ${near}? `}There are: ${names.join(", ")}`,
  );
}

export function versionUnknown(name: string, version: string, versions: readonly string[]): UserError {
  return new UserError(
    "model-not-found",
    `There is no version "${version.slice(0, 80)}" of ${name}.`,
    `There are: ${versions.join(", ") || "none"}`,
  );
}

export function noPrevious(name: string): UserError {
  return new UserError(
    "model-no-previous",
    `There is no version of ${name} before the present one.`,
    `Choose one by its version: ${LIST}`,
  );
}

export function followsAlready(name: string): UserError {
  return new UserError(
    "model-follows",
    `No version of ${name} was chosen here: it follows what all share already.`,
    `See which one serves: ${LIST}`,
  );
}

export function nothingShared(name: string): UserError {
  return new UserError(
    "model-nothing-shared",
    `No ${name} is shared or ships: without the one chosen here nothing would answer.`,
    `Choose another version instead: ${LIST}`,
  );
}
