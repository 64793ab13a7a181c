// Hostile pictures, each in a process of its own: outcome, time and peak memory as a table; exit status 1 where a limit is broken.
//   npm run bench:hostile [-- --only PATTERN]
import { parseArgs } from "node:util";
import { hostilePictures } from "./vision/hostile.js";
import { classifiedAlone } from "./vision/hostile-run.js";

const [MOST_MS, MOST_MB] = [2_000, 600];
const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });

console.log("| picture | MB | outcome | ms | peak MB | |\n|---|--:|---|--:|--:|---|");
for await (const { name, bytes, expected } of hostilePictures()) {
  if (!new RegExp(values.only).test(name)) continue;
  const { outcome, ms, megabytes, isAlive } = classifiedAlone(bytes);
  const wrong = [
    ...(expected.includes(outcome) ? [] : ["unexpected"]),
    ...(ms > MOST_MS ? ["too slow"] : []),
    ...(megabytes > MOST_MB ? ["too much memory"] : []),
    ...(isAlive ? [] : ["dead"]),
  ];
  if (wrong.length > 0) process.exitCode = 1;
  const size = (bytes.length / 1e6).toFixed(2);
  console.log(`| ${name} | ${size} | ${outcome} | ${ms.toFixed(0)} | ${megabytes.toFixed(0)} | ${wrong.join(", ")} |`);
}
