// Every command there is, in the order in which they are shown.

import { arenaCommand } from "./arena.js";
import { auditCommand } from "./audit.js";
import { classifyCommand } from "./classify.js";
import type { Command } from "./command.js";
import type { CommandContext } from "./command-context.js";
import { compareCommand } from "./compare.js";
import { correctionsCommand } from "./corrections.js";
import { demoCommand } from "./demo.js";
import { forgetMeCommand } from "./forget-me.js";
import { gradesCommand } from "./grades.js";
import { helpCommand } from "./help.js";
import { memoryCommand } from "./memory.js";
import { modelsCommand } from "./models.js";
import { networkCommand } from "./network.js";
import { paramsCommand } from "./params.js";
import { practiceCommand } from "./practice.js";
import { progressCommand } from "./progress.js";
import { quizCommand } from "./quiz.js";
import { scheduleCommand } from "./schedule.js";
import { settingsCommand } from "./settings.js";
import { standingsCommand } from "./standings.js";
import { trainCommand } from "./train.js";

export function allCommands(context: CommandContext): readonly Command[] {
  const commands = [
    quizCommand,
    paramsCommand,
    memoryCommand,
    compareCommand,
    networkCommand,
    demoCommand,
    practiceCommand,
    classifyCommand,
    progressCommand,
    standingsCommand,
    arenaCommand,
    scheduleCommand,
    forgetMeCommand,
    gradesCommand,
    correctionsCommand,
    settingsCommand,
    trainCommand,
    modelsCommand,
    auditCommand,
  ].map((make) => make(context));
  return [...commands, helpCommand(commands)];
}
