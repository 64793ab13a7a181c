// A data set as a queued run trains on it: without what judges its model, and with what people corrected.
import type { Beside } from "../recipe.js";
import { withCorrections } from "./corrected.js";
import type { DataSet } from "./data-set.js";
import { withoutGate } from "./gate-split.js";

/** Throws UserError `gate-damaged`, `gate-lost`, `data-missing`. */
export async function besides(data: DataSet, { gate, extra }: Beside = {}): Promise<DataSet> {
  const rest = gate === undefined ? data : await withoutGate(data, gate);
  return extra === undefined ? rest : await withCorrections(rest, data, extra);
}
