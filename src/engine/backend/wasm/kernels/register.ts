// Registers our kernels in place of those that tfjs-backend-wasm 4.22 lacks, has wrong, or has slow.

// What an operation's gradient is made of comes with tfjs-layers; tfjs-core alone knows no gradient under Node.
import "@tensorflow/tfjs-layers";
import type { CompiledLoops } from "../compiled.js";
import { registerClip } from "./clip.js";
import { registerConv2d } from "./conv2d.js";
import { registerCopies } from "./copies.js";
import { registerDepthwise } from "./depthwise.js";
import { useLoops } from "./kernel.js";
import { registerMatmul } from "./matmul.js";
import { registerMaxPool } from "./max-pool.js";
import { registerSamePadding } from "./same-padding.js";
import { registerSegmentSum } from "./segment-sum.js";
import { registerSum } from "./sum.js";

/** May be called again after the backend was started anew. `loops` compute on that backend's memory. */
export function registerTrainingKernels(loops: CompiledLoops): void {
  useLoops(loops);
  registerMatmul();
  registerConv2d();
  registerDepthwise();
  registerMaxPool();
  registerSum();
  registerSegmentSum();
  registerClip();
  registerCopies();
  registerSamePadding();
}
