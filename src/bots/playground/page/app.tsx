// From opening the page to the chat: the session decides between token, name, and chat.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Session, WireError } from "../wire.js";
import { JoinGate, LoginGate, Trouble } from "./gate.js";
import { become, currentIdentity, forget, type Remembered, SOMEBODY_NEW } from "./identity.js";
import { connect, ServerError } from "./server.js";
import { Shell } from "./shell.js";

type View =
  | { readonly kind: "loading" }
  | { readonly kind: "trouble"; readonly error: WireError }
  | { readonly kind: "session"; readonly session: Session; readonly identity: string | undefined };

/** Where no token is asked for, a newcomer is let in at once under this name, as a learner; the menu changes both. */
const NEWCOMER = "Guest";

export function App() {
  const [view, setView] = useState<View>({ kind: "loading" });

  const load = useCallback(async (identity: string | undefined) => {
    try {
      const session = await connect(identity).session();
      if (session.state === "join" && identity !== undefined) forget(identity);
      if (session.state === "join" && session.choosesRole && location.hash !== SOMEBODY_NEW) {
        const { identity: own, person } = await connect(undefined).join(NEWCOMER, "learner");
        become({ identity: own, ...person });
        setView({ kind: "session", session: await connect(own).session(), identity: own });
        return;
      }
      setView({ kind: "session", session, identity });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      setView({ kind: "trouble", error: error.error });
    }
  }, []);

  useEffect(() => void load(currentIdentity()), [load]);

  const joined = (person: Remembered, before?: string) => {
    become(person, before);
    void load(person.identity);
  };

  if (view.kind === "loading") return <div class="loading" role="status" aria-label="Loading" />;
  if (view.kind === "trouble") return <Trouble error={view.error} retry={() => void load(currentIdentity())} />;
  const { session, identity } = view;
  if (session.state === "login") return <LoginGate entered={() => void load(currentIdentity())} />;
  if (session.state === "join" || identity === undefined) {
    const { choosesRole } = session;
    const role = session.state === "join" ? session.role : session.person.role;
    return <JoinGate choosesRole={choosesRole} role={role} joined={joined} />;
  }
  return (
    <Shell
      key={identity}
      session={session}
      identity={identity}
      joined={joined}
      reload={() => void load(currentIdentity())}
    />
  );
}
