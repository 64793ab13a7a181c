// Training steps on each backend of this machine beside PyTorch and Keras, in turn, with the peak memory of each process:
// `npm run bench:compute -- --python PYTHON [--backends wasm,tensorflow] [--network mnist|mobilenet] [--threads 2] [--rounds 7]`.
// The peers are from pip; without --python ours are measured alone. `--kernels` prints where a step on WASM spends its time.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { startBackend } from "../src/engine/backend/start.js";

const { values: options } = parseArgs({
  options: {
    python: { type: "string" },
    backends: { type: "string", default: "wasm" },
    network: { type: "string", default: "mnist" },
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "7" },
    kernels: { type: "boolean", default: false },
    /** Of this process: it trains on the backend named, as many steps as its standard input says. */
    child: { type: "string" },
  },
});

interface Subject {
  readonly build: () => layers.LayersModel;
  readonly batch: number;
  readonly image: readonly [number, number, number];
  readonly classes: number;
  readonly steps: number;
  readonly peer: string;
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  mnist: { build: textbook, batch: 128, image: [28, 28, 1], classes: 10, steps: 5, peer: "mnist_cnn_torch.py" },
  mobilenet: {
    build: mobileNetV2,
    batch: 16,
    image: [160, 160, 3],
    classes: 5,
    steps: 2,
    peer: "mobilenet_v2_torch.py",
  },
};

const subject = SUBJECTS[options.network];
if (subject === undefined) throw new Error(`--network is one of ${Object.keys(SUBJECTS).join(", ")}.`);
const threads = Number(options.threads);
if (options.kernels) await profile(subject);
else if (options.child !== undefined) await serve(subject, options.child);
else await compare(subject);

interface Side {
  readonly name: string;
  readonly child: ChildProcess;
  readonly answers: AsyncIterator<string>;
  readonly rates: number[];
}

