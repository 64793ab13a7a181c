// What /models offers while a model is typed: names, then the versions of a name with what they are.
import type { ModelRegistry } from "../engine/models/registry.js";
import type { Completion } from "./command.js";

/** Characters of `name@version`, both as long as they may be. */
export const LONGEST_REFERENCE = 105;

/** As many as a platform offers while one types. */
export const MOST_COMPLETIONS = 25;

export async function nameCompletions(registry: ModelRegistry, typed: string): Promise<readonly Completion[]> {
  const names = (await registry.names()).filter((name) => name.startsWith(typed.trim().toLowerCase()));
  return names.slice(0, MOST_COMPLETIONS).map((value) => ({ value, label: value }));
}

/** Names first; the versions of a name once it is typed. */
export async function modelCompletions(registry: ModelRegistry, typed: string): Promise<readonly Completion[]> {
  const start = typed.trim().toLowerCase();
  const names = await registry.names();
  const name = start.split("@")[0] ?? "";
  if (!names.includes(name)) return nameCompletions(registry, start);
  const { champion, previous } = await registry.aliases(name);
  const versions = (await registry.versionsOf(name)).map((version) => {
    const alias = version === champion ? " (in service)" : version === previous ? " (previous)" : "";
    return { value: `${name}@${version}`, label: `${name}@${version}${alias}` };
  });
  return [{ value: name, label: `${name} (what serves)` }, ...versions]
    .filter(({ value }) => value.startsWith(start))
    .slice(0, MOST_COMPLETIONS);
}
