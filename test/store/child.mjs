// A process of its own for the tests that need several, or one that dies. Run as: node child.mjs ACTION JSON.
import { appendFileSync } from "node:fs";
import { openStore } from "../../dist/store/open.js";

const [action, json] = process.argv.slice(2);
const options = JSON.parse(json);

/** `count` concurrent additions of one to the record `n`. */
async function count() {
  const store = await openStore(options);
  const numbers = store.namespace("rivals");
  await Promise.all(Array.from({ length: options.count }, () => numbers.update("n", (n) => (n ?? 0) + 1)));
  await store.close();
}

/** Writes records until it is killed; says each key as soon as its write is acknowledged. */
async function write() {
  const store = await openStore(options);
  const records = store.namespace("records");
  const one = async (key, body) => {
    if (body.length % 2 === 0) await records.set(key, { key, body });
    else await records.update(key, () => ({ key, body }));
    process.stdout.write(`${key} ${body.length}\n`);
  };
  for (let turn = 0; ; turn++) {
    const keys = Array.from({ length: 8 }, (_, index) => `${options.round}:${turn}:${index}`);
    await Promise.all(keys.map((key) => one(key, "x".repeat((turn * 7919 + key.length) % 6000))));
  }
}

/** Opens with a migration that adds one to every value, slowly, and notes each record it was given in a file. */
async function migrate() {
  const step = {
    to: 2,
    title: "add one",
    record(record) {
      appendFileSync(options.notes, `${record.key}\n`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.pause);
      return { ...record, value: record.value + 1 };
    },
  };
  const store = await openStore({ ...options, migrations: [step] });
  await store.close();
}

/** Opens and closes. */
async function open() {
  const store = await openStore(options);
  await store.namespace("a").set("b", 1);
  await store.close();
}

try {
  await { count, write, migrate, open }[action]();
  process.stdout.write("done\n");
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: error.code, message: error.message, name: error.name })}\n`);
}
