// `convo params`: parameters, MACs, shapes and receptive field of a network, with the arithmetic.
import type { NetworkCount } from "../engine/network/count.js";
import { countNetwork } from "../engine/network/network.js";
import { written } from "../engine/network/parameters.js";
import { writeShape } from "../engine/network/shape.js";
import { columns } from "./columns.js";
import { type Calculation, calculateNetworks, type NetworkOptions } from "./network-input.js";

export async function paramsCommand(words: readonly string[], options: NetworkOptions): Promise<void> {
  await calculateNetworks(words, options, () => paramsCalculation);
}

export const paramsCalculation: Calculation<NetworkCount> = {
  calculate: countNetwork,
  toJson: paramsJson,
  toText: paramsText,
};

function paramsJson(count: NetworkCount): object {
  const { input, output, parameters, macs, receptiveField, notes } = count;
  const layers = count.layers.map((layer) => ({
    name: layer.name,
    type: layer.type,
    output: layer.output,
    parameters: layer.parameters,
    trainable: layer.trainable,
    macs: layer.macs,
    working: layer.working(),
  }));
  return { input, output, layers, parameters, macs, receptiveField, notes };
}

function paramsText({ input, output, layers, parameters, macs, receptiveField, notes }: NetworkCount): string {
  const rows = layers.map((layer) => [
    layer.name,
    writeShape(layer.output),
    written(layer.parameters),
    layer.macs === null ? "?" : written(layer.macs),
    layer.working().join("; "),
  ]);
  const table = columns(
    [["layer", "output", "parameters", "MACs", "how"], ["input", writeShape(input), "", "", ""], ...rows],
    [2, 3],
  );
  const { total, trainable, nonTrainable } = parameters;
  return [
    table,
    "",
    `Parameters: ${written(total)} (${written(trainable)} trainable, ${written(nonTrainable)} not)`,
    macs === null
      ? "MACs: unknown, as a size of the input is"
      : `MACs: ${written(macs)} for one image, biases not counted; 1 MAC = 2 FLOPs, so ${written(2 * macs)} FLOPs`,
    `Receptive field: ${receptiveField === null ? "none (upsampling, or no maps)" : `${receptiveField.join("×")} pixels`}`,
    `Output: ${writeShape(output)} (height × width × channels, or a vector)`,
    ...notes.map((note) => `Note: ${note}`),
  ].join("\n");
}
