// Who this tab is: remembered by the tab itself, and by the browser for the next tab and the next day.
import type { WirePerson } from "../wire.js";

/** `identity` is signed by the server and secret: who has it is this person. */
export interface Remembered extends WirePerson {
  readonly identity: string;
}

const TAB = "convo.identity";
const PEOPLE = "convo.people";
const MOST = 8;

/** Opened at this fragment, a tab starts as somebody new. */
export const SOMEBODY_NEW = "#new";

/** The tab's own person, else the one who was last here in any tab of this browser. */
export function currentIdentity(): string | undefined {
  if (location.hash === SOMEBODY_NEW) return undefined;
  return sessionStorage.getItem(TAB) ?? people()[0]?.identity;
}

/** This tab is that person from now on; `before` is the same person's identity under an older name or role. */
export function become(person: Remembered, before?: string): void {
  sessionStorage.setItem(TAB, person.identity);
  const others = people().filter(({ identity }) => identity !== person.identity && identity !== before);
  localStorage.setItem(PEOPLE, JSON.stringify([person, ...others].slice(0, MOST)));
  if (location.hash === SOMEBODY_NEW) history.replaceState(null, "", location.pathname);
}

/** People who were here in this browser, the last one first. */
export function people(): Remembered[] {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(PEOPLE) ?? "[]");
    return Array.isArray(read) ? read.filter(isRemembered) : [];
  } catch {
    return [];
  }
}

/** Forgets somebody whom the server does not know any more (its store was emptied). */
export function forget(identity: string): void {
  const others = people().filter((person) => person.identity !== identity);
  localStorage.setItem(PEOPLE, JSON.stringify(others));
  sessionStorage.removeItem(TAB);
}

/** Forgets people on this device (their messages stay with Convo). */
export function forgetEverybody(): void {
  localStorage.removeItem(PEOPLE);
  sessionStorage.removeItem(TAB);
}

function isRemembered(value: unknown): value is Remembered {
  return typeof value === "object" && value !== null && "identity" in value && "name" in value && "role" in value;
}
