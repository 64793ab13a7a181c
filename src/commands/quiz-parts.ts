// What the replies of /quiz are made of.
import type { Session } from "../quiz/records.js";
import type { ActionRef, Button } from "./reply.js";

export function ref(action: string, session: Session, extra: Readonly<Record<string, string>> = {}): ActionRef {
  return { command: "quiz", action, args: { s: session.id, ...extra } };
}

export function button(label: string, style: Button["style"], press: ActionRef): Button {
  return { label, style, press };
}
