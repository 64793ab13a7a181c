// MobileNetV2 at its full size through the exporter, on photographs, in both precisions: the figures of docs/models.md.
import { expect, test } from "vitest";
import { checkExport, EXPORT_LIMIT } from "../../../src/engine/onnx/check.js";
import { exportLayersModel } from "../../../src/engine/onnx/export/exporter.js";
import { HAS_MOBILENET, mobilenet, tulips } from "./support/mobilenet.js";
import "@tensorflow/tfjs-backend-cpu";

test.skipIf(!HAS_MOBILENET)("MobileNetV2 at 224 × 224, on 8 photographs, float32 and float16", async () => {
  const model = await mobilenet(224);
  const images = await tulips(8, 224);
  for (const precision of ["float32", "float16"] as const) {
    const file = await exportLayersModel(model, { precision });
    const check = await checkExport(model, file, images, { precision });
    console.info(`MobileNetV2, ${precision}: ${file.length} bytes, ${JSON.stringify(check)}`);
    expect(check.difference).toBeLessThan(EXPORT_LIMIT);
    expect(check.storageDifference).toBeLessThan(0.1);
  }
});
