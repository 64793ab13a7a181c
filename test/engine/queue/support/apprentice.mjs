// A trainer that learns to count: it serves a run, takes the device, writes a checkpoint after every step and goes on from it.
// What it does is in the run's settings; every step is noted in steps.log beside the data, with the system's own clock.
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { lockFolder } from "../../../../dist/engine/training/lock.js";
import { serveRun } from "../../../../dist/engine/training/serve-run.js";

await serveRun(async (description, emit, signal) => {
  const { id, folder, data, device, settings } = description;
  const { steps = 10, milliseconds = 5, behave = "well" } = settings;
  mkdirSync(folder, { recursive: true });
  const locks = [await lockFolder(folder), await lockFolder(device)];
  const file = join(folder, "checkpoint.json");
  let step = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).step : 0;
  emit({ type: "started", run: id, recipe: "digits", epochs: 1, parameters: 1, resumedFrom: 0 });
  while (step < steps) {
    const began = process.hrtime.bigint();
    if (behave === "deaf") for (const until = Date.now() + 60_000; Date.now() < until; );
    if (behave === "crash" && step === 2) throw new Error("the apprentice stumbled");
    if (behave === "die" && step === 2) process.kill(process.pid, "SIGKILL");
    if (behave === "absorbed") {
      for (const until = Date.now() + milliseconds; Date.now() < until; );
      await setImmediate();
    } else await wait(milliseconds);
    step += 1;
    appendFileSync(
      join(data, "steps.log"),
      `${device} ${id} ${process.pid} ${step} ${began} ${process.hrtime.bigint()}\n`,
    );
    writeFileSync(`${file}.draft`, JSON.stringify({ step }));
    renameSync(`${file}.draft`, file);
    emit({ type: "step", phase: "train", epoch: 1, step, steps, loss: 1, imagesPerSecond: 1, secondsLeft: 1 });
    if (signal.aborted) break;
  }
  for (const unlock of locks) await unlock();
  if (step < steps)
    return emit({ type: "stopped", why: "cancelled", code: "cancelled", message: `after step ${step}` });
  const accuracy = { testAccuracy: 0.9, testInterval: { low: 0.8, high: 0.95 } };
  emit({ type: "finished", model: "digits", version: "20261126-0000-00000000", folder, ...accuracy, seconds: 1 });
});
