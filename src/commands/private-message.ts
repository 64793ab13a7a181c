// The usual answer: blocks that the asker alone sees.
import type { Block, Message } from "./reply.js";

/** `replaces`: in the place of the message whose button was pressed. */
export function message(blocks: readonly Block[], replaces = false): Message {
  return { kind: "message", private: true, blocks, ...(replaces ? { replaces } : {}) };
}
