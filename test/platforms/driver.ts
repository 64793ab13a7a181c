// What the contract suite needs of a platform: a person who says commands, presses buttons and fills in forms there.
import type { Role } from "../../src/commands/request.js";
import type { World } from "../support/world.js";

/** Somebody on the platform. `name` tells people apart; the driver makes the platform's own flags of `role`. */
export interface Person {
  readonly name: string;
  readonly role: Role;
}

/** A message as its reader sees it. `text` is all that is readable, without the platform's markup where that can be undone. */
export interface ShownMessage {
  readonly kind: "message";
  readonly text: string;
  /** Seen by the asker alone. */
  readonly private: boolean;
  /** Labels of buttons, in order; letters' buttons ("A", "B" …) among them. */
  readonly buttons: readonly string[];
  /** Labels of what can be picked from a list. */
  readonly options: readonly string[];
  /** Alternative texts of the pictures. */
  readonly pictures: readonly string[];
  readonly files: readonly string[];
  /** The platform's own handle, for the driver alone. */
  readonly handle: unknown;
}

export interface ShownForm {
  readonly kind: "form";
  readonly title: string;
  readonly text: string;
  /** Names of the fields as declared. */
  readonly fields: readonly string[];
  readonly handle: unknown;
}

export type Shown = ShownMessage | ShownForm;

export interface PlatformDriver {
  /** Everybody's community there, as the bot names it. */
  readonly community: string;
  /** Says a command: "quiz" or "settings time", with options of their declared types. Resolves with the last state of the answer. */
  say(
    who: Person,
    line: string,
    options?: Readonly<Record<string, string | number | boolean>>,
    files?: Readonly<Record<string, { readonly name: string; readonly bytes: Uint8Array }>>,
  ): Promise<Shown>;
  press(who: Person, message: ShownMessage, label: string): Promise<Shown>;
  /** Picks from a list by its label. */
  pick(who: Person, message: ShownMessage, label: string): Promise<Shown>;
  submit(who: Person, form: ShownForm, fields: Readonly<Record<string, string>>): Promise<Shown>;
  /** How the platform's option of type `user` or `channel` names this one. */
  person(who: Person): string;
  channel(): string;
  /** And one of type `role`. */
  role(): string;
  /** What the local platform refused so far: a body over a limit, a late acknowledgement. */
  mistakes?(): readonly string[];
  /** Ends the bot and starts it again over the same store; buttons shown before must still work. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Where a message of the platform has a menu (Discord's apps, Slack's shortcuts). */
export interface MenuDriver extends PlatformDriver {
  /** Chooses an entry of the menu of somebody's message that has this file. */
  menu(who: Person, entry: string, file: { readonly name: string; readonly bytes: Uint8Array }): Promise<Shown>;
  /** The bytes of the pictures that were uploaded with it. */
  uploaded(message: ShownMessage): readonly Uint8Array[];
}

export interface Platform<Driver extends PlatformDriver = PlatformDriver> {
  readonly name: string;
  /** `world` has the store and the dispatcher; the driver starts the bot and the local platform around it. */
  start(world: World): Promise<Driver>;
}
