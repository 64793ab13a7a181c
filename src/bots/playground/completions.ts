// What the page may offer while an option's value is typed: the option's own completions, as on Discord.
import { findCallable } from "../../commands/callables.js";
import type { Command } from "../../commands/command.js";
import { COMMUNITY } from "./channels.js";
import { COMPLETIONS } from "./limits.js";
import type { CompletionWish, Offered } from "./wire.js";

/** None for an option that is not known or completes nothing. */
export async function completions(commands: readonly Command[], wish: CompletionWish, user: string): Promise<Offered> {
  const options = findCallable(commands, wish)?.options ?? {};
  const option = Object.hasOwn(options, wish.option) ? options[wish.option] : undefined;
  const found = (await option?.complete?.(wish.typed, { community: COMMUNITY, user })) ?? [];
  return { values: found.slice(0, COMPLETIONS) };
}
