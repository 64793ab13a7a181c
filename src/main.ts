#!/usr/bin/env node
// The command line: `convo start` (or nothing at all) runs the bot, `convo grade` grades from standard input,
// `convo params` and `convo memory` count networks, `convo doctor` looks at the machine, `convo register` and `convo manifest` tell the platforms what there is.
import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import type { backendBuild, backendInstall, backendRemove } from "./cli/backend.js";
import type { classifyCommand } from "./cli/classify.js";
import type { dataGet, dataShow } from "./cli/data.js";
import type { doctor } from "./cli/doctor.js";
import type { gradeCommand } from "./cli/grade.js";
import type { manifest } from "./cli/manifest.js";
import type { memoryCommand } from "./cli/memory.js";
import type { modelsFollow, modelsList, modelsPromote, modelsRollback, modelsShow } from "./cli/models.js";
import type { paramsCommand } from "./cli/params.js";
import type { register } from "./cli/register.js";
import { reportAndExit } from "./cli/report.js";
import type { runsCancel, runsList, runsWatch } from "./cli/runs.js";
import type { train } from "./cli/train.js";
import type { workerCommand } from "./cli/worker.js";
import { displayName } from "./commands/display-name.js";
import { UserError } from "./errors.js";
import { nearest } from "./nearest.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

// Every command is loaded when it is asked for, so that a calculation and a mistake are answered at once.
const program = new Command("convo")
  .description("A teaching bot for a course on convolutional neural networks.")
  .version(version)
  .showSuggestionAfterError();

program
  .command("start", { isDefault: true })
  .description("run the bot: the chat page, and every platform that is configured")
  .action(async () => (await import("./cli/start.js")).start());

program
  .command("grade")
  .description("grade answers from standard input")
  .option("--jsonl", 'one {"question":"q4","answer":"…"} a line in, one grade a line out')
  .option("--question <id>", "read one answer to this question and print what a learner sees")
  .option("--explain", "with --question: also print which line of the rubric found what")
  .action(async (...given: Parameters<typeof gradeCommand>) => (await import("./cli/grade.js")).gradeCommand(...given));

program
  .command("params")
  .description("count a network: parameters, MACs, shapes, receptive field, with the arithmetic")
  .argument(
    "[network...]",
    "in the notation, a known one by name, or pasted Keras or PyTorch code; - reads standard input",
  )
  .option("--json", "the result, or the error, as JSON on standard output")
  .option("--jsonl", 'from standard input one JSON string or {"network":"…"} a line, one result a line out')
  .action(async (...given: Parameters<typeof paramsCommand>) =>
    (await import("./cli/params.js")).paramsCommand(...given),
  );

program
  .command("memory")
  .description("memory of a network, for a prediction and for training")
  .argument(
    "[network...]",
    "in the notation, a known one by name, or pasted Keras or PyTorch code; - reads standard input",
  )
  .option("--json", "the result, or the error, as JSON on standard output")
  .option("--jsonl", 'from standard input one JSON string or {"network":"…"} a line, one result a line out')
  .option("--batch <n>", "images of a training step (default 1)")
  .option("--optimizer <name>", "none, sgd, momentum or adam (default none)")
  .option("--precision <bits>", "32, 16, 8 (prediction only) or mixed (default 32)")
  .option("--keep-input", "the input image counts for a prediction")
  .option("--gpu <size>", 'its memory with unit, such as "8 GiB": what is the largest batch that fits?')
  .action(async (...given: Parameters<typeof memoryCommand>) =>
    (await import("./cli/memory.js")).memoryCommand(...given),
  );

program
  .command("classify")
  .description("what is on pictures: handwritten digits, flowers, or neither")
  .argument("<file...>", "pictures: JPEG, PNG, WebP, AVIF, TIFF, GIF or HEIC")
  .option("--json", "all answers as one JSON array on standard output")
  .option("--jsonl", "one JSON object a line, as soon as it is known")
  .option(
    "--model <name>",
    "auto (digits or flowers), or the name of a model: digits, flowers, one of your own",
    "auto",
  )
  .addHelpText(
    "after",
    "\nExit status: 0 if every file was answered, 1 if any has an error, 2 for wrong usage, such as a model that there is not.",
  )
  // Commander would end with 1, which says here that a file has an error.
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(async (...given: Parameters<typeof classifyCommand>) =>
    (await import("./cli/classify.js")).classifyCommand(...given),
  );

