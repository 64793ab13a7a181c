// The chat's frame: channels at the side, the channel's name on top, messages, composer.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../wire.js";
import { openChat } from "./chat.js";
import { Composer, type ComposerHandle } from "./composer.js";
import { FormDialog } from "./formDialog.js";
import { Icon, Logo } from "./icons.js";
import type { Remembered } from "./identity.js";
import { Log } from "./log.js";
import { useObservable } from "./observable.js";
import { PersonMenu } from "./personMenu.js";
import { presentTheme, switchTheme } from "./theme.js";

interface ShellProps {
  readonly session: Extract<Session, { state: "ready" }>;
  readonly identity: string;
  readonly joined: (person: Remembered, before?: string) => void;
  readonly reload: () => void;
}

export function Shell({ session, identity, joined, reload }: ShellProps): JSX.Element {
  const [chat] = useState(() => {
    const channels = session.channels.map(({ id }) => id);
    return openChat(identity, channels, reload);
  });
  useEffect(() => () => chat.close(), [chat]);
  const state = useObservable(chat.state);
  const composer = useRef<ComposerHandle>(null);
  const channel = session.channels.find(({ id }) => id === state.channel);
  const waiting = Object.values(state.unread).reduce((sum, count) => sum + count, 0);

  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ""}#${state.channel} · Convo playground`;
  }, [waiting, state.channel]);

  useEffect(() => {
    const seen = () => document.hidden || chat.select(chat.state.get().channel);
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [chat]);

  const formOpen = state.form !== undefined;
  useEffect(() => {
    if (!formOpen && document.activeElement === document.body) composer.current?.focus();
  }, [formOpen]);

  return (
    <div class="shell">
      <a class="skip" href="#composer">
        Skip to the message field
      </a>
      <aside class="side">
        <div class="brand">
          <Logo size={30} />
          <h1>
            Convo <span>playground</span>
          </h1>
        </div>
        <nav aria-label="Channels">
          <h2 class="side-title">Channels</h2>
          <ul>
            {session.channels.map(({ id }) => {
              const unread = state.unread[id] ?? 0;
              return (
                <li key={id}>
                  <button
                    type="button"
                    class={unread > 0 ? "channel channel-unread" : "channel"}
                    aria-current={id === state.channel ? "page" : undefined}
                    onClick={() => {
                      chat.select(id);
                      composer.current?.focus();
                    }}
                  >
                    <Icon name="hash" size={16} />
                    <span>{id}</span>
                    {unread > 0 && (
                      <span class="unread">
                        {unread}
                        <span class="unseen"> unread</span>
                      </span>
                    )}
                  </button>
                </li>
              );
            })}
          </ul>
        </nav>
        <PersonMenu session={session} identity={identity} joined={joined} reload={reload} />
      </aside>
      <main class="main">
        <header class="top">
          <h2 class="top-name">
            <Icon name="hash" size={20} />
            {state.channel}
          </h2>
          <p class="top-topic">{channel?.topic}</p>
          <ThemeButton />
        </header>
        <ConnectionBar lost={state.connection === "lost"} retry={chat.reconnect} />
        <Log chat={chat} state={state} session={session} edit={(text) => composer.current?.fill(text)} />
        {state.drafts.map((draft) => (
          <div key={draft.open.form.token} class="draft">
            <Icon name="pencil" size={16} />
            <p>
              Draft of <strong>{draft.open.form.title}</strong> kept
            </p>
            <button type="button" class="button button-primary button-small" onClick={() => chat.resume(draft)}>
              Continue
            </button>
            <button type="button" class="button button-secondary button-small" onClick={() => chat.discard(draft)}>
              Discard
            </button>
          </div>
        ))}
        <Composer handle={composer} session={session} channel={state.channel} send={chat.send} look={chat.complete} />
      </main>
      {state.form && <FormDialog key={state.form.form.token} open={state.form} chat={chat} drafts={state.drafts} />}
    </div>
  );
}

function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState(presentTheme);
  const other = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={`Switch to ${other} colours`}
      title={`Switch to ${other} colours`}
      onClick={() => setTheme(switchTheme())}
    >
      <Icon name={theme === "dark" ? "sun" : "moon"} />
    </button>
  );
}

/** A moment without connection is not worth a word. */
const PATIENCE_MS = 1_200;

function ConnectionBar({ lost, retry }: { lost: boolean; retry: () => void }): JSX.Element {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) setShown(false);
    const timer = lost ? setTimeout(() => setShown(true), PATIENCE_MS) : undefined;
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div role="status">
      {shown && (
        <div class="offline">
          <Icon name="warning" size={17} />
          <p>
            <strong>{navigator.onLine ? "Convo cannot be reached." : "You are offline."}</strong> Trying again; what you
            see stays.
          </p>
          <button type="button" class="button button-secondary button-small" onClick={retry}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
