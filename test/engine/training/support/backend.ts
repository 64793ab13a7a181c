// What this machine can train with through the trainer's own process.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BackendName } from "../../../../src/engine/backend/backend.js";
import { ROOT } from "../../../support/rubrics.js";

export const hasTensorflow = existsSync(join(ROOT, "node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node"));

export const TRAINING_BACKEND: BackendName | undefined = hasTensorflow ? "tensorflow" : undefined;
