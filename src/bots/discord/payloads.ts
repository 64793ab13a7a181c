// A rendered message as discord.js wants it for sending and for editing; nobody is ever mentioned.
import { MessageFlags } from "discord.js";
import type { Payload } from "./render.js";

export function editable({ flags, components, files, attachments, allowedMentions }: Payload) {
  return {
    flags,
    components: [...components],
    files: [...files],
    attachments: [...attachments],
    allowedMentions: mentions(allowedMentions),
  };
}

export function sendable({ flags, components, files, allowedMentions }: Payload, isPrivate: boolean) {
  const all = isPrivate ? ([flags, MessageFlags.Ephemeral] as const) : ([flags] as const);
  return { flags: all, components: [...components], files: [...files], allowedMentions: mentions(allowedMentions) };
}

const mentions = ({ parse }: Payload["allowedMentions"]) => ({ parse: [...parse] });

/** For a channel, seen by everybody in it. */
export function postable({ flags, components, files, allowedMentions }: Payload) {
  return { flags, components: [...components], files: [...files], allowedMentions: mentions(allowedMentions) };
}
