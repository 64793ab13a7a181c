// A run as its one message in the channel shows it: place in the queue, progress, learning curves, and what was decided at the end.
import { curvesAlt, curvesPng } from "../charts/curves.js";
import {
  type Actor,
  type GateReport,
  isOver,
  type QueuedRun,
  type RunProgress,
  type RunState,
} from "../engine/queue/run.js";
import type { Block, Button, Field, Message, Tone } from "./reply.js";
import { withoutServerPaths } from "./server-paths.js";

export interface SeenRun {
  readonly run: QueuedRun;
  /** In the queue, from 1. */
  readonly place?: number;
  readonly progress?: RunProgress;
}

const BAR = 20;

export async function runMessage(seen: SeenRun): Promise<Message> {
  const { run, progress } = seen;
  const curves = await curvesOf(run, progress);
  return {
    kind: "message",
    private: false,
    blocks: [
      { kind: "heading", text: `Training ${run.wish.model} · ${run.id}` },
      ...stateBlocks(seen),
      ...(curves === undefined ? [] : [curves]),
      ...gateBlocks(run.gate),
      ...buttonsOf(run),
    ],
  };
}

/** What stands in the channel while the run is put into the queue. */
export function comingMessage(model: string, asker: string): Message {
  return {
    kind: "message",
    private: false,
    blocks: [
      { kind: "heading", text: `Training ${model}` },
      { kind: "note", tone: "info", text: `Asked for by ${asker}; is being put into the queue.` },
    ],
  };
}

/** In one line, for a list. */
export function stateWords({ run, place, progress }: SeenRun): string {
  switch (run.state) {
    case "queued":
      return place === undefined ? "waits" : place === 1 ? "next in the queue" : `place ${place} in the queue`;
    case "running":
      return progress?.step === undefined ? "starts" : `learns, ${Math.round(100 * doneOf(progress))} % done`;
    case "cancelling":
      return "is being cancelled";
    case "cancelled":
      return `was cancelled by ${actorName(run.changes.findLast(({ by }) => by.kind !== "worker")?.by)}`;
    case "failed":
      return "failed";
    case "succeeded":
      return run.gate?.verdict === "refused"
        ? "has learned; its model was refused"
        : "has learned; its model is a candidate";
    case "promoted": {
      const by = run.changes.findLast((change) => change.state === "promoted")?.by;
      return `has learned; its model went into service${by?.kind === "person" ? `, promoted by ${by.name}` : ""}`;
    }
  }
}

export function actorName(by: Actor | undefined): string {
  if (by === undefined) return "nobody";
  if (by.kind === "person") return by.name;
  return by.kind === "schedule"
    ? `schedule ${by.id}`
    : by.kind === "command-line"
      ? "the command line"
      : `the ${by.kind}`;
}

const TONES: Readonly<Record<RunState, Tone>> = {
  queued: "info",
  running: "info",
  cancelling: "warning",
  cancelled: "warning",
  failed: "error",
  succeeded: "good",
  promoted: "good",
};

function stateBlocks(seen: SeenRun): Block[] {
  const { run, progress } = seen;
  const words = stateWords(seen);
  const text = `Asked for by ${actorName(run.wish.by)}; ${words}.`;
  const blocks: Block[] = [{ kind: "note", tone: TONES[run.state], text }];
  if (run.error !== undefined) blocks.push({ kind: "text", text: withoutServerPaths(run.error.message) });
  if (run.state === "running" && progress?.step !== undefined) {
    blocks.push({ kind: "text", text: { code: barOf(doneOf(progress)) } });
  }
  const fields = fieldsOf(seen);
  if (fields.length > 0) blocks.push({ kind: "fields", fields });
  for (const { message } of progress?.notes.filter(({ code }) => SHOWN_NOTES.has(code)) ?? []) {
    blocks.push({ kind: "note", tone: "warning", text: message });
  }
  return blocks;
}

/** Notes of the trainer that whoever watches should know; the others stand in the details. */
const SHOWN_NOTES = new Set(["batch-halved", "out-of-memory"]);

