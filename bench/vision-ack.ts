// How long a person waits for /help while 32 pictures are classified all the time, in one process as in the bot:
//   npx tsx bench/vision-ack.ts [--seconds 20]
// From the moment at which the command should have come in to its whole answer: a late turn of the loop counts, too.
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { command, messageTo, openWorld, user } from "../test/support/world.js";
import { photoLike } from "./vision/photo-like.js";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "20" } } });
const SECONDS = Number(values.seconds);
const AT_ONCE = 32;
const EVERY = 50;

const world = await openWorld();
const photo = await photoLike(1);
let [isOver, answered, refused] = [false, 0, 0];
const ask = async (): Promise<void> => {
  while (!isOver) {
    const outcome = await world.sight.vision.classify("course", photo, "auto").then(
      () => "answered",
      () => "refused",
    );
    if (outcome === "answered") answered++;
    else refused++;
    if (outcome === "refused") await wait(100);
  }
};

async function measured(seconds: number): Promise<number[]> {
  const times: number[] = [];
  const began = performance.now();
  for (let count = 1; performance.now() - began < seconds * 1000; count++) {
    const due = began + count * EVERY;
    await wait(Math.max(0, due - performance.now()));
    await messageTo(world, command(user(`learner${count}`), "help"));
    times.push(performance.now() - due);
  }
  return times.toSorted((a, b) => a - b);
}

function row(name: string, times: readonly number[]): string {
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0).toFixed(0);
  return `| ${name} | ${times.length} | ${at(0.5)} ms | ${at(0.99)} ms | ${at(1)} ms |`;
}

await world.sight.vision.classify("course", photo, "auto");
await measured(2);
console.log("| /help | asked | median | p99 | slowest |\n|---|--:|--:|--:|--:|");
console.log(row("nothing else to do", await measured(SECONDS / 4)));
const all = Array.from({ length: AT_ONCE }, ask);
console.log(row(`${AT_ONCE} pictures at once`, await measured(SECONDS)));
isOver = true;
await Promise.all(all);
console.log(`${(answered / SECONDS).toFixed(1)} pictures a second were answered, ${refused} told to come again`);
await world.close();
