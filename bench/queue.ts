// What the queue costs: `npm run bench:queue -- --data FOLDER [--rounds 5] [--seconds 40] [--redis URL]`, FOLDER with MNIST's files.
// From enqueue to the first batch, of which how much is the queue's; and what the worker spends on a run that the trainer carries out.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openQueue } from "../src/engine/queue/queue.js";
import { isOver, PRIORITIES, type RunWish } from "../src/engine/queue/run.js";
import type { Runner } from "../src/engine/queue/runner.js";
import { startWorker } from "../src/engine/queue/worker.js";
import type { RunEvent } from "../src/engine/training/run.js";
import { type RunningRun, startRun } from "../src/engine/training/start-run.js";
import { openStore } from "../src/store/open.js";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "data/mnist" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "40" },
    redis: { type: "string" },
    child: { type: "boolean", default: false },
  },
});

const STEP: RunEvent = {
  type: "step",
  phase: "train",
  epoch: 12,
  step: 345,
  steps: 430,
  loss: 0.1234567891234,
  imagesPerSecond: 1234.56789123,
  secondsLeft: 345.6789123,
};
const SENT = 5000;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const pause = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
const percent = (share: number): string => `${(100 * share).toFixed(3)} %`;

if (options.child) await sendAndTell();
else {
  for (const url of [undefined, ...(options.redis === undefined ? [] : [options.redis])]) await measure(url);
  const each = await costOfSending();
  console.log(
    `the trainer's part: ${(each * 1e6).toFixed(0)} µs an event, 4 events a second: ${percent(4 * each)} of a core`,
  );
}

async function measure(redis: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "convo-bench-queue-"));
  const store = await openStore({ url: redis ?? `lmdb:${join(folder, "store")}` });
  const queue = openQueue({ store });
  let started = 0;
  let firstStep = 0;
  let events = 0;
  const train: Runner = (description) => {
    started = performance.now();
    const running = startRun(description, { background: true });
    return { ...running, events: watched(running) };
  };
  async function* watched({ events: all }: RunningRun): AsyncGenerator<RunEvent> {
    for await (const event of all) {
      events += 1;
      if (event.type === "step" && firstStep === 0) firstStep = performance.now();
      yield event;
    }
  }
  const silent = () => undefined;
  const worker = startWorker({
    queue,
    log: { info: silent, warn: silent, error: console.error },
    registryFor: () => join(folder, "models"),
    runsFolder: join(folder, "runs"),
    train,
  });
  console.log(`on ${redis === undefined ? "LMDB" : "Redis"}`);

  const [waits, wholes]: [number[], number[]] = [[], []];
  for (let seed = 1; seed <= Number(options.rounds); seed++) {
    firstStep = 0;
    // At any moment of the worker's pause between two looks.
    await pause(Math.random() * 1000);
    const asked = performance.now();
    const { run } = await queue.enqueue(wish(seed, 1000));
    while (firstStep === 0) await pause(5);
    waits.push(started - asked);
    wholes.push(firstStep - asked);
    await queue.cancel(run.id, "bench", { kind: "command-line" }, "measured");
    await over(run.id);
  }
  console.log(
    `from enqueue to the first batch: median ${seconds(median(wholes))} (longest ${seconds(Math.max(...wholes))}), ` +
      `of which the queue ${seconds(median(waits))}; the rest is the trainer's start, its data and its backend`,
  );

  // What the rounds left to compile and to collect is not the worker's.
  await pause(5000);
  const idleFrom = { cpu: cpu(), at: performance.now() };
  await pause(10_000);
  console.log(
    `an idle worker: ${percent(((cpu() - idleFrom.cpu) * 1000) / (performance.now() - idleFrom.at))} of a core`,
  );

  firstStep = 0;
  const { run } = await queue.enqueue(wish(999, 1000));
  while (firstStep === 0) await pause(5);
  events = 0;
  const from = { cpu: cpu(), at: performance.now() };
  await pause(Number(options.seconds) * 1000);
  const [used, wall] = [cpu() - from.cpu, (performance.now() - from.at) / 1000];
  console.log(
    `a worker while a run learns: ${percent(used / wall)} of a core over ${wall.toFixed(0)} s with ${events} events ` +
      `(progress, lease and looks together)`,
  );
  const pauses = monitorEventLoopDelay({ resolution: 10 });
  pauses.enable();
  await pause(10_000);
  pauses.disable();
  console.log(
    `the thread that embeds the worker, while the run uses every core: late by ${(pauses.mean / 1e6).toFixed(1)} ms on ` +
      `average, ${(pauses.max / 1e6).toFixed(0)} ms at most`,
  );
  await queue.cancel(run.id, "bench", { kind: "command-line" }, "measured");
  await over(run.id);
  await worker.stop();
  await store.close();
  rmSync(folder, { recursive: true, force: true });

  async function over(id: string): Promise<void> {
    for (;;) {
      const state = (await queue.get(id))?.state;
      if (state !== undefined && isOver(state)) return;
      await pause(20);
    }
  }
}

function wish(seed: number, epochs: number): RunWish {
  return {
    community: "bench",
    by: { kind: "command-line" },
    priority: PRIORITIES.person,
    recipe: "digits",
    model: "digits",
    data: resolve(options.data),
    seed,
    settings: { epochs },
  };
}

/** Seconds of processor time that the trainer spends on one event. */
async function costOfSending(): Promise<number> {
  const child = fork(fileURLToPath(import.meta.url), ["--child"], {
    execArgv: ["--import", import.meta.resolve("tsx")],
  });
  return new Promise((done) => {
    child.on("message", (message: { type: string; cost?: number }) => {
      if (message.type === "cost") done(message.cost ?? Number.NaN);
    });
  });
}

async function sendAndTell(): Promise<void> {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error("started without a channel");
  const before = cpu();
  for (let sent = 0; sent < SENT; sent++) {
    await new Promise((done) => send({ type: "event", event: STEP }, undefined, undefined, done));
  }
  send({ type: "cost", cost: (cpu() - before) / SENT }, undefined, undefined, () => process.disconnect());
}
