// `convo start`: the configuration, checked before anything heavy is loaded, so that a mistake in it is told at once.
import { config as readDotEnv } from "dotenv";
import { readConfig } from "../config.js";
import { UserError } from "../errors.js";
import { makeLog } from "../log.js";

export async function start(): Promise<void> {
  readDotEnv({ quiet: true });
  const config = readConfig(process.env, process.stderr.isTTY === true);
  const log = makeLog(config.log);
  const { NAMED, PLATFORMS } = await import("./platforms.js");
  const wanted = PLATFORMS.filter(({ isOn }) => isOn(config));
  if (wanted.length === 0) {
    throw new UserError("nothing-to-start", "No platform is switched on.", `Set ${NAMED}.`);
  }
  await (await import("./serve.js")).serve({ config, log, wanted });
}
