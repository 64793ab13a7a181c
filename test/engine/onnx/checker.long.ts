// The peer's word on our files: checker and strict shape inference of Python's onnx, where CONVO_TEST_PYTHON names a Python that has it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { layers as kinds } from "@tensorflow/tfjs-layers";
import { expect, test } from "vitest";
import { exportLayersModel } from "../../../src/engine/onnx/export/exporter.js";
import { readOnnx } from "../../../src/engine/onnx/read.js";
import { randomWeights } from "./support/compare.js";
import { ACTIVATIONS, MAPS, OTHERS, one } from "./support/kinds.js";

const PYTHON = process.env.CONVO_TEST_PYTHON ?? "";

const CHECK = `
import json, onnx, sys
found = {}
compared = 0
for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    del bare.graph.value_info[:]
    # What the peer infers by itself, without our shapes in the file.
    inferred = onnx.shape_inference.infer_shapes(bare, check_type=True, strict_mode=True, data_prop=True)
    theirs = {v.name: [d.dim_value or None for d in v.type.tensor_type.shape.dim] for v in inferred.graph.value_info}
    ours = {v.name: [d.dim_value or None for d in v.type.tensor_type.shape.dim] for v in model.graph.value_info}
    for name, shape in ours.items():
        other = theirs.get(name)
        if other is None:
            continue
        compared += 1
        if len(shape) != len(other) or any(a and b and a != b for a, b in zip(shape, other)):
            found[path] = [name, shape, other]
print(json.dumps({"compared": compared, "other": found}))
`;

test.skipIf(!existsSync(PYTHON))(
  "checker and shape inference of Python's onnx agree with every kind of layer (CONVO_TEST_PYTHON)",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "convo-onnx-"));
    try {
      const models = [
        ...Object.values(OTHERS).map((make) => make()),
        ...ACTIVATIONS.map((activation) => one(kinds.conv2d({ ...MAPS, filters: 3, kernelSize: 1, activation }))),
        ...(["same", "valid"] as const).flatMap((padding) => [
          one(kinds.conv2d({ ...MAPS, filters: 3, kernelSize: 3, strides: 2, padding }), kinds.batchNormalization()),
          one(kinds.conv2dTranspose({ ...MAPS, filters: 3, kernelSize: 4, strides: 3, padding })),
          one(kinds.averagePooling2d({ ...MAPS, poolSize: 3, strides: 2, padding })),
          one(kinds.maxPooling2d({ ...MAPS, poolSize: 3, strides: 2, padding })),
        ]),
      ];
      const files: string[] = [];
      for (const [at, model] of models.entries()) {
        randomWeights(model, at + 1);
        for (const precision of ["float32", "float16"] as const) {
          const bytes = await exportLayersModel(model, { precision });
          expect(readOnnx(bytes).metadata.precision).toBe(precision);
          const path = join(folder, `${at}-${precision}.onnx`);
          writeFileSync(path, bytes);
          files.push(path);
        }
      }
      expect(files.length).toBeGreaterThan(100);
      const { compared, other } = JSON.parse(String(execFileSync(PYTHON, ["-c", CHECK, ...files])));
      expect(other).toEqual({});
      expect(compared).toBeGreaterThan(300);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
