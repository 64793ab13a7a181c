// Time from `node dist/main.js` to the page answering, on an empty store and on one with data: `npm run bench:start` (builds first).
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const RUNS = 9;
const main = join(import.meta.dirname, "../dist/main.js");
const ours: number[] = [];
const bare: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  // In turn, so that a slow minute of the machine meets both.
  bare.push(await timeToEnd());
  ours.push(await timeToPage());
}
const median = (list: number[]): number => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
console.log(
  `node dist/main.js → page answers: median ${Math.round(median(ours))} ms (${Math.round(Math.min(...ours))} to ${Math.round(Math.max(...ours))}, ${RUNS} runs); node -e 0: median ${Math.round(median(bare))} ms; ratio ${(median(ours) / median(bare)).toFixed(1)}`,
);

async function timeToPage(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "convo-start-"));
  const begun = performance.now();
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, CONVO_STORE: `lmdb:${folder}`, CONVO_PLAYGROUND_PORT: "0", CONVO_LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  let answered = false;
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    const address = /http:\/\/\S+/.exec(printed)?.[0];
    if (address === undefined) continue;
    const response = await fetch(address);
    await response.text();
    answered = response.ok;
    if (!answered) throw new Error(`the page answers ${response.status}`);
    break;
  }
  if (!answered) throw new Error(`it ended before the page answered: ${printed}`);
  const taken = performance.now() - begun;
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("exit", resolve));
  rmSync(folder, { recursive: true, force: true });
  return taken;
}

async function timeToEnd(): Promise<number> {
  const begun = performance.now();
  const child = spawn(process.execPath, ["-e", "0"]);
  await new Promise((resolve) => child.once("exit", resolve));
  return performance.now() - begun;
}
