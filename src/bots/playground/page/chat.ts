// The state of the chat in this tab: what is shown, what was sent, what is typed into forms; and what one can do.
import type { CompletionWish, Entry, Line, LiveEvent, Offered, WireError, WireForm } from "../wire.js";
import { addDraft, type Draft, draftKey, readDrafts, withoutDraft } from "./drafts.js";
import { type Connection, type Live, listen } from "./live.js";
import { type Observable, observable } from "./observable.js";
import { connect, ServerError } from "./server.js";

/** Something sent that has no answer yet, or failed. */
export interface Pending {
  readonly id: string;
  readonly channel: string;
  readonly at: number;
  readonly what: string;
  /** Undefined while it is on its way. */
  readonly error: WireError | undefined;
  /** Actions show their progress on their own button; they appear in the log only when they fail. */
  readonly quiet: boolean;
  /** Typed text to put back into the composer. */
  readonly text?: string;
  readonly retry: (() => void) | undefined;
}

export interface OpenForm {
  readonly form: WireForm;
  readonly channel: string;
}

export interface ChatState {
  readonly channel: string;
  /** By id, oldest first. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly pending: readonly Pending[];
  /** Tokens of buttons and choices that were pressed and not yet answered. */
  readonly busy: ReadonlySet<string>;
  readonly unread: Readonly<Record<string, number>>;
  readonly connection: Connection;
  readonly loaded: boolean;
  readonly form: OpenForm | undefined;
  readonly drafts: readonly Draft[];
  /** Where the last press happened: it keeps the focus when it is redrawn. */
  readonly pressed: string;
}

export interface Chat {
  readonly state: Observable<ChatState>;
  select(channel: string): void;
  send(text: string, files: readonly File[]): void;
  /** Values to offer while an option is typed. */
  complete(wish: CompletionWish): Promise<Offered>;
  press(entry: Entry, token: string, label: string, value?: string): void;
  /** Resolves with the error that the form should show, or undefined where it was taken. */
  submit(open: OpenForm, fields: Readonly<Record<string, string>>): Promise<WireError | undefined>;
  /** Closes the form; what was filled in stays as a draft. */
  putAside(open: OpenForm, fields: Readonly<Record<string, string>>, touched: boolean): void;
  resume(draft: Draft): void;
  discard(draft: Draft): void;
  dismiss(id: string): void;
  reconnect(): void;
  close(): void;
}

const CHANNEL = "convo.channel";

