// `convo backend`: adds what training can compute with, after telling what it takes and asking; takes it away again.
import { createInterface } from "node:readline/promises";
import { config as readDotEnv } from "dotenv";
import { BACKENDS } from "../engine/backend/backend.js";
import { buildBackend } from "../engine/backend/install/build.js";
import { installBackend, type Plan, planInstall } from "../engine/backend/install/install.js";
import { removeBackend } from "../engine/backend/install/place.js";
import type { Probe } from "../engine/backend/probe.js";
import { forcedBackend } from "../engine/backend/start.js";
import { UserError } from "../errors.js";
import { described } from "./doctor.js";

export async function backendInstall(name: string, options: { readonly yes?: true }): Promise<void> {
  readDotEnv({ quiet: true });
  await stoppable(async (signal) => {
    const plan = await planInstall(name, signal);
    process.stderr.write(`${told(plan)}\n`);
    if (plan.now.status === "runs") process.stderr.write(`○ It runs already; it would be fetched anew.\n`);
    if (options.yes !== true) await consent(signal);
    const show = progress();
    const allowSoftware = forcedBackend() === plan.offer.backend;
    const found = await installBackend(plan.offer, {
      signal,
      allowSoftware,
      onStep: show.step,
      onGrowth: show.growth,
    }).finally(show.end);
    process.stdout.write(`${runs(found)}\n`);
  });
}

export async function backendBuild(options: { readonly python?: string; readonly gpu?: true }): Promise<void> {
  await stoppable(async (signal) => {
    const show = progress();
    const found = await buildBackend({
      gpu: options.gpu === true,
      ...(options.python === undefined ? {} : { python: options.python }),
      signal,
      onStep: show.step,
      onGrowth: show.growth,
    }).finally(show.end);
    process.stdout.write(`${runs(found)}\n`);
  });
}

export async function backendRemove(wished: string): Promise<void> {
  const name = BACKENDS.find(
    (each) => each !== "wasm" && (each === wished || (wished === "gpu" && each === "tensorflow-gpu")),
  );
  if (name === undefined) {
    const what = JSON.stringify(wished.slice(0, 60));
    throw new UserError("backend-unknown", `There is no backend ${what} to remove.`, "Say gpu, webgpu or tensorflow.");
  }
  const removed = await removeBackend(name);
  process.stdout.write(removed ? `${name} is removed.\n` : `${name} was not added; nothing to remove.\n`);
}

/** Ctrl-C ends what runs and puts everything back. */
async function stoppable(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    await work(controller.signal);
  } finally {
    process.off("SIGINT", stop);
    process.off("SIGTERM", stop);
  }
}

async function consent(signal: AbortSignal): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new UserError("backend-needs-consent", "Nobody is there to be asked.", "Say --yes if that is wanted.");
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C at the question comes through readline.
    const answer = await lines.question("Install it? [y/N] ", { signal }).catch(() => "");
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new UserError("backend-cancelled", "Nothing was changed.", "Answer y, or say --yes, if you want it.");
    }
  } finally {
    lines.close();
  }
}

function told({ name, offer, machine, disk, doubts }: Plan): string {
  const { cards, nvidia, libraries, free } = machine;
  const gpu =
    nvidia === undefined
      ? cards === undefined
        ? "this system does not say"
        : cards.length === 0
          ? "none on the PCI bus"
          : `${cards.join(", ")}, as the PCI bus says`
      : `${nvidia.name}${nvidia.memory === undefined ? "" : `, ${gigabytes(nvidia.memory)}`}`;
  const source = disk.source === "registry" ? "says the registry" : "an estimate: the registry does not say";
  const packages = Object.entries(offer.packages).map(([each, version]) => `${each} ${version}`);
  const library =
    offer.library === undefined
      ? []
      : [
          `               and TensorFlow from ${offer.library.host}: about ${megabytes(offer.library.download)} to fetch, ${megabytes(offer.library.disk)} on disk (an estimate)`,
        ];
  return [
    `convo backend install ${name}`,
    `  GPU          ${gpu}`,
    `  driver       ${nvidia === undefined ? "no NVIDIA driver answers" : `NVIDIA ${nvidia.driver}`}`,
    `  libraries    ${libraries === undefined ? "this system does not say" : libraries.length === 0 ? "none of CUDA 11, cuDNN 8, Vulkan" : libraries.join(", ")}`,
    `  free disk    ${gigabytes(free)}`,
    `  adds         ${packages.join(", ")}: about ${megabytes(offer.download)} to fetch, ${megabytes(disk.bytes)} on disk (${source})`,
    ...library,
    ...doubts.map((doubt) => `○ ${doubt}`),
    "What does not compute here is taken away again.",
  ].join("\n");
}

function runs(found: Probe): string {
  return [...described(found), `Training takes it from now on where nothing better runs; convo doctor shows all.`].join(
    "\n",
  );
}

/** A line that is written over on a terminal; elsewhere one line a step. */
function progress() {
  const terminal = process.stderr.isTTY;
  let [what, began, open] = ["", 0, false];
  const end = (): void => {
    if (open) process.stderr.write("\n");
    open = false;
  };
  return {
    step(next: string): void {
      end();
      [what, began] = [next, performance.now()];
      process.stderr.write(`${what} …${terminal ? "" : "\n"}`);
      open = terminal;
    },
    growth(bytes: number): void {
      if (!terminal) return;
      const seconds = Math.round((performance.now() - began) / 1000);
      process.stderr.write(`\r${what} … ${megabytes(bytes)}, ${seconds} s `);
      open = true;
    },
    end,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
