// Who one is here, and how to become somebody else: another role, another person, another tab.
import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import { ROLES, type Role } from "../../../commands/request.js";
import type { Session } from "../wire.js";
import { Face, Icon } from "./icons.js";
import { forgetEverybody, people, type Remembered, SOMEBODY_NEW } from "./identity.js";
import { connect, ServerError } from "./server.js";

interface PersonMenuProps {
  readonly session: Extract<Session, { state: "ready" }>;
  readonly identity: string;
  readonly joined: (person: Remembered, before?: string) => void;
  readonly reload: () => void;
}

export function PersonMenu({ session, identity, joined, reload }: PersonMenuProps): JSX.Element {
  const id = useId();
  const [failure, setFailure] = useState("");
  const [typed, setTyped] = useState(session.person.name);
  const { name, role } = session.person;
  const others = people().filter((person) => person.identity !== identity);

  const attempt = (work: Promise<unknown>) => {
    work.catch((error: unknown) => {
      if (!(error instanceof ServerError)) throw error;
      setFailure(`${error.error.message} ${error.error.fix}`);
    });
  };
  const become = (nextName: string, next: Role) => {
    const change = connect(identity).join(nextName, session.choosesRole ? next : undefined);
    attempt(change.then((now) => joined({ identity: now.identity, ...now.person }, identity)));
  };
  const rename = (event: SubmitEvent) => {
    event.preventDefault();
    if (typed.trim() !== "" && typed !== name) become(typed, role);
  };
  const leave = () => {
    attempt(
      connect(identity)
        .logout()
        .then(() => {
          forgetEverybody();
          reload();
        }),
    );
  };

  return (
    <div class="me">
      <button type="button" class="me-button" popovertarget={id}>
        <Face name={name} size="large" />
        <span class="me-words">
          <span class="me-name">{name}</span>
          <span class="me-role">{role}</span>
        </span>
        <span class="unseen">: change name, role or person</span>
        <Icon name="person" size={16} />
      </button>
      <div id={id} popover="auto" class="menu">
        <form class="menu-name" onSubmit={rename}>
          <label class="label" for={`${id}-name`}>
            Your name
          </label>
          <input
            id={`${id}-name`}
            class="input"
            autocomplete="nickname"
            maxLength={40}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
          <button
            type="submit"
            class="button button-secondary button-small"
            disabled={typed.trim() === "" || typed === name}
          >
            Change name
          </button>
        </form>
        {session.choosesRole ? (
          <fieldset class="menu-roles">
            <legend class="label">Your role</legend>
            {ROLES.map((each) => (
              <label key={each} class="menu-role">
                <input type="radio" name="my-role" checked={each === role} onChange={() => become(name, each)} />
                <span>{each}</span>
              </label>
            ))}
          </fieldset>
        ) : (
          <p class="menu-text">Your token makes you {role === "learner" ? "a learner" : `an ${role}`}.</p>
        )}
        {failure && <p class="menu-text">{failure}</p>}
        <a class="menu-item" href={`/${SOMEBODY_NEW}`} target="_blank" rel="noopener">
          Another person in a new tab
        </a>
        {others.length > 0 && <p class="label menu-label">Be somebody else in this tab</p>}
        {others.map((person) => (
          <button key={person.identity} type="button" class="menu-item" onClick={() => joined(person)}>
            <Face name={person.name} /> {person.name}
            {session.choosesRole && <span class="person-role">{person.role}</span>}
          </button>
        ))}
        {!session.choosesRole && (
          <button type="button" class="menu-item" onClick={leave}>
            Sign out and forget me here
          </button>
        )}
      </div>
    </div>
  );
}