/** `refused`: the server knows this person no more. */
export function openChat(identity: string, channels: readonly string[], refused: () => void): Chat {
  const server = connect(identity);
  const remembered = sessionStorage.getItem(CHANNEL);
  const state = observable<ChatState>({
    channel: channels.find((id) => id === remembered) ?? channels[0] ?? "",
    entries: new Map(),
    pending: [],
    busy: new Set(),
    unread: {},
    connection: "connecting",
    loaded: false,
    form: undefined,
    drafts: readDrafts(),
    pressed: "",
  });
  let boot = "";

  const hear = (event: LiveEvent) => {
    if (event.type === "snapshot") {
      // After a restart the server has forgotten; what is on the screen still works, so it stays.
      const kept = boot === "" || boot === event.boot ? [] : [...state.get().entries.values()];
      boot = event.boot;
      state.patch({ entries: ordered([...kept, ...event.entries]), loaded: true });
    } else if (event.type === "entry") take(event.entry, true);
    else state.patch({ entries: ordered([...state.get().entries.values()].filter(({ id }) => id !== event.id)) });
  };

  const take = (entry: Entry, live: boolean) => {
    const { entries, pending, channel, unread } = state.get();
    const known = entries.get(entry.id);
    if (known && known.revision >= entry.revision) return;
    const isNew = known === undefined && live && (entry.channel !== channel || document.hidden);
    state.patch({
      entries: ordered([...entries.values(), entry]),
      pending: pending.filter(({ id }) => id !== entry.request),
      ...(isNew ? { unread: { ...unread, [entry.channel]: (unread[entry.channel] ?? 0) + 1 } } : {}),
    });
  };

  const live: Live = listen(server, hear, (connection) => state.patch({ connection }), refused);

  const settle = (id: string) => state.patch({ pending: state.get().pending.filter((each) => each.id !== id) });

  const fail = (id: string, error: WireError, retry: (() => void) | undefined) => {
    state.patch({ pending: state.get().pending.map((each) => (each.id === id ? { ...each, error, retry } : each)) });
  };

  /** Sends one event; again with the same id when the server did not hear of it. */
  const ask = async (
    path: Parameters<typeof server.ask>[0],
    pending: Omit<Pending, "error" | "retry" | "at">,
    body: object,
    files: readonly File[],
  ): Promise<void> => {
    const { id, channel } = pending;
    state.patch({
      pending: [
        ...state.get().pending.filter((each) => each.id !== id),
        { ...pending, at: Date.now(), error: undefined, retry: undefined },
      ],
    });
    try {
      let failed = false;
      await server.ask(path, { id, ...body }, files, (line: Line) => {
        if (line.type === "entry") take(line.entry, false);
        else if (line.type === "form") state.patch({ form: { form: line.form, channel } });
        else if (line.type === "error") {
          failed = true;
          fail(id, line.error, undefined);
        }
      });
      if (!failed) settle(id);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (error.error.code.endsWith("-needed")) refused();
      fail(id, error.error, error.reached ? undefined : () => void ask(path, pending, body, files));
    }
  };

  return {
    state,

    select(channel) {
      sessionStorage.setItem(CHANNEL, channel);
      state.patch({ channel, unread: { ...state.get().unread, [channel]: 0 } });
    },

    send(text, files) {
      const { channel } = state.get();
      void ask("/api/command", { id: newId(), channel, what: text, quiet: false, text }, { channel, text }, files);
    },

    complete: (wish) => server.complete(wish),

    press(entry, token, label, value) {
      const { busy, channel } = state.get();
      if (busy.has(token)) return;
      state.patch({ busy: new Set([...busy, token]), pressed: entry.id });
      const body = value === undefined ? { token } : { token, value };
      void ask("/api/action", { id: newId(), channel, what: label, quiet: true }, body, []).finally(() => {
        state.patch({ busy: new Set([...state.get().busy].filter((each) => each !== token)) });
      });
    },

    async submit(open, fields) {
      const id = newId();
      const before = new Set(state.get().entries.keys());
      const request = { id, channel: open.channel, what: open.form.title, quiet: true };
      await ask("/api/submit", request, { token: open.form.token, fields }, []);
      const failed = state.get().pending.find((each) => each.id === id);
      settle(id);
      if (failed?.error) return failed.error;
      // An answer that was not taken (too fast, too long) must not be lost with the form.
      const answers = [...state.get().entries.values()].filter(
        (entry) => entry.request === id || !before.has(entry.id),
      );
      // A refusal is one note and nothing else; a grade may hold notes of mistakes as well.
      const refusedByConvo = answers.some(
        ({ blocks: [first, ...others] }) => first?.kind === "note" && first.tone === "error" && others.length === 0,
      );
      const rest = withoutDraft(state.get().drafts, draftKey(open.form));
      const again = state.get().form?.form.token === open.form.token ? { form: undefined } : {};
      state.patch({ ...again, drafts: refusedByConvo ? addDraft(rest, open, fields) : rest });
      return undefined;
    },

    putAside(open, fields, touched) {
      const { drafts } = state.get();
      state.patch({ form: undefined, drafts: touched ? addDraft(drafts, open, fields) : drafts });
    },

    resume: ({ open }) => state.patch({ form: open }),
    discard: ({ open }) => state.patch({ drafts: withoutDraft(state.get().drafts, draftKey(open.form)) }),
    dismiss: settle,
    reconnect: () => live.retry(),
    close: () => live.close(),
  };
}

/** By time; of two revisions of one message the later stays, in the earlier one's place. */
function ordered(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const latest = new Map<string, Entry>();
  for (const entry of entries) {
    const known = latest.get(entry.id);
    if (!known || known.revision < entry.revision) latest.set(entry.id, entry);
  }
  return new Map([...latest.values()].sort((a, b) => a.at - b.at).map((entry) => [entry.id, entry]));
}

/** `crypto.randomUUID` exists only over HTTPS and on loopback; this works wherever the page does. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
