// Recording while a request is carried out: its replies pass through, and what came of it completes the entry.
import { type Audit, failureOf } from "./audit-list.js";
import type { Callable } from "./command.js";
import { plain, type Reply } from "./reply.js";
import type { Request } from "./request.js";

/** `callable`: where a command was typed, for the kinds of its options. */
export async function* audited(
  audit: Audit,
  request: Request,
  callable: Callable | undefined,
  replies: () => AsyncIterable<Reply>,
): AsyncGenerator<Reply> {
  const { id, name } = request.user;
  const complete = await audit.begin(request.community, { kind: "person", id, name }, written(request, callable));
  let words = "";
  try {
    for await (const reply of replies()) {
      words = wordsOf(reply);
      yield reply;
    }
  } catch (error) {
    await complete(...failureOf(error));
    throw error;
  }
  await complete("done", words);
}

/** The request as it would be typed; people are left out, so that forgetting them leaves nothing behind. */
function written(request: Request, callable: Callable | undefined): string {
  const given = request.kind === "command" ? request.options : request.ref.args;
  const values = Object.entries(given).map(
    ([name, value]) => `${name}:${callable?.options[name]?.type === "user" ? "(a person)" : String(value)}`,
  );
  const head =
    request.kind === "command"
      ? `/${request.command}${request.subcommand === undefined ? "" : ` ${request.subcommand}`}`
      : `/${request.ref.command} [${request.ref.action}]`;
  return [head, ...values].join(" ");
}

/** The first words that a reply says. */
function wordsOf(reply: Reply): string {
  if (reply.kind === "form") return reply.title;
  for (const block of reply.blocks) {
    if (block.kind === "heading") return block.text;
    if (block.kind === "text" || block.kind === "note") return plain(block.text);
  }
  return "";
}
