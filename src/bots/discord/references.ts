// What a custom_id says: an action's reference, for letters also the value picked, unique in its message.
import type { Dispatcher } from "../../commands/dispatch.js";
import type { ActionRef } from "../../commands/reply.js";
import { LIMITS } from "./limits.js";

/** Arguments of this file; no command's argument begins so. */
const VALUE = "_v";
const NUMBER = "_n";
const LONG = "_l";

/** Makes the custom_ids of one message, no two of them equal. */
export class References {
  readonly #dispatcher: Pick<Dispatcher, "encode">;
  readonly #used = new Set<string>();
  readonly #names = new Set<string>();

  constructor(dispatcher: Pick<Dispatcher, "encode">) {
    this.#dispatcher = dispatcher;
  }

  /** A button that picks `value`. */
  withValue(ref: ActionRef, value: string): ActionRef {
    return { ...ref, args: { ...ref.args, [VALUE]: value } };
  }

  /** A name that `attachment://` can carry, once in a reply. */
  fileName(name: string): string {
    const plain = name.replace(/[^\w.-]+/g, "_").slice(-80) || "file";
    const unique = this.#names.has(plain) ? `${this.#names.size}-${plain}` : plain;
    this.#names.add(unique);
    return unique;
  }

  async of(full: ActionRef): Promise<string> {
    for (let number = 0; ; number += 1) {
      const numbered = number === 0 ? full : { ...full, args: { ...full.args, [NUMBER]: String(number) } };
      const id = await this.#dispatcher.encode(numbered, LIMITS.customId);
      if (this.#used.has(id)) continue;
      this.#used.add(id);
      return id;
    }
  }

  /** An option's value: itself, or the key of a stored record where Discord could not carry it. */
  async option(ref: ActionRef, value: string): Promise<string> {
    if (value.length > 0 && value.length <= LIMITS.selectText && !value.startsWith("@")) return value;
    const args = { [VALUE]: value, [LONG]: " ".repeat(LIMITS.selectText) };
    return await this.#dispatcher.encode({ ...ref, args }, LIMITS.selectText);
  }
}

/** Throws UserError `button-expired` or `button-unknown`. `picked`: the value of a list's option. */
export async function readReference(
  dispatcher: Pick<Dispatcher, "decode">,
  customId: string,
  picked?: string,
): Promise<{ ref: ActionRef; value?: string }> {
  const { command, action, args } = await dispatcher.decode(customId);
  const { [VALUE]: letter, [NUMBER]: _, ...own } = args;
  const value = picked?.startsWith("@") === true ? (await dispatcher.decode(picked)).args[VALUE] : (picked ?? letter);
  return { ref: { command, action, args: own }, ...(value === undefined ? {} : { value }) };
}
