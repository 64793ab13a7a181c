// One message of the channel: what was asked, what Convo says, who can see it.
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Entry, Invocation } from "../wire.js";
import type { Press } from "./actions.js";
import { Block } from "./blocks.js";
import type { Chat, ChatState, Pending } from "./chat.js";
import { Face, Icon, Logo } from "./icons.js";

export function EntryView({ entry, chat, state }: { entry: Entry; chat: Chat; state: ChatState }): JSX.Element {
  const article = useRef<HTMLElement>(null);
  const tokens = entry.blocks.flatMap((block) =>
    block.kind === "buttons" ? block.buttons.map(({ token }) => token) : block.kind === "choice" ? [block.token] : [],
  );
  const press: Press = {
    busy: state.busy,
    waiting: entry.streaming || tokens.some((token) => state.busy.has(token)),
    press: (token, label, value) => chat.press(entry, token, label, value),
  };
  // A button that is redrawn away would drop the keyboard's focus to the top of the page; a new revision may do so.
  useLayoutEffect(() => {
    const lost = document.activeElement === null || document.activeElement === document.body;
    if (lost && state.pressed === entry.id) article.current?.focus({ preventScroll: true });
  }, [entry.revision]);

  return (
    <article
      ref={article}
      tabIndex={-1}
      class={entry.private ? "entry entry-private" : "entry"}
      aria-busy={entry.streaming}
      aria-label={`Convo, answering ${entry.invocation.name}, ${clock(entry.at)}`}
    >
      <Asked invocation={entry.invocation} />
      <div class="entry-face">
        <Logo />
      </div>
      <div class="entry-body">
        <header class="entry-head">
          <span class="entry-name">Convo</span>
          <span class="badge">Bot</span>
          <time dateTime={new Date(entry.at).toISOString()} title={new Date(entry.at).toLocaleString()}>
            {clock(entry.at)}
          </time>
          {entry.private && (
            <span class="only-you">
              <Icon name="eye" size={15} /> Only you can see this
            </span>
          )}
        </header>
        {entry.blocks.map((block, index) => (
          // A revision replaces blocks in their places.
          <Block key={`${index} ${block.kind}`} block={block} press={press} />
        ))}
        {entry.streaming && <Working />}
      </div>
    </article>
  );
}

/** Something sent, before Convo answers, or when it could not. */
export function PendingView({
  pending,
  name,
  chat,
  edit,
}: {
  pending: Pending;
  name: string;
  chat: Chat;
  edit: (text: string) => void;
}): JSX.Element {
  const { error, retry, text } = pending;
  return (
    <article class="entry" tabIndex={-1} aria-busy={error === undefined} aria-label={`Sent: ${pending.what}`}>
      <Asked invocation={{ name, verb: pending.quiet ? "pressed" : "used", what: pending.what }} />
      <div class="entry-face">
        <Logo />
      </div>
      <div class="entry-body">
        <header class="entry-head">
          <span class="entry-name">Convo</span>
          <span class="badge">Bot</span>
        </header>
        {error === undefined ? (
          <Working />
        ) : (
          <>
            <div class="note tone-error" role="alert">
              <Icon name="error" />
              <p>
                <strong class="note-word">Not sent</strong> {error.message} {error.fix}
              </p>
            </div>
            <div class="button-row">
              {retry && (
                <button type="button" class="button button-primary" onClick={retry}>
                  Try again
                </button>
              )}
              {text !== undefined && (
                <button
                  type="button"
                  class="button button-secondary"
                  onClick={() => {
                    chat.dismiss(pending.id);
                    edit(text);
                  }}
                >
                  Edit
                </button>
              )}
              <button type="button" class="button button-secondary" onClick={() => chat.dismiss(pending.id)}>
                Dismiss
              </button>
            </div>
          </>
        )}
      </div>
    </article>
  );
}

function Asked({ invocation }: { invocation: Invocation }): JSX.Element {
  const { name, verb, what, files } = invocation;
  const typed = verb === "used";
  return (
    <p class="asked">
      <Face name={name} />
      <span class="asked-words">
        <span class="asked-name">{name}</span> {verb === "picked" ? "picked" : verb}{" "}
        {typed ? <code title={what}>{what}</code> : <q>{what}</q>}
        {files && <span class="asked-files"> with {files.join(", ")}</span>}
      </span>
    </p>
  );
}

function Working(): JSX.Element {
  return (
    <p class="working" role="status">
      <span class="working-cells" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      Working on it
    </p>
  );
}

function clock(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
