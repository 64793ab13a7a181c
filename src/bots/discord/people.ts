// Who asks and where: Discord's members, permissions and roles → a User; guilds and direct messages → a community.
import { type BaseInteraction, type User as DiscordUser, PermissionFlagsBits } from "discord.js";
import type { Role, User } from "../../commands/request.js";

/** What `who` needs of an interaction. */
export type Whence = Pick<BaseInteraction, "user" | "member" | "memberPermissions" | "guildId">;

export function userOf({ user, member, memberPermissions, guildId }: Whence): User {
  const roles = member?.roles ?? [];
  return {
    id: user.id,
    name: nameOf(user, member),
    role: guildId === null ? "learner" : roleOf(memberPermissions),
    groups: Array.isArray(roles) ? roles : [...roles.cache.keys()],
  };
}

/** A guild; elsewhere everybody is a community of one, whichever direct message it comes from. */
export function communityOf({ guildId, user }: Pick<Whence, "guildId" | "user">): string {
  return guildId ?? `person-${user.id}`;
}

function nameOf(user: DiscordUser, member: Whence["member"]): string {
  const nick = member === null ? null : "displayName" in member ? member.displayName : (member.nick ?? null);
  return nick ?? user.globalName ?? user.username;
}

/** Whoever manages the guild administers the course; instructors are named in the settings. */
function roleOf(permissions: Whence["memberPermissions"]): Role {
  const flags = [PermissionFlagsBits.Administrator, PermissionFlagsBits.ManageGuild];
  return permissions?.any(flags) === true ? "admin" : "learner";
}
