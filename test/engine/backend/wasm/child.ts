// Starts WebAssembly in a process of its own, says what came of it, and leaves the process to end by itself.

import * as tf from "@tensorflow/tfjs-core";
import { startWasm } from "../../../../src/engine/backend/wasm/start.js";

const started = await startWasm({ threads: 2 });
const product = tf.matMul(tf.ones([64, 300]), tf.ones([300, 64]));
process.stdout.write(JSON.stringify({ ...started, value: (await tf.max(product).data())[0] }));
