// Before the chat: a token where one is needed, then a name and, where one may choose it, a role.
import type { ComponentChildren, JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { ROLES, type Role } from "../../../commands/request.js";
import type { WireError } from "../wire.js";
import { Face, Icon, Logo } from "./icons.js";
import { people, type Remembered } from "./identity.js";
import { connect, ServerError } from "./server.js";

export function LoginGate({ entered }: { entered: () => void }): JSX.Element {
  const id = useId();
  const [token, setToken] = useState("");
  const { error, busy, run } = useAttempt();
  const submit = (event: Event) => {
    event.preventDefault();
    if (token.trim() !== "") run(() => connect(undefined).login(token.trim()), entered);
  };
  return (
    <Card title="Convo playground" text="This playground asks for a token. The person who runs it gave you one.">
      <form onSubmit={submit}>
        <label class="label" for={id}>
          Token
        </label>
        <input
          id={id}
          class="input"
          type="password"
          autocomplete="current-password"
          autofocus
          required
          value={token}
          aria-invalid={error !== undefined}
          onInput={(event) => setToken(event.currentTarget.value)}
        />
        <Failure error={error} />
        <button type="submit" class="button button-primary button-wide" aria-disabled={busy}>
          {busy ? "One moment…" : "Enter"}
        </button>
      </form>
    </Card>
  );
}

const ROLE_WORDS: Readonly<Record<Role, { name: string; may: string }>> = {
  learner: { name: "Learner", may: "Takes the quiz and sees the own progress" },
  instructor: { name: "Instructor", may: "Also sees the grades and changes the settings" },
  admin: { name: "Admin", may: "May do everything" },
};

interface JoinProps {
  readonly choosesRole: boolean;
  readonly role: Role;
  readonly joined: (person: Remembered) => void;
}

export function JoinGate({ choosesRole, role: given, joined }: JoinProps): JSX.Element {
  const id = useId();
  const [known] = useState(people);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>(given);
  const { error, busy, run } = useAttempt();
  const submit = (event: Event) => {
    event.preventDefault();
    run(
      () => connect(undefined).join(name, choosesRole ? role : undefined),
      ({ identity, person }) => joined({ identity, ...person }),
    );
  };
  return (
    <Card title="Convo playground" text="A chat room to try Convo in: no account, nothing leaves this server.">
      <form onSubmit={submit}>
        <label class="label" for={id}>
          What shall we call you?
        </label>
        <input
          id={id}
          class="input"
          autocomplete="nickname"
          autofocus
          required
          maxLength={40}
          placeholder="Ada"
          value={name}
          aria-invalid={error !== undefined}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        {choosesRole && (
          <fieldset class="roles">
            <legend class="label">You are here as</legend>
            {ROLES.map((each) => (
              <label key={each} class="role">
                <input type="radio" name="role" value={each} checked={role === each} onChange={() => setRole(each)} />
                <span class="role-name">{ROLE_WORDS[each].name}</span>
                <span class="role-may">{ROLE_WORDS[each].may}</span>
              </label>
            ))}
          </fieldset>
        )}
        <Failure error={error} />
        <button type="submit" class="button button-primary button-wide" aria-disabled={busy}>
          {busy ? "One moment…" : "Start chatting"}
        </button>
      </form>
      {known.length > 0 && (
        <div class="returning">
          <p class="label">Or come back as</p>
          <ul>
            {known.map((person) => (
              <li key={person.identity}>
                <button type="button" class="person" onClick={() => joined(person)}>
                  <Face name={person.name} size="large" />
                  <span>{person.name}</span>
                  {choosesRole && <span class="person-role">{person.role}</span>}
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}

export function Trouble({ error, retry }: { error: WireError; retry: () => void }): JSX.Element {
  return (
    <Card title="Convo cannot be reached" text={`${error.message} ${error.fix}`}>
      <button type="button" class="button button-primary button-wide" onClick={retry}>
        Try again
      </button>
    </Card>
  );
}

function Card({ title, text, children }: { title: string; text: string; children: ComponentChildren }): JSX.Element {
  return (
    <main class="gate">
      <div class="gate-card">
        <Logo size={52} />
        <h1>{title}</h1>
        <p class="gate-text">{text}</p>
        {children}
      </div>
    </main>
  );
}

function Failure({ error }: { error: WireError | undefined }): JSX.Element | null {
  if (!error) return null;
  return (
    <div class="note tone-error" role="alert">
      <Icon name="error" />
      <p>
        <strong class="note-word">Problem</strong> {error.message} {error.fix}
      </p>
    </div>
  );
}

/** One try at a time; its error, if it failed. */
function useAttempt() {
  const [error, setError] = useState<WireError>();
  const [busy, setBusy] = useState(false);
  const run = <T,>(attempt: () => Promise<T>, done: (value: T) => void) => {
    if (busy) return;
    setBusy(true);
    attempt()
      .then(done, (failure: unknown) => {
        if (!(failure instanceof ServerError)) throw failure;
        setError(failure.error);
      })
      .finally(() => setBusy(false));
  };
  return { error, busy, run };
}
