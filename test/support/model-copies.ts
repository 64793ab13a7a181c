// Versions of a shipped model under other names, so that a test can promote, compare and roll back real ones.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../src/engine/hash.js";
import { CENTRES } from "../../src/engine/models/model.js";
import { SHIPPED_MODELS } from "../../src/engine/models/registry.js";
import { GraphBuilder } from "../../src/engine/onnx/graph.js";

/** Copies what ships as `name` into REGISTRY/name/version. */
export function copyShipped(registry: string, name: string, version: string): string {
  return copied(name, join(registry, name, version), { version });
}

/** A class's own classifier, as `convo train images --name` leaves one: the flowers' network with other labels and no rule of its own. */
export function copyAsOwn(registry: string, name: string, version: string, labels: readonly string[]): string {
  const changes = { name, version, recipe: "images", labels, temperature: 1, decision: undefined };
  return copied("flowers", join(registry, name, version), changes);
}

/** A class's own classifier of whole pictures with a graph of the test's: [N, side, side, 3], bytes / 255, to logits. */
export function writeOwn(
  registry: string,
  name: string,
  version: string,
  { onnx, labels, side }: { readonly onnx: Uint8Array; readonly labels: readonly string[]; readonly side: number },
): string {
  const folder = copyAsOwn(registry, name, version, labels);
  writeFileSync(join(folder, "model.onnx"), onnx);
  const manifest = join(folder, "model.json");
  const { [CENTRES]: _, ...files } = JSON.parse(readFileSync(manifest, "utf8")).files;
  const preprocessing = {
    height: side,
    width: side,
    channels: 3,
    fit: "cover",
    scale: [1 / 255],
    offset: [0],
    order: "rgb",
  };
  const changes = { preprocessing, metrics: {}, files: { ...files, "model.onnx": sha256(onnx) } };
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), ...changes }));
  return folder;
}

/** Flatten and a dense layer: [N, side, side, 3] → labels; the last pixel speaks for the first label. */
export function flatNetwork(side: number, labels: number): Uint8Array {
  const builder = new GraphBuilder();
  builder.reserve(["output"]);
  const flat = builder.node("Flatten", "flat", [builder.input("input", ["N", side, side, 3])], { axis: 1 });
  const weights = new Float32Array(side * side * 3 * labels);
  weights[(side * side * 3 - 1) * labels] = 5;
  const dense = [
    builder.constant("w", [side * side * 3, labels], weights),
    builder.constant("b", [labels], new Float32Array(labels)),
  ];
  builder.output("output", builder.node("Gemm", "logits", [flat, ...dense]));
  return builder.build({ name: "flat" });
}

function copied(name: string, folder: string, changes: object): string {
  const [shipped = ""] = readdirSync(join(SHIPPED_MODELS, name));
  cpSync(join(SHIPPED_MODELS, name, shipped), folder, { recursive: true });
  const manifest = join(folder, "model.json");
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), ...changes }));
  return folder;
}