function fieldsOf({ run, progress }: SeenRun): Field[] {
  const { started, step, epochs = [] } = progress ?? {};
  const last = epochs.at(-1);
  if (run.result !== undefined) {
    const { version, testAccuracy, testInterval, seconds } = run.result;
    return [
      {
        name: "Test accuracy",
        value: `${share(testAccuracy)} (95 %: ${share(testInterval.low)} to ${share(testInterval.high)})`,
      },
      { name: "Version", value: version },
      { name: "Took", value: duration(seconds) },
      ...(started === undefined ? [] : [{ name: "Device", value: `${started.device.name} (${started.backend})` }]),
    ];
  }
  if (isOver(run.state) || started === undefined) return [];
  return [
    { name: "Epoch", value: `${step?.epoch ?? 1} of ${started.epochs}` },
    ...(step === undefined
      ? []
      : [
          { name: "Loss", value: step.loss.toFixed(4) },
          { name: "Speed", value: `${Math.round(step.imagesPerSecond).toLocaleString("en")} images a second` },
          { name: "Time left", value: duration(step.secondsLeft) },
        ]),
    ...(last === undefined ? [] : [{ name: "Validation accuracy", value: share(last.validationAccuracy) }]),
    { name: "Device", value: `${started.device.name} (${started.backend})` },
  ];
}

async function curvesOf(run: QueuedRun, progress: RunProgress | undefined): Promise<Block | undefined> {
  const epochs = progress?.epochs ?? [];
  if (epochs.length < 2 || run.state === "failed") return undefined;
  const chart = { title: `${run.wish.model}: learning curves`, epochs };
  return { kind: "picture", name: "curves.png", png: await curvesPng(chart), alt: curvesAlt(chart) };
}

function gateBlocks(gate: GateReport | undefined): Block[] {
  if (gate === undefined) return [];
  const tone = gate.verdict === "promoted" ? "good" : gate.verdict === "kept" ? "info" : "warning";
  const note: Block = { kind: "note", tone, text: withoutServerPaths(gate.words) };
  if (gate.classes === undefined || gate.classes.length === 0) return [note];
  return [
    note,
    {
      kind: "table",
      columns: [
        { title: "class" },
        { title: "images", align: "right" },
        { title: "new", align: "right" },
        { title: "in service", align: "right" },
      ],
      rows: gate.classes
        .toSorted(byLabel)
        .map(({ label, images, candidate, champion }) => [label, String(images), share(candidate), share(champion)]),
    },
  ];
}

function buttonsOf({ id, state, result, wish, gate }: QueuedRun): Block[] {
  const details: Button = {
    label: "Details",
    style: "secondary",
    press: { command: "train", action: "details", args: { run: id } },
  };
  const version = result?.version ?? "";
  // What goes into service and out of it is the affair of /models, and audited there.
  const first: Readonly<Partial<Record<RunState, Button>>> = {
    queued: cancelButton(id),
    running: cancelButton(id),
    succeeded: {
      label: "Promote",
      style: "primary",
      press: { command: "models", action: "promote", args: { model: `${wish.model}@${version}` } },
    },
    promoted: {
      label: "Roll back",
      style: "danger",
      press: { command: "models", action: "rollback", args: { model: wish.model, from: version } },
    },
  };
  // What the gate refused is offered to nobody; who knows better names its version to /models promote.
  const button = state === "succeeded" && gate?.verdict === "refused" ? undefined : first[state];
  return [{ kind: "buttons", buttons: button === undefined ? [details] : [button, details] }];
}

const cancelButton = (run: string): Button => ({
  label: "Cancel",
  style: "danger",
  press: { command: "train", action: "cancel", args: { run } },
});

const byLabel = (a: { readonly label: string }, b: { readonly label: string }): number =>
  a.label.localeCompare(b.label, "en", { numeric: true });

/** Of counted pictures: 100 % is all of them. */
function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** Share of the whole run, 0 to 1. */
export function doneOf({ started, step }: RunProgress): number {
  if (started === undefined || step === undefined) return 0;
  return Math.min(1, (step.epoch - 1 + step.step / Math.max(1, step.steps)) / Math.max(1, started.epochs));
}

function barOf(share: number): string {
  const full = Math.round(BAR * share);
  return `${"█".repeat(full)}${"░".repeat(BAR - full)} ${Math.round(100 * share)} %`;
}

export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
