// What a person reads who typed something that is no command: a private message in the channel, like any other answer.
import { randomBytes } from "node:crypto";
import type { Typed } from "../typed.js";
import type { Draft } from "./room.js";

export function hint(
  { what, fix }: Extract<Typed, { kind: "hint" }>,
  text: string,
  { id, channel }: { id: string; channel: string },
  name: string,
): Draft {
  return {
    id: randomBytes(9).toString("base64url"),
    channel,
    at: Date.now(),
    private: true,
    streaming: false,
    invocation: { name, verb: "wrote", what: text },
    request: id,
    blocks: [{ kind: "note", tone: "info", text: `${what} ${fix}` }],
  };
}
