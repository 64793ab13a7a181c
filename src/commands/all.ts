// Every command there is, in the order in which they are shown.
import { arenaCommand } from "./arena.js";
import { classifyCommand } from "./classify.js";
import type { Command } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { compareCommand } from "./compare.js";
import { forgetMeCommand } from "./forget-me.js";
import { gradesCommand } from "./grades.js";
import { helpCommand } from "./help.js";
import { memoryCommand } from "./memory.js";
import { networkCommand } from "./network.js";
import { paramsCommand } from "./params.js";
import { practiceCommand } from "./practice.js";
import { progressCommand } from "./progress.js";
import { quizCommand } from "./quiz.js";
import { scheduleCommand } from "./schedule.js";
import { settingsCommand } from "./settings.js";
import { standingsCommand } from "./standings.js";

export function allCommands(context: CommandContext): readonly Command[] {
  const commands = [
    quizCommand,
    paramsCommand,
    memoryCommand,
    compareCommand,
    networkCommand,
    practiceCommand,
    classifyCommand,
    progressCommand,
    standingsCommand,
    arenaCommand,
    scheduleCommand,
    forgetMeCommand,
    gradesCommand,
    settingsCommand,
  ].map((make) => make(context));
  return [...commands, helpCommand(commands)];
}
