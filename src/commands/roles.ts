// Who may: the platform's own role, raised by the community's settings.
import { UserError } from "../errors.js";
import type { Settings } from "../quiz/settings.js";
import { ROLES, type Role, type User } from "./request.js";

/** A learner named in the settings, or carrying a role named there, instructs. */
export function effectiveRole(user: User, settings: Settings): Role {
  if (user.role !== "learner") return user.role;
  const { people, groups } = settings.instructors;
  return people.includes(user.id) || user.groups.some((group) => groups.includes(group)) ? "instructor" : "learner";
}

/** Throws UserError `not-allowed`. */
export function mayUse(role: Role, needed: Role, what: string): void {
  if (ROLES.indexOf(role) >= ROLES.indexOf(needed)) return;
  const whom = needed === "admin" ? "admins" : "instructors";
  throw new UserError(
    "not-allowed",
    `${what} is for ${whom}.`,
    needed === "admin"
      ? "Ask an admin of this community."
      : "Ask an instructor; they can add you with /settings instructors.",
  );
}
