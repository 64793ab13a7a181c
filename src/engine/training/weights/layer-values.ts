// Pretrained weights as they come out of a file: by layer, in the file's order.
import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../../../errors.js";
import type { Backbone } from "../backbones/backbone.js";
import { weightsOf } from "../weights.js";

export interface FileWeight {
  /** Within its layer: `kernel`, `gamma`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface PretrainedWeights {
  /** What the person knows it by. */
  readonly file: string;
  readonly layers: ReadonlyMap<string, readonly FileWeight[]>;
}

/**
 * Copies a file's weights into a backbone that was applied at least once. Everything is checked before the first is copied.
 * @throws UserError `weights-foreign`, which names the first layer that does not fit
 */
export function placeWeights(backbone: Backbone, pretrained: PretrainedWeights): void {
  const misfit = (why: string): UserError =>
    new UserError(
      "weights-foreign",
      `${pretrained.file} does not hold the weights of ${backbone.name}: ${why}.`,
      `Give the "notop" weights of ${backbone.name}, or choose the backbone that the file is of (--set backbone=…).`,
    );
  const copies = backbone.blocks
    .flatMap((block) => block.layers())
    .flatMap((layer) => {
      const own = weightsOf([layer]);
      if (own.length === 0) return [];
      const found = pretrained.layers.get(layer.name);
      if (found === undefined) throw misfit(`it has no layer ${layer.name}`);
      if (found.length !== own.length) {
        throw misfit(`its layer ${layer.name} has ${found.length} weights instead of ${own.length}`);
      }
      return own.map(({ variable }, index) => {
        const value = found[index];
        if (value === undefined || value.shape.join() !== variable.shape.join()) {
          const got = `${value?.name} of ${value?.shape.join(" × ")}`;
          throw misfit(`its layer ${layer.name} has ${got} instead of ${variable.shape.join(" × ")}`);
        }
        return { variable, value };
      });
    });
  for (const { variable, value } of copies) tf.tidy(() => variable.assign(tf.tensor(value.values, [...value.shape])));
}