async function compare({ batch, image, steps, peer }: Subject): Promise<void> {
  const sides = options.backends.split(",").map((name) => {
    const args = [...process.argv.slice(2), "--child", name];
    return sideOf(name, fork(import.meta.filename, args, { stdio: ["pipe", "pipe", "inherit", "ipc"] }));
  });
  if (options.python !== undefined) {
    const peers = join(import.meta.dirname, "peers");
    const sizes = [threads, batch, image[0]].map(String);
    const python = (args: readonly string[]) =>
      spawn(options.python ?? "", args, { stdio: ["pipe", "pipe", "inherit"] });
    sides.push(sideOf("PyTorch", python([join(peers, peer), ...sizes])));
    sides.push(sideOf("Keras", python([join(peers, "training_keras.py"), options.network, ...sizes])));
  }
  for (const { name, answers } of sides) console.log(name, (await answers.next()).value);
  for (let round = -1; round < Number(options.rounds); round++) {
    for (const { name, child, answers, rates } of sides) {
      child.stdin?.write(`${steps}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error(`${name} ended.`);
      // The first round warms up.
      if (round >= 0) rates.push((steps * batch) / Number(answer.value));
    }
  }
  const peers = sides.filter(({ name }) => name === "PyTorch" || name === "Keras");
  for (const { name, child, rates } of sides) {
    console.log(`${name}: ${told(rates, 1)} images/s, peak memory ${peakMemory(child)} MiB`);
    for (const other of peers.filter((each) => each.name !== name)) {
      const ratios = rates.map((rate, i) => rate / (other.rates[i] ?? Number.NaN));
      console.log(`  ratio of a round to ${other.name}: ${told(ratios, 3)}`);
    }
  }
  for (const { child } of sides) child.kill();
}

function sideOf(name: string, child: ChildProcess): Side {
  if (child.stdout === null) throw new Error("A child without output.");
  return { name, child, answers: createInterface(child.stdout)[Symbol.asyncIterator](), rates: [] };
}

/** Of a process that still runs; Linux alone says it. */
function peakMemory({ pid }: ChildProcess): string {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
  return kilobytes === undefined ? "unknown" : (Number(kilobytes) / 1024).toFixed(0);
}

function told(list: readonly number[], digits: number): string {
  const sorted = list.toSorted((a, b) => a - b).map((value) => value.toFixed(digits));
  return `median ${sorted[Math.floor(sorted.length / 2)]} (${sorted[0]} to ${sorted.at(-1)}, ${sorted.length} rounds)`;
}

/** Trains as many steps as a line of stdin says, and answers with the seconds. */
async function serve(of: Subject, backend: string): Promise<void> {
  const step = await trainer(of, backend);
  for await (const line of createInterface(process.stdin)) {
    const begun = performance.now();
    for (let i = 0; i < Number(line); i++) await step();
    console.log((performance.now() - begun) / 1000);
  }
}

async function trainer({ build, batch, image, classes }: Subject, backend: string): Promise<() => Promise<void>> {
  const { device, versions } = await startBackend({ force: backend, threads });
  console.log(`${device.name}, ${device.threads ?? "unknown"} threads, ${JSON.stringify(versions)}`);
  const model = build();
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
  const x = tf.randomUniform([batch, ...image], 0, 1, "float32", 1);
  const y = tf.oneHot(tf.cast(tf.randomUniform([batch], 0, classes, "float32", 2), "int32"), classes);
  return async () => {
    // The loss is read, as in the peers: on a GPU a step is over only then.
    await model.trainOnBatch(x, y);
  };
}

async function profile(of: Subject): Promise<void> {
  const spent = new Map<string, { ms: number; calls: number }>();
  const step = await trainer(of, "wasm");
  await step();
  let depth = 0;
  for (const { kernelName, ...kernel } of tf.getKernelsForBackend("wasm")) {
    tf.unregisterKernel(kernelName, "wasm");
    const kernelFunc: tf.KernelFunc = (call) => {
      const begun = performance.now();
      depth++;
      const made = kernel.kernelFunc(call);
      depth--;
      const of = spent.get(kernelName) ?? { ms: 0, calls: 0 };
      if (depth === 0) spent.set(kernelName, { ms: of.ms + performance.now() - begun, calls: of.calls + 1 });
      return made;
    };
    tf.registerKernel({ ...kernel, kernelName, kernelFunc });
  }
  const begun = performance.now();
  for (let i = 0; i < 3; i++) await step();
  const total = (performance.now() - begun) / 3;
  console.log(`a step: ${total.toFixed(0)} ms`);
  const rows = [...spent].toSorted(([, a], [, b]) => b.ms - a.ms).slice(0, 16);
  for (const [name, { ms, calls }] of rows)
    console.log(name.padEnd(38), `${(ms / 3).toFixed(1)} ms, ${calls / 3} calls`);
}

function textbook(): layers.LayersModel {
  const { conv2d, maxPooling2d, dropout, flatten, dense } = layers.layers;
  return layers.sequential({
    layers: [
      conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: "relu" }),
      conv2d({ filters: 64, kernelSize: 3, activation: "relu" }),
      maxPooling2d({ poolSize: 2 }),
      dropout({ rate: 0.25 }),
      flatten(),
      dense({ units: 128, activation: "relu" }),
      dropout({ rate: 0.5 }),
      dense({ units: 10, activation: "softmax" }),
    ],
  });
}

/** Sandler et al. 2018, table 2, with biases in place of batch norm. */
function mobileNetV2(): layers.LayersModel {
  const { conv2d, depthwiseConv2d, reLU, add, globalAveragePooling2d, dense } = layers.layers;
  const input = layers.input({ shape: [160, 160, 3] });
  const relu6 = (x: layers.SymbolicTensor) => reLU({ maxValue: 6 }).apply(x) as layers.SymbolicTensor;
  const point = (x: layers.SymbolicTensor, filters: number) =>
    conv2d({ filters, kernelSize: 1 }).apply(x) as layers.SymbolicTensor;
  let x = relu6(
    conv2d({ filters: 32, kernelSize: 3, strides: 2, padding: "same" }).apply(input) as layers.SymbolicTensor,
  );
  let inner = 32;
  const rows = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ];
  for (const [expand = 1, outer = 1, count = 1, first = 1] of rows) {
    for (let i = 0; i < count; i++) {
      const strides = i === 0 ? first : 1;
      const wide = expand === 1 ? x : relu6(point(x, inner * expand));
      const deep = depthwiseConv2d({ kernelSize: 3, strides, padding: "same" }).apply(wide) as layers.SymbolicTensor;
      const out = point(relu6(deep), outer);
      x = strides === 1 && inner === outer ? (add().apply([x, out]) as layers.SymbolicTensor) : out;
      inner = outer;
    }
  }
  const pooled = globalAveragePooling2d({}).apply(relu6(point(x, 1280)));
  return layers.model({
    inputs: input,
    outputs: dense({ units: 5, activation: "softmax" }).apply(pooled) as layers.SymbolicTensor,
  });
}
