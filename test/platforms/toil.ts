// A command whose work takes as long as a test wants: for answers that come when a platform no longer takes them in their place.
import type { Command } from "../../src/commands/command.js";
import type { Message } from "../../src/commands/reply.js";

export interface Toil {
  /** `toil` answers in private, `toil-openly` for everybody; `progress:true` shows a first step. */
  readonly commands: readonly Command[];
  /** Resolves when the work that begins next is under way. */
  begun(): Promise<void>;
  /** Ends the work that is under way. */
  end(): void;
}

export const [FIRST, RESULT, BUTTON] = ["the first step", "the result", "Again"];

export function toil(): Toil {
  let began = (): void => undefined;
  let end = (): void => undefined;
  const command = (name: string, isPrivate: boolean): Command => ({
    name,
    description: "Takes very long",
    plain: {
      name,
      description: "Takes very long",
      who: "learner",
      public: !isPrivate,
      options: { progress: { type: "boolean", description: "Whether it shows its first step" } },
      async *run(_, { progress }) {
        const ended = new Promise<void>((resolve) => {
          end = resolve;
        });
        if (progress === true) yield said(isPrivate, FIRST);
        began();
        await ended;
        yield said(isPrivate, RESULT, BUTTON);
      },
    },
  });
  return {
    commands: [command("toil", true), command("toil-openly", false)],
    begun: () =>
      new Promise((resolve) => {
        began = resolve;
      }),
    end: () => end(),
  };
}

function said(isPrivate: boolean, text: string, ...buttons: readonly string[]): Message {
  const press = { command: "help", action: "again", args: {} };
  return {
    kind: "message",
    private: isPrivate,
    blocks: [
      { kind: "text", text },
      { kind: "buttons", buttons: buttons.map((label) => ({ label, style: "primary", press })) },
    ],
  };
}
