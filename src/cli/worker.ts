// `convo worker`: trains what is queued, on this machine, until it is told to end.
import { config as readDotEnv } from "dotenv";
import { readConfig } from "../config.js";
import { makeLog } from "../log.js";
import { openStore } from "../store/open.js";
import { endOnSignal } from "./ending.js";
import { startWorking } from "./work.js";

export interface WorkerCommandOptions {
  readonly device?: string;
}

export async function workerCommand({ device }: WorkerCommandOptions): Promise<void> {
  readDotEnv({ quiet: true });
  const config = readConfig(process.env, process.stderr.isTTY === true);
  const log = makeLog(config.log);
  const store = await openStore({ url: config.store, log });
  const worker = startWorking({ config, store, log, ...(device === undefined ? {} : { device }) });
  process.stdout.write(
    `Trains what is queued in ${store.description}, as the device ${worker.device}. Ctrl+C hands a run back.\n`,
  );
  endOnSignal(log, async () => {
    await worker.stop();
    await store.close();
  });
}
