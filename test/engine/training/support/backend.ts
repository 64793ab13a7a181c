// What the trainer's own process computes with in tests: WebAssembly, which is everywhere.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BackendName } from "../../../../src/engine/backend/backend.js";
import { ROOT } from "../../../support/rubrics.js";

/** Built by `npm run backend:tensorflow`, or added to node_modules by hand. */
export const hasTensorflow = ["backends/tensorflow/node_modules", "node_modules"].some((folder) =>
  existsSync(join(ROOT, folder, "@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node")),
);

export const TRAINING_BACKEND: BackendName = "wasm";
