// 200 simulated learners through the command layer: `npm run bench:load [-- --think 1000]`. Each asks /quiz, opens the form and answers, ten
// times over: three requests a round. Without `--think` they never pause (saturation); with it each pauses 0 to 2 × that many ms before each request.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { allCommands } from "../src/commands/all.js";
import { type Dispatcher, makeDispatcher } from "../src/commands/dispatch.js";
import type { ActionRef, Reply } from "../src/commands/reply.js";
import type { Request } from "../src/commands/request.js";
import { makeLog } from "../src/log.js";
import { openQuiz } from "../src/quiz/quiz.js";
import { openStore } from "../src/store/open.js";

const { values: options } = parseArgs({
  options: {
    learners: { type: "string", default: "200" },
    rounds: { type: "string", default: "10" },
    store: { type: "string" },
    think: { type: "string", default: "0" },
  },
});
const learners = Number(options.learners);
const rounds = Number(options.rounds);

const answers = readdirSync(join(import.meta.dirname, "grading/development")).flatMap((file) =>
  readFileSync(join(import.meta.dirname, "grading/development", file), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { answer: string }).answer),
);

const folder = mkdtempSync(join(tmpdir(), "convo-load-"));
const log = makeLog({ level: "silent", pretty: false });
const store = await openStore({ url: options.store ?? `lmdb:${folder}`, log });
const quiz = openQuiz(store);
const dispatcher = makeDispatcher({ store, settings: quiz.settings, commands: allCommands({ quiz }), log });

const times: number[] = [];
let events = 0;
await Promise.all(Array.from({ length: 20 }, (_, index) => learner(`warm-${index}`, 2)));
times.length = 0;
const started = performance.now();
await Promise.all(Array.from({ length: learners }, (_, index) => learner(`learner-${index}`, rounds)));
const seconds = (performance.now() - started) / 1000;
times.sort((a, b) => a - b);
const at = (share: number): string =>
  (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(1);
console.log(
  `${learners} learners at once, ${times.length} requests in ${seconds.toFixed(2)} s: ${Math.round(times.length / seconds)} requests/s; latency p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms`,
);
await store.close();
rmSync(folder, { recursive: true, force: true });

async function learner(id: string, count: number): Promise<void> {
  for (let round = 0; round < count; round += 1) {
    const asked = await timed(dispatcher, { ...common(id), kind: "command", command: "quiz", options: {} });
    const form = await timed(dispatcher, { ...common(id), kind: "action", ref: press(asked, "answer") });
    if (form.kind !== "form") throw new Error("no form");
    const answer = answers[(round * 7 + id.length * 13 + events) % answers.length] ?? "";
    const graded = await timed(dispatcher, { ...common(id), kind: "action", ref: form.submit, fields: { answer } });
    if (graded.kind !== "message" || !graded.blocks.some((block) => block.kind === "quote"))
      throw new Error(`not graded: ${JSON.stringify(graded).slice(0, 300)}`);
  }
}

function common(id: string): Omit<Request & { kind: "command" }, "kind" | "command" | "options"> {
  events += 1;
  return {
    id: String(events),
    platform: "bench",
    community: "bench",
    channel: "quiz",
    user: { id, name: id, role: "learner", groups: [] },
    locale: "en",
    attachments: [],
  };
}

async function pause(): Promise<void> {
  const milliseconds = Number(options.think) * 2 * Math.random();
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function timed(to: Dispatcher, request: Request): Promise<Reply> {
  await pause();
  const begun = performance.now();
  let last: Reply | undefined;
  for await (const reply of to.handle(request)) last = reply;
  times.push(performance.now() - begun);
  if (last === undefined) throw new Error("no reply");
  return last;
}

function press(reply: Reply, action: string): ActionRef {
  const buttons =
    reply.kind === "message" ? reply.blocks.flatMap((block) => (block.kind === "buttons" ? block.buttons : [])) : [];
  const found = buttons.find((button) => button.press.action === action);
  if (found === undefined) throw new Error(`no button ${action}: ${JSON.stringify(reply).slice(0, 300)}`);
  return found.press;
}
