// Everything about one run, for whoever wants to know: who asked for what, each change and why, the epochs, what the trainer noted.
import { percent } from "../charts/seen.js";
import { message } from "./private-message.js";
import type { Block, Message } from "./reply.js";
import { actorName, duration, type SeenRun, stateWords } from "./run-message.js";
import { withoutServerPaths } from "./server-paths.js";

/** Rows and lines that one message carries; the newest count. */
const EPOCHS = 12;
const CHANGES = 15;

export function runDetails(seen: SeenRun): Message {
  const { run, progress } = seen;
  const { wish, changes, attempts, error } = run;
  const settings = Object.entries(wish.settings).map(([name, value]) => `${name}=${value}`);
  const epochs = (progress?.epochs ?? []).slice(-EPOCHS);
  const blocks: Block[] = [
    { kind: "heading", text: `${run.id} ${stateWords(seen)}` },
    {
      kind: "fields",
      fields: [
        { name: "Model", value: `${wish.model}, by the recipe ${wish.recipe}` },
        { name: "Settings", value: settings.length === 0 ? "the recipe's own" : settings.join(", ") },
        { name: "Seed", value: String(wish.seed) },
        ...(progress?.started === undefined
          ? []
          : [
              {
                name: "Data",
                value: `${progress.started.data.name}, version ${progress.started.data.version.slice(0, 12)}`,
              },
            ]),
        ...(attempts > 1 ? [{ name: "Taken up", value: `${attempts} times` }] : []),
      ],
    },
    {
      kind: "table",
      columns: [{ title: "when" }, { title: "state" }, { title: "by" }, { title: "why" }],
      rows: changes
        .slice(-CHANGES)
        .map(({ at, state, by, why }) => [
          `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`,
          state,
          actorName(by),
          withoutServerPaths(why),
        ]),
    },
  ];
  if (run.gate !== undefined) blocks.push({ kind: "note", tone: "info", text: withoutServerPaths(run.gate.words) });
  if (error !== undefined)
    blocks.push({ kind: "note", tone: "error", text: `${withoutServerPaths(error.message)} (${error.code})` });
  if (epochs.length > 0) {
    blocks.push({
      kind: "table",
      columns: [
        { title: "epoch", align: "right" },
        { title: "loss", align: "right" },
        { title: "accuracy", align: "right" },
        { title: "validation", align: "right" },
        { title: "took", align: "right" },
      ],
      rows: epochs.map((each) => [
        String(each.epoch),
        each.loss.toFixed(4),
        percent(each.accuracy),
        percent(each.validationAccuracy),
        duration(each.seconds),
      ]),
    });
  }
  for (const { message: text } of progress?.notes ?? []) blocks.push({ kind: "note", tone: "info", text });
  return message(blocks);
}
