// The channel's messages: new ones are announced, kept in view, and never pull a reader away from what they read.
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../wire.js";
import type { Chat, ChatState } from "./chat.js";
import { EntryView, PendingView } from "./entry.js";
import { Icon } from "./icons.js";
import { Welcome } from "./welcome.js";

interface LogProps {
  readonly chat: Chat;
  readonly state: ChatState;
  readonly session: Extract<Session, { state: "ready" }>;
  readonly edit: (text: string) => void;
}

/** This close to the end one reads along. */
const NEAR_PX = 80;

export function Log({ chat, state, session, edit }: LogProps): JSX.Element {
  const scroller = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const lastTop = useRef(0);
  const [behind, setBehind] = useState(false);
  const entries = [...state.entries.values()].filter((entry) => entry.channel === state.channel);
  const pending = state.pending.filter((each) => each.channel === state.channel && (!each.quiet || each.error));

  const empty = entries.length + pending.length === 0;
  const welcoming = useRef(empty);
  welcoming.current = empty;

  const toEnd = () => {
    const element = scroller.current;
    if (!element) return;
    // A welcome is read from its beginning.
    element.scrollTop = welcoming.current ? 0 : element.scrollHeight;
    following.current = true;
    setBehind(false);
  };

  // Pictures arrive late and change the height: whoever reads along stays at the end.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd();
    });
    if (content.current) observer.observe(content.current);
    if (scroller.current) observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);

  const newest = entries.at(-1)?.id ?? "";
  const own = pending.at(-1)?.id ?? "";
  // Another channel is read from its end.
  useLayoutEffect(toEnd, [state.channel]);
  // What one sent oneself is always shown.
  useLayoutEffect(() => {
    if (own !== "") toEnd();
  }, [own]);
  // Only a new message can be missed.
  useLayoutEffect(() => {
    if (following.current) toEnd();
    else setBehind(true);
  }, [newest]);

  const scrolled = () => {
    const element = scroller.current;
    if (!element) return;
    // Only going up is leaving the end: a message that grows below does not mean that one stopped reading along.
    const wentUp = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    following.current = near || (following.current && !wentUp);
    if (following.current) setBehind(false);
  };

  return (
    <div class="log-frame">
      <section
        ref={scroller}
        class="log-scroller"
        onScroll={scrolled}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={`Messages in ${state.channel}`}
      >
        <div ref={content} class="log-content">
          {state.loaded && (
            <Welcome session={session} channel={state.channel} empty={empty} ask={(text) => chat.send(text, [])} />
          )}
          <div role="log" aria-live={state.loaded ? "polite" : "off"} aria-label={`Channel ${state.channel}`}>
            {entries.map((entry, index) => (
              <div key={entry.id}>
                {isNewDay(entry.at, entries[index - 1]?.at) && <p class="day">{day(entry.at)}</p>}
                <EntryView entry={entry} chat={chat} state={state} />
              </div>
            ))}
            {pending.map((each) => (
              <PendingView key={each.id} pending={each} name={session.person.name} chat={chat} edit={edit} />
            ))}
          </div>
        </div>
      </section>
      {behind && (
        <button type="button" class="jump" onClick={toEnd}>
          <Icon name="down" size={16} /> New messages
        </button>
      )}
    </div>
  );
}

function isNewDay(at: number, before: number | undefined): boolean {
  return before !== undefined && new Date(at).toDateString() !== new Date(before).toDateString();
}

function day(at: number): string {
  return new Date(at).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}
