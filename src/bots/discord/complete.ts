// What Discord offers while an option is typed: the option's own completions, or its many choices.
import { ApplicationCommandOptionType, type AutocompleteInteraction } from "discord.js";
import { findCallable } from "../../commands/callables.js";
import type { Command, Completion } from "../../commands/command.js";
import type { Log } from "../../log.js";
import { LIMITS } from "./limits.js";
import { shortened } from "./markdown.js";
import { communityOf } from "./people.js";

/** None where the look-up fails: what is typed can be sent all the same. */
export async function completions(
  commands: readonly Command[],
  interaction: AutocompleteInteraction,
  log: Log,
): Promise<{ name: string; value: string }[]> {
  const [first] = interaction.options.data;
  const nested = first?.type === ApplicationCommandOptionType.Subcommand ? { subcommand: first.name } : {};
  const { name, value } = interaction.options.getFocused(true);
  const wish = { command: interaction.commandName, ...nested, options: {}, files: [] };
  const options = findCallable(commands, wish)?.options ?? {};
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  const asker = { community: communityOf(interaction), user: interaction.user.id };
  try {
    const found = (await spec?.complete?.(value, asker)) ?? matching(spec?.choices ?? [], value);
    return found
      .filter((each) => each.value.length > 0 && each.value.length <= LIMITS.selectText)
      .slice(0, LIMITS.completions)
      .map((each) => ({ name: shortened(each.label || each.value, LIMITS.selectText), value: each.value }));
  } catch (error) {
    log.warn({ platform: "discord", event: interaction.id, option: name, err: error }, "no completions");
    return [];
  }
}

/** Those that begin with what is typed before those that contain it. */
function matching(choices: readonly Completion[], typed: string): readonly Completion[] {
  const wanted = typed.trim().toLowerCase();
  const place = ({ value, label }: Completion): number =>
    Math.min(
      ...[value, label]
        .map((text) => text.toLowerCase().indexOf(wanted))
        .map((at) => (at < 0 ? Number.POSITIVE_INFINITY : at)),
    );
  return choices.filter((each) => place(each) < Number.POSITIVE_INFINITY).toSorted((a, b) => place(a) - place(b));
}
