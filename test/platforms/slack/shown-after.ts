// What the local Slack shows after somebody did something: the next message, edit or view.
import type { LocalSlack, Member, OpenView, Shown } from "./local-slack.js";

const TURN_MS = 10;

export interface Wanted {
  /** Nothing that others alone see. */
  readonly who?: Member | undefined;
  /** Nothing that others see as well. */
  readonly alone?: boolean;
}

/** Throws the bot's first fault, or where nothing comes within `patience` milliseconds. */
export async function shownAfter(
  slack: LocalSlack,
  act: () => Promise<unknown>,
  { who, alone = false }: Wanted = {},
  patience = 15_000,
): Promise<Shown | OpenView> {
  const before = new Map(slack.messages.map((message) => [message, message.edits]));
  const views = slack.views.length;
  await act();
  for (let turn = 0; turn < patience / TURN_MS; turn += 1) {
    const fault = slack.faults[0];
    if (fault !== undefined) throw new Error(fault);
    const view = slack.views[views];
    if (view !== undefined) return view;
    const fresh = slack.messages.findLast(
      (message) =>
        before.get(message) !== message.edits && isFor(message, who) && (!alone || message.only !== undefined),
    );
    if (fresh !== undefined) return fresh;
    await new Promise((resolve) => setTimeout(resolve, TURN_MS));
  }
  throw new Error("nothing was shown");
}

function isFor({ only, channel }: Shown, who: Member | undefined): boolean {
  return (
    who === undefined || (only === undefined ? !channel.startsWith("D-") || channel === `D-${who.id}` : only === who.id)
  );
}
