// The closed vocabulary in which a command answers; each platform renders every part of it natively.

/**
 * A run of text. Plain strings are always literal: a renderer escapes them, so nothing that a learner typed
 * can become markup, a link or a mention.
 */
export type Inline =
  | string
  | { readonly bold: string }
  | { readonly italic: string }
  | { readonly code: string }
  | { readonly link: string; readonly url: string };

export type Text = Inline | readonly Inline[];

export type Tone = "info" | "good" | "warning" | "error";

/** What a press of a button, a choice or a submitted form calls: a declared action of a declared command. */
export interface ActionRef {
  readonly command: string;
  readonly action: string;
  readonly args: Readonly<Record<string, string>>;
}

export interface Button {
  readonly label: string;
  readonly style: "primary" | "secondary" | "danger";
  readonly press: ActionRef;
}

export interface Option {
  /** What the action receives as `value`. */
  readonly value: string;
  readonly label: string;
}

export type Block =
  | { readonly kind: "heading"; readonly text: string }
  | { readonly kind: "text"; readonly text: Text }
  /** A person's own words, shown as such. */
  | { readonly kind: "quote"; readonly text: string }
  | { readonly kind: "note"; readonly tone: Tone; readonly text: Text }
  | { readonly kind: "fields"; readonly fields: readonly Field[] }
  | {
      readonly kind: "table";
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Text[])[];
    }
  | { readonly kind: "picture"; readonly name: string; readonly png: Uint8Array; readonly alt: string }
  | {
      readonly kind: "file";
      readonly name: string;
      readonly mediaType: string;
      readonly bytes: Uint8Array;
      readonly description: string;
    }
  | { readonly kind: "buttons"; readonly buttons: readonly Button[] }
  /** One of several. `options` style shows a list to pick from; `letters` shows the whole text of each, lettered A, B, C … */
  | {
      readonly kind: "choice";
      readonly style: "select" | "letters";
      readonly label: string;
      readonly options: readonly Option[];
      readonly pick: ActionRef;
    };

/** A line of a list of findings: a name, what is said of it, and its tone (a sign beside it: met, missing, wrong). */
export interface Field {
  readonly name: string;
  readonly value: Text;
  readonly tone?: Tone;
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A message. `private`: seen by the asker alone. `replaces`: takes the place of the message whose button was pressed. */
export interface Message {
  readonly kind: "message";
  readonly private: boolean;
  readonly replaces?: boolean;
  readonly blocks: readonly Block[];
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly type: "line" | "paragraph" | "select";
  readonly help?: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly required: boolean;
  /** Characters; at most `ANSWER_LIMIT`, which every platform's form can carry. */
  readonly maxLength?: number;
  readonly options?: readonly Option[];
}

/** A form to fill in (Discord's modal, Slack's view). Submitted, its fields reach `submit` as `request.fields`. */
export interface Form {
  readonly kind: "form";
  readonly title: string;
  /** Read before the fields: the question to answer, for instance. */
  readonly introduction?: Text;
  readonly fields: readonly FormField[];
  readonly submitLabel: string;
  readonly submit: ActionRef;
}

export type Reply = Message | Form;

/** Slack's `plain_text_input` takes 3,000 characters; Discord's takes 4,000. The smaller is the shared limit of an answer. */
export const ANSWER_LIMIT = 3_000;

/** The text without its markup, for logs, tests and terminals. */
export function plain(text: Text): string {
  if (typeof text === "string") return text;
  if ("length" in text) return text.map(plain).join("");
  if ("bold" in text) return text.bold;
  if ("italic" in text) return text.italic;
  if ("code" in text) return text.code;
  return text.link;
}
