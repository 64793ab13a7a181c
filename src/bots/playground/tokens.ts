// Action tokens: what a button, a choice or a form of the page carries; signed, and private ones bound to their person.
import { z } from "zod";
import { Refusal } from "./refusal.js";
import type { Signer } from "./signing.js";

/** What a token says. It is signed, not secret: its owner can read it, so it never holds more than the button shows. */
export interface Action {
  /** From `Dispatcher.encode`. */
  readonly reference: string;
  readonly gesture: "press" | "pick" | "submit";
  readonly channel: string;
  /** The message that carries the button, or whose button opened the form; "" for a form that a command opened. */
  readonly message: string;
  /** True: only the person whom the message was made for may use it. */
  readonly private: boolean;
  /** The button's label or the form's title, for the line "Ada pressed …". */
  readonly label: string;
}

const shape = z.object({
  a: z.string(),
  g: z.enum(["press", "pick", "submit"]),
  c: z.string(),
  m: z.string(),
  p: z.union([z.literal(0), z.literal(1)]),
  l: z.string(),
});

/** `person`: the id of the asker, to whom a private token is bound without containing it. */
export function writeAction(signer: Signer, action: Action, person: string): string {
  const payload: z.infer<typeof shape> = {
    a: action.reference,
    g: action.gesture,
    c: action.channel,
    m: action.message,
    p: action.private ? 1 : 0,
    l: action.label,
  };
  return signer.sign("action", payload, action.private ? person : "");
}

/** Throws Refusal `token-forged` where it was changed, was made for somebody else, or comes from another playground. */
export function readAction(signer: Signer, token: string, person: string): Action {
  const parsed = shape.safeParse(signer.verify("action", token, person) ?? signer.verify("action", token));
  if (!parsed.success) {
    throw new Refusal(
      403,
      "token-forged",
      "This button was not made for you by this playground.",
      "Type the command yourself to get buttons of your own.",
    );
  }
  const { a, g, c, m, p, l } = parsed.data;
  return { reference: a, gesture: g, channel: c, message: m, private: p === 1, label: l };
}