const models = program.command("models").description("the trained models: what there is, and what is known about each");
models
  .command("list", { isDefault: true })
  .description("every name and version, and which is in service")
  .option("--json", "as JSON on standard output")
  .option("--community <id>", "its own models instead of those that all share")
  .action(async (...given: Parameters<typeof modelsList>) => (await import("./cli/models.js")).modelsList(...given));
models
  .command("show")
  .description("a model's card")
  .argument("[model]", "NAME (its champion), NAME@VERSION, NAME@champion or NAME@previous; without it, every name")
  .option("--json", "the manifest as JSON on standard output")
  .option("--community <id>", "its own models instead of those that all share")
  .action(async (...given: Parameters<typeof modelsShow>) => (await import("./cli/models.js")).modelsShow(...given));
models
  .command("promote")
  .description("put a version into service; the one before it can be had back")
  .argument("<model>", "NAME@VERSION")
  .option("--community <id>", "its own models instead of those that all share")
  .action(async (...given: Parameters<typeof modelsPromote>) =>
    (await import("./cli/models.js")).modelsPromote(...given),
  );
models
  .command("rollback")
  .description("put the version back into service that was there before")
  .argument("<name>")
  .option("--community <id>", "its own models instead of those that all share")
  .action(async (...given: Parameters<typeof modelsRollback>) =>
    (await import("./cli/models.js")).modelsRollback(...given),
  );
models
  .command("follow")
  .description("give up the version chosen here: what all share serves again, and for the shared ones what ships")
  .argument("<name>")
  .option("--community <id>", "its own models instead of those that all share")
  .action(async (...given: Parameters<typeof modelsFollow>) =>
    (await import("./cli/models.js")).modelsFollow(...given),
  );

program
  .command("train")
  .description("train a model: digits or flowers, or images of your own, a folder a class")
  .argument("<recipe>", "digits, flowers, images, or arena: a network of your own on a part of MNIST")
  .option("--data <folder>", "the data set (default data/mnist or data/flowers, where convo data get puts them)")
  .option("--seed <n>", "of everything random (default 1)")
  .option("--epochs <n>", "the recipe's own number by default")
  .option("--batch <n>", "images of a step")
  .option("--backend <name>", "tensorflow-gpu, webgpu, tensorflow or wasm; the best there is by default")
  .option("--threads <n>", "that compute, on a CPU")
  .option("--set <key=value...>", "a setting of the recipe")
  .option("--out <folder>", "of the run: record, pictures, checkpoints (default data/runs/…)")
  .option("--models <folder>", "that the model is saved into (default CONVO_MODELS)")
  .option("--name <name>", "of the model (default the recipe's)")
  .option("--resume <folder>", "go on with the run in this folder, or with the last")
  .option("--enqueue", "put it into the queue instead: the bot or convo worker trains it")
  .addOption(
    new Option("--after <what>", "with --enqueue: promote a model that passes the gate, or keep it as a candidate")
      .choices(["promote", "keep"])
      .default("keep"),
  )
  .option("--json", "one event a line as JSON on standard output")
  .action(async (...given: Parameters<typeof train>) => (await import("./cli/train.js")).train(...given));

const runs = program.command("runs").description("the queue of training runs: what waits, what runs, what is over");
runs
  .command("list", { isDefault: true })
  .description("all that waits or runs, and the last that are over")
  .option("--json", "every run with its changes and progress, as JSON on standard output")
  .action(async (...given: Parameters<typeof runsList>) => (await import("./cli/runs.js")).runsList(...given));
runs
  .command("watch")
  .description("how far a run is, until it is over; Ctrl-C only ends the watching")
  .argument("<id>", "as convo runs shows it")
  .action(async (...given: Parameters<typeof runsWatch>) => (await import("./cli/runs.js")).runsWatch(...given));
runs
  .command("cancel")
  .description("take a run out of the queue, or stop it within 5 seconds")
  .argument("<id>", "as convo runs shows it")
  .action(async (...given: Parameters<typeof runsCancel>) => (await import("./cli/runs.js")).runsCancel(...given));

