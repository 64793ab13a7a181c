// The trainer as a process: one run description in, its events out; how, serve-run.ts says.
import { carryOut } from "./carry-out.js";
import { readDescription } from "./description.js";
import { serveRun } from "./serve-run.js";

await serveRun((given, emit, signal) => carryOut(readDescription(given), emit, signal));
