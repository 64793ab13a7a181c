// Two bots as processes on one store: the message of a run is edited by one of them, and by the other once that one is killed.
import { mkdirSync, rmSync } from "node:fs";
import { join as path } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Entry, LiveEvent } from "../../src/bots/playground/wire.js";
import { listen, textOf } from "../bots/playground/client.js";
import { drawDigits } from "../engine/queue/support/drawn-digits.js";
import { until } from "../engine/queue/support/workplace.js";
import { buttonOf, chatAs, join, openChat } from "../support/chat.js";
import { temporaryFolder } from "../support/world.js";

/** Milliseconds in which a run of some seconds begins, or is over. */
const PATIENCE = 300_000;

it("one of two bots edits a run's message; when it is killed the other does, to the end", async () => {
  const folder = temporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  mkdirSync(path(folder, "data"));
  drawDigits(path(folder, "data/mnist"));
  const start = async () => {
    const { url, running } = await openChat(
      folder,
      {
        CONVO_WORKER: "on",
        CONVO_BACKEND: "wasm",
        CONVO_MODELS: "models",
      },
      PATIENCE,
    );
    onTestFinished(async () => {
      running.child.kill("SIGKILL");
      await running.finished;
    });
    const identity = await join(url, "Ada", "admin");
    const events = await listen({ url, headers: { "Convo-Person": identity } });
    return { running, heard: events.heard, chat: chatAs(url, running, identity) };
  };
  const asked = await start();
  const bots = [asked, await start()];
  const settings = 'settings:"batch=64 width=2 limit=640"';
  const answer = JSON.stringify(await asked.chat.say(`/train model:digits epochs:400 ${settings} after:keep`));
  const run = /r-\d{8}-[0-9a-f]+/.exec(answer)?.[0] ?? "";
  expect(run).not.toBe("");
  /** What a bot showed of the run, the posting itself left out. */
  const edits = (heard: readonly LiveEvent[]): Entry[] =>
    heard
      .flatMap((event) =>
        event.type === "entry" && textOf(event.entry).includes(`Training digits · ${run}`) ? [event.entry] : [],
      )
      .filter((entry) => !textOf(entry).includes("next in the queue"));

  await until("it is seen to learn", () => bots.some(({ heard }) => edits(heard).length >= 3), PATIENCE);
  const editors = bots.filter(({ heard }) => edits(heard).length > 0);
  expect(editors).toHaveLength(1);
  const [editor] = editors;
  const other = bots.find((bot) => bot !== editor);
  if (editor === undefined || other === undefined) throw new Error("no other");
  editor.running.child.kill("SIGKILL");
  await editor.running.finished;
  await until("the other edits it on", () => edits(other.heard).length >= 2, PATIENCE);
  const shown = edits(other.heard).at(-1);
  expect(new Set(edits(other.heard).map(({ id }) => id))).toEqual(new Set([edits(editor.heard)[0]?.id]));
  // Its buttons work there, too.
  await other.chat.press(buttonOf(shown?.blocks ?? [], "Cancel"));
  await until(
    "its end is shown",
    () => edits(other.heard).some((entry) => textOf(entry).includes("was cancelled by Ada")),
    PATIENCE,
  );
});
