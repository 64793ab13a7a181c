// Pretrained weights: every form gives the same network, and a file that does not fit is told from the first misfit on.
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { chain, imageShape } from "../../../../src/engine/training/backbones/backbone.js";
import { mobileNetV2 } from "../../../../src/engine/training/backbones/mobilenet-v2.js";
import { readH5 } from "../../../../src/engine/training/weights/h5-file.js";
import { type FileWeight, placeWeights } from "../../../../src/engine/training/weights/layer-values.js";
import { pretrainedBackbone } from "../../../../src/engine/training/weights/pretrained.js";
import { weightsOf } from "../../../../src/engine/training/weights.js";
import { ROOT } from "../../../support/rubrics.js";
import { plainJavaScript } from "../support/toy.js";

const SHARED = join(ROOT, "../shared/data/weights");
const NAME = "mobilenet_v2_1.0_224_notop";
const H5 = join(SHARED, NAME, `${NAME}_bnfolded.h5`);

let folder: string;
beforeAll(async () => {
  await plainJavaScript();
  folder = await mkdtemp(join(tmpdir(), "weights-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A miniature and its own weights as a file would give them. */
function miniature(): { backbone: ReturnType<typeof mobileNetV2>; layers: Map<string, FileWeight[]> } {
  const backbone = mobileNetV2({ normalized: true, alpha: 0.25, depth: 2, features: 16, seed: 1 });
  chain("all", imageShape(32), backbone.blocks);
  const layers = new Map(
    backbone.blocks
      .flatMap((block) => block.layers())
      .filter((layer) => layer.weights.length > 0)
      .map((layer) => [
        layer.name,
        weightsOf([layer]).map(({ name, variable }) => ({
          name,
          shape: variable.shape,
          values: Float32Array.from(variable.dataSync(), (_, at) => at / 100),
        })),
      ]),
  );
  return { backbone, layers };
}

describe("weights that are placed", () => {
  it("are in the layers, every one", () => {
    const { backbone, layers } = miniature();
    placeWeights(backbone, { file: "x.h5", layers });
    for (const layer of backbone.blocks.flatMap((block) => block.layers())) {
      const expected = layers.get(layer.name) ?? [];
      expect(layer.getWeights().map((one) => [...one.dataSync()])).toEqual(expected.map(({ values }) => [...values]));
    }
  });

  it("are refused with the first layer that is missing, has too few weights, or has other shapes; nothing is placed", () => {
    const cases: [string, (layers: Map<string, FileWeight[]>) => void][] = [
      ["it has no layer block_1_expand", (layers) => layers.delete("block_1_expand")],
      [
        "its layer bn_Conv1 has 2 weights instead of 4",
        (layers) => layers.set("bn_Conv1", (layers.get("bn_Conv1") ?? []).slice(2)),
      ],
      [
        "instead of 1 × 1 × 8 × 16",
        (layers) => layers.set("Conv_1", [{ name: "kernel", shape: [1, 1, 8, 32], values: new Float32Array(256) }]),
      ],
    ];
    for (const [told, spoil] of cases) {
      const { backbone, layers } = miniature();
      const before = backbone.blocks
        .flatMap((block) => block.layers())
        .flatMap((layer) => layer.getWeights().map((one) => [...one.dataSync()]));
      spoil(layers);
      expect(() => placeWeights(backbone, { file: "x.h5", layers })).toThrow(
        expect.objectContaining({ code: "weights-foreign", what: expect.stringContaining(told) }),
      );
      const after = backbone.blocks
        .flatMap((block) => block.layers())
        .flatMap((layer) => layer.getWeights().map((one) => [...one.dataSync()]));
      expect(after).toEqual(before);
    }
  });
});

describe("weights that are looked for", () => {
  it("are missing with the file's name, its address and the variable to set", async () => {
    await mkdir(join(folder, "empty"), { recursive: true });
    await expect(pretrainedBackbone("resnet50", { folder: join(folder, "empty") })).rejects.toMatchObject({
      code: "weights-missing",
      fix: expect.stringMatching(/resnet50_weights_tf_dim_ordering_tf_kernels_notop\.h5.*storage\.googleapis\.com/),
    });
    const offline = { folder: "", cache: join(folder, "cache"), address: "http://127.0.0.1:9/w.h5", attempts: 1 };
    await expect(pretrainedBackbone("mobilenetv2", offline)).rejects.toMatchObject({
      code: "weights-missing",
      fix: expect.stringMatching(/storage\.googleapis\.com.*CONVO_WEIGHTS/),
    });
  });

  it("are refused where the file is no HDF5 file", async () => {
    const place = join(folder, "text");
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "mobilenet_v2.h5"), "<!doctype html><title>Log in</title>");
    await expect(pretrainedBackbone("mobilenetv2", { folder: place })).rejects.toMatchObject({
      code: "weights-damaged",
    });
  });
});

describe.skipIf(!existsSync(H5))("the shared weights of MobileNetV2 (../shared)", () => {
  test("give the same features as a tfjs folder and as Keras' .h5", async () => {
    const only = join(folder, "h5");
    await mkdir(only, { recursive: true });
    await copyFile(H5, join(only, "mobilenet_v2.h5"));
    const [one, other] = [
      await pretrainedBackbone("mobilenetv2", { folder: SHARED }),
      await pretrainedBackbone("mobilenetv2", { folder: only }),
    ];
    const features = [one, other].map(({ backbone, place }) => {
      const model = chain("all", imageShape(32), backbone.blocks);
      place();
      return tf.tidy(() => [
        ...(model.predict(tf.reshape(tf.linspace(-1, 1, 32 * 32 * 3), [1, 32, 32, 3])) as tf.Tensor).dataSync(),
      ]);
    });
    // In the .h5 each normalization is one that only adds a bias; elsewhere the bias is the convolution's own.
    const apart = (features[0] ?? []).map((value, at) => Math.abs(value - (features[1]?.[at] ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(1e-4);
    expect(Math.max(...(features[0] ?? []))).toBeGreaterThan(0.1);
  });

  test("are refused for ResNet50, and cut off wherever", async () => {
    const place = join(folder, "wrong");
    await mkdir(place, { recursive: true });
    await copyFile(H5, join(place, "resnet50.h5"));
    const wrong = await pretrainedBackbone("resnet50", { folder: place });
    chain("all", imageShape(32), wrong.backbone.blocks);
    expect(() => wrong.place()).toThrow(
      expect.objectContaining({ code: "weights-foreign", what: expect.stringContaining("conv1_conv") }),
    );
    const bytes = await readFile(H5);
    for (const share of [0.001, 0.3, 0.9, 0.999]) {
      const path = join(folder, "cut.h5");
      await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
      await expect(readH5(path), `${share}`).rejects.toMatchObject({ code: "weights-damaged" });
    }
  });
});
