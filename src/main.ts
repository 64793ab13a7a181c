#!/usr/bin/env node
// The command line: `convo start` (or nothing at all) runs the bot, `convo grade` grades from standard input.
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { gradeCommand } from "./cli/grade.js";
import { manifest } from "./cli/manifest.js";
import { register } from "./cli/register.js";
import { reportAndExit } from "./cli/report.js";
import { start } from "./cli/start.js";
import { displayName } from "./commands/display-name.js";
import { nearest } from "./commands/nearest.js";
import { UserError } from "./errors.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("convo")
  .description("A teaching bot for a course on convolutional neural networks.")
  .version(version)
  .showSuggestionAfterError();

program
  .command("start", { isDefault: true })
  .description("run the bot: the chat page, and every platform that is configured")
  .action(start);

program
  .command("grade")
  .description("grade answers from standard input")
  .option("--jsonl", 'one {"question":"q4","answer":"…"} a line in, one grade a line out')
  .option("--question <id>", "read one answer to this question and print what a learner sees")
  .option("--explain", "with --question: also print which line of the rubric found what")
  .action(gradeCommand);

program
  .command("register")
  .description("make the commands known to Discord: compare, show the difference, change only what differs")
  .option("--guild <id>", "in this guild alone, at once; without it everywhere")
  .option("--dry-run", "only compare")
  .action(register);

program
  .command("manifest")
  .description("print the manifest of the app: convo manifest slack")
  .argument("<platform>", "slack")
  .option("--short-names [prefix]", "besides /convo <command>, every command by itself as /PREFIXname")
  .option("--url <address>", "the bot's public address: events by HTTP, and OAuth; without it Socket Mode")
  .action(manifest);

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
