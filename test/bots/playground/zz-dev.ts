import { startPlayground } from "../../../src/bots/playground/server.js";
import { fakeDispatcher } from "./fakeDispatcher.js";
import { memoryStore } from "./memoryStore.js";

const log = { info: console.log, warn: console.log, error: console.error };
const p = await startPlayground({
  config: { enabled: true, host: "127.0.0.1", port: 4517, tokens: new Map() },
  dispatcher: fakeDispatcher(),
  store: memoryStore(),
  log: log as never,
});
console.log(p.url);
