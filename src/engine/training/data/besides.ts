// A data set as a queued run trains on it: without what judges its model, and with what people corrected.
import type { Beside } from "../recipe.js";
import type { DataSet } from "./data-set.js";
import { withoutGate } from "./gate-split.js";

export async function besides(data: DataSet, { gate }: Beside = {}): Promise<DataSet> {
  return gate === undefined ? data : await withoutGate(data, gate);
}
