// Whether this machine can train through the trainer's own process.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../support/rubrics.js";

export function hasTrainingBackend(): boolean {
  return existsSync(join(ROOT, "node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node"));
}