program
  .command("worker")
  .description("train what is queued, on this machine, until Ctrl+C")
  .option("--device <name>", "where this machine has several devices and a worker for each, such as gpu1")
  .action(async (...given: Parameters<typeof workerCommand>) =>
    (await import("./cli/worker.js")).workerCommand(...given),
  );

program
  .command("doctor")
  .description("what this machine can train with, how fast, and why not with the rest")
  .option("--json", "the same for machines")
  .action(async (...given: Parameters<typeof doctor>) => (await import("./cli/doctor.js")).doctor(...given));

const backend = program.command("backend").description("what training computes with: add a GPU's, take it away again");
backend
  .command("install")
  .description("fetch the backend of a GPU; tells first what it takes, and keeps only what computes here")
  .argument("<name>", "gpu (NVIDIA, TensorFlow for CUDA 11) or webgpu (any GPU with Vulkan, Metal or Direct3D 12)")
  .option("--yes", "without asking")
  .action(async (...given: Parameters<typeof backendInstall>) =>
    (await import("./cli/backend.js")).backendInstall(...given),
  );
backend
  .command("build")
  .description("build tfjs-node against a TensorFlow from pip: any NVIDIA GPU, and the fastest on a CPU")
  .option("--python <program>", "a Python with TensorFlow; without it an environment is made")
  .option("--gpu", "for an NVIDIA GPU, with CUDA from pip")
  .action(async (...given: Parameters<typeof backendBuild>) =>
    (await import("./cli/backend.js")).backendBuild(...given),
  );
backend
  .command("remove")
  .description("take away what install or build added")
  .argument("<name>", "gpu, webgpu or tensorflow")
  .action(async (...given: Parameters<typeof backendRemove>) =>
    (await import("./cli/backend.js")).backendRemove(...given),
  );

program
  .command("register")
  .description("make the commands known to Discord: compare, show the difference, change only what differs")
  .option(
    "--guild <id>",
    "in this guild alone, at once; without it in DISCORD_GUILD, or everywhere where that is not set",
  )
  .option("--everywhere", "in every guild and in direct messages, although DISCORD_GUILD is set")
  .option("--remove", "take all of them away there")
  .option("--dry-run", "only compare")
  .action(async (...given: Parameters<typeof register>) => (await import("./cli/register.js")).register(...given));

program
  .command("manifest")
  .description("print the manifest of the app: convo manifest slack")
  .argument("<platform>", "slack")
  .option("--short-names [prefix]", "besides /convo <command>, every command by itself as /PREFIXname")
  .option("--url <address>", "the bot's public address: events by HTTP, and OAuth; without it Socket Mode")
  .action(async (...given: Parameters<typeof manifest>) => (await import("./cli/manifest.js")).manifest(...given));

const data = program.command("data").description("data sets to train on: fetch a public one, look into a folder");
data
  .command("get")
  .description("fetch a public data set; goes on where it broke off")
  .argument("<name>", "mnist or flowers")
  .option("--to <dir>", "the folder it goes to (default data/NAME)")
  .option("--force", "fetch it although it is there")
  .option("--mirror <url>", "address of a folder that holds the files, instead of the official ones")
  .action(async (...given: Parameters<typeof dataGet>) => (await import("./cli/data.js")).dataGet(...given));
data
  .command("show")
  .description("classes, images of each split, what was left out, and the version of a data set")
  .argument("<dir>", "a folder with MNIST's files, or with a folder of images a class")
  .option("--seed <n>", "of the splits, where no splits.tsv gives them (default 0)")
  .option("--json", "as JSON")
  .action(async (...given: Parameters<typeof dataShow>) => (await import("./cli/data.js")).dataShow(...given));

// A reader that has seen enough (`convo grade --jsonl | head -1`) closes the pipe: an end, not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  reportAndExit(error);
});

const [wished] = process.argv.slice(2);
const names = program.commands.map((command) => command.name());
if (wished !== undefined && !wished.startsWith("-") && wished !== "help" && !names.includes(wished)) {
  const near = nearest(wished, names);
  reportAndExit(
    new UserError(
      "command-unknown",
      `There is no command "${displayName(wished)}".`,
      near === undefined ? "See what there is: convo --help" : `Did you mean convo ${near}?`,
    ),
  );
}

program.parseAsync().catch(reportAndExit);
