// Acknowledgements in chat while pictures are classified: `npm run bench:vision-chat [-- --at-once 32] [--seconds 20] [--every 20]`.
// One process, as `convo start` is: the dispatcher answers /help every so often, alone and while that many /classify are under way all the time;
// beside it how late a timer of the same loop fires, which is what every platform's acknowledgement waits for.
import { parseArgs } from "node:util";
import type { Reply } from "../src/commands/reply.js";
import type { Attachment, Request, User } from "../src/commands/request.js";
import { openWorld } from "../test/support/world.js";
import { writtenPage } from "./vision/pages.js";
import { photoLike } from "./vision/photo-like.js";

const { values } = parseArgs({
  options: {
    "at-once": { type: "string", default: "32" },
    seconds: { type: "string", default: "20" },
    every: { type: "string", default: "20" },
  },
});
const [atOnce, seconds, every] = [Number(values["at-once"]), Number(values.seconds), Number(values.every)];

const world = await openWorld();
const pictures = [await photoLike(1), (await writtenPage(300, "easy")).jpeg];
let requests = 0;
let isOver = false;
const counts = { answered: 0, busy: 0 };

await classified(pictures[0] ?? Buffer.of(), "warm");
await help();
console.log(`alone: ${await measured()}`);
const learners = Array.from({ length: atOnce }, (_, index) => learner(index));
await pause(2_000);
counts.answered = 0;
counts.busy = 0;
const began = performance.now();
const loaded = await measured();
const rate = counts.answered / ((performance.now() - began) / 1_000);
console.log(
  `${atOnce} at once: ${loaded}; ${rate.toFixed(1)} /classify answered a second, ${counts.busy} told to come back`,
);
isOver = true;
await Promise.all(learners);
await world.close();
process.exit();

/** Photos and pages in turn, each by a person of their own time after time; nobody is kept by the limit on commands. */
async function learner(index: number): Promise<void> {
  for (let round = 0; !isOver; round++) {
    const code = await classified(
      pictures[(index + round) % pictures.length] ?? Buffer.of(),
      `learner-${index}-${round}`,
    );
    counts[code === "busy" ? "busy" : "answered"]++;
    if (code === "busy") await pause(1_000);
  }
}

async function classified(jpeg: Buffer, person: string): Promise<string | undefined> {
  const image: Attachment = { name: "photo.jpg", mediaType: "image/jpeg", size: jpeg.length, read: async () => jpeg };
  const last = await lastReply({
    ...from(person),
    attachments: [image],
    kind: "command",
    command: "classify",
    options: { image: image.name },
  });
  if (last?.kind === "message" && last.blocks.some(({ kind }) => kind === "picture")) return undefined;
  const text = JSON.stringify(last);
  if (/Many pictures are being looked at/.test(text)) return "busy";
  throw new Error(`not classified: ${text.slice(0, 300)}`);
}

/** Milliseconds until the first reply. */
async function help(): Promise<number> {
  const began = performance.now();
  const replies = world.dispatcher.handle({
    ...from(`asker-${requests}`),
    kind: "command",
    command: "help",
    options: {},
  });
  await replies[Symbol.asyncIterator]().next();
  return performance.now() - began;
}

async function measured(): Promise<string> {
  const answers: number[] = [];
  const late: number[] = [];
  const end = performance.now() + 1_000 * seconds;
  while (performance.now() < end) {
    const due = performance.now() + every;
    await pause(every);
    late.push(Math.max(0, performance.now() - due));
    answers.push((late.at(-1) ?? 0) + (await help()));
  }
  return `/help answered p50 ${at(answers, 0.5)}, p99 ${at(answers, 0.99)}, slowest ${at(answers, 1)} ms, of which the loop was held p99 ${at(late, 0.99)}, longest ${at(late, 1)} ms (${answers.length})`;
}

async function lastReply(request: Request): Promise<Reply | undefined> {
  let last: Reply | undefined;
  for await (const reply of world.dispatcher.handle(request)) last = reply;
  return last;
}

function from(id: string) {
  requests++;
  const user: User = { id, name: id, role: "learner", groups: [] };
  const place = { platform: "bench", community: "bench", channel: "general", locale: "en" } as const;
  return { ...place, id: String(requests), user, attachments: [] };
}

function at(times: readonly number[], share: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(0);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
