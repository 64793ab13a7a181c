// What the exporter says to a layer that it has no ONNX form for.
import type * as layers from "@tensorflow/tfjs-layers";
import { UserError } from "../../../errors.js";

/** UserError `export-unsupported`, naming the layer and its class. */
export function unsupported(layer: layers.layers.Layer, why: string): UserError {
  return new UserError(
    "export-unsupported",
    `The layer "${layer.name}" (${layer.getClassName()}) cannot be exported to ONNX: ${why}.`,
    "Build the model without it; docs/models.md lists what can be exported.",
  );
}
