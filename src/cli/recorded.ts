// The configured store for one piece of work at the command line, and what is done there on the audit list.
import { config as readDotEnv } from "dotenv";
import { type Audit, failureOf, openAudit } from "../commands/audit-list.js";
import { readConfig } from "../config.js";
import { openQueue } from "../engine/queue/queue.js";
import type { RunQueue } from "../engine/queue/run.js";
import { makeLog } from "../log.js";
import { openStore } from "../store/open.js";

export interface Opened {
  readonly queue: RunQueue;
  readonly audit: Audit;
}

export async function withStore(work: (opened: Opened) => Promise<void>): Promise<void> {
  readDotEnv({ quiet: true });
  const config = readConfig(process.env, process.stderr.isTTY === true);
  const store = await openStore({ url: config.store, log: makeLog(config.log) });
  try {
    await work({ queue: openQueue({ store, quotaHours: config.trainingHours }), audit: openAudit(store) });
  } finally {
    await store.close();
  }
}

/** On the list of the community before the work begins, and with what came of it after. `words`: of what the work resolved with. */
export async function recorded<T>(
  audit: Audit,
  { community, what, words }: { readonly community: string; readonly what: string; words(done: T): string },
  work: () => Promise<T>,
): Promise<T> {
  const complete = await audit.begin(community, { kind: "command-line" }, what);
  let done: T;
  try {
    done = await work();
  } catch (error) {
    await complete(...failureOf(error));
    throw error;
  }
  await complete("done", words(done));
  return done;
}
