// A frozen backbone as our exporter writes it, run by ONNX Runtime: what a cut of it gives for a batch of images.
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { exportLayersModel } from "../../onnx/export/exporter.js";

export interface BackboneSession {
  /** Images [n, height, width, channels] → values [n, …shape], row-major. */
  run(images: Float32Array, shape: readonly number[]): Promise<{ values: Float32Array; shape: readonly number[] }>;
  close(): Promise<void>;
}

/** @param threads of the computation; all cores by default */
export async function openBackboneSession(model: LayersModel, threads?: number): Promise<BackboneSession> {
  const bytes = await exportLayersModel(model);
  const session = await InferenceSession.create(bytes, {
    graphOptimizationLevel: "all",
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
  });
  return {
    async run(images, shape) {
      const { output } = await session.run({ input: new Tensor("float32", images, [...shape]) });
      if (output === undefined || !(output.data instanceof Float32Array)) throw new Error("no float32 output");
      return { values: output.data, shape: output.dims };
    },
    close: () => session.release(),
  };
}
