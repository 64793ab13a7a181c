// Keras' own word: the same random weights, saved by Keras as its published files are, give the same features here. CONVO_TEST_PYTHON
// names a Python that has Keras.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chain, imageShape } from "../../../../src/engine/training/backbones/backbone.js";
import { openBackboneSession } from "../../../../src/engine/training/features/backbone-session.js";
import { pretrainedBackbone } from "../../../../src/engine/training/weights/pretrained.js";
import { plainJavaScript } from "../support/toy.js";

const PYTHON = process.env.CONVO_TEST_PYTHON ?? "";
const HAS_KERAS = existsSync(PYTHON) && hasKeras();

/** Weights of the size that trained ones have, and normalizations that do something; bytes as pixels, preprocessed by Keras. */
const MAKE = `
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import h5py, keras, numpy as np
from keras.src.legacy.saving import legacy_h5_format
name, side, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
make, preprocess = {
    "mobilenetv2": (keras.applications.MobileNetV2, keras.applications.mobilenet_v2.preprocess_input),
    "resnet50": (keras.applications.ResNet50, keras.applications.resnet.preprocess_input),
}[name]
keras.utils.set_random_seed(7)
model = make(weights=None, include_top=False, input_shape=(side, side, 3), pooling="avg")
random = np.random.default_rng(7)
for layer in model.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        shape = layer.gamma.shape
        layer.set_weights([random.uniform(0.5, 1.0, shape), random.normal(0, 0.2, shape), random.normal(0, 0.2, shape), random.uniform(0.5, 1.5, shape)])
with h5py.File(f"{folder}/{name}.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
pixels = random.integers(0, 256, (2, side, side, 3)).astype("uint8")
pixels.tofile(f"{folder}/{name}.pixels")
np.asarray(model(preprocess(pixels.astype("float32")), training=False)).astype("float32").tofile(f"{folder}/{name}.features")
`;

let folder: string;
beforeAll(async () => {
  await plainJavaScript();
  folder = await mkdtemp(join(tmpdir(), "keras-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.skipIf(!HAS_KERAS).each([
  { name: "mobilenetv2", side: 96 },
  { name: "mobilenetv2", side: 75 },
  { name: "resnet50", side: 64 },
] as const)(
  "$name at $side pixels gives Keras' features to 1e-4 (CONVO_TEST_PYTHON with Keras)",
  async ({ name, side }) => {
    const place = join(folder, `${name}-${side}`);
    await mkdir(place);
    execFileSync(PYTHON, ["-c", MAKE, name, String(side), place], { stdio: ["ignore", "ignore", "pipe"] });
    const { backbone, place: put } = await pretrainedBackbone(name, { folder: place });
    const model = chain("all", imageShape(side), backbone.blocks);
    put();
    const pixels = await readFile(join(place, `${name}.pixels`));
    const { scale, offset, order } = backbone.preprocessing;
    const images = Float32Array.from({ length: pixels.length }, (_, at) => {
      const channel = at % 3;
      const byte = pixels[order === "bgr" ? at - channel + (2 - channel) : at] ?? 0;
      return byte * (scale[channel] ?? scale[0] ?? 0) + (offset[channel] ?? offset[0] ?? 0);
    });
    const bytes = await readFile(join(place, `${name}.features`));
    const theirs = new Float32Array(Uint8Array.from(bytes).buffer);
    const session = await openBackboneSession(model);
    const [{ values: exported }, computed] = await Promise.all([
      session.run(images, [2, side, side, 3]),
      (model.predict(tf.tensor(images, [2, side, side, 3])) as tf.Tensor).data(),
    ]);
    await session.close();
    for (const ours of [computed, exported]) {
      expect(ours).toHaveLength(theirs.length);
      expect(Math.max(...theirs)).toBeGreaterThan(0.01);
      const apart = Array.from(
        ours,
        (value, at) => Math.abs(value - (theirs[at] ?? Number.NaN)) / Math.max(1, Math.abs(theirs[at] ?? 0)),
      );
      expect(Math.max(...apart)).toBeLessThan(1e-4);
    }
  },
);

function hasKeras(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import importlib.util as u, sys; sys.exit(0 if u.find_spec('keras') else 1)"]);
    return true;
  } catch {
    return false;
  }
}
