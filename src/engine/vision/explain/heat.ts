// Where a model looked: how much each cell of its last maps speaks for a label, from the same run that gave the answer.

import type { ModelManifest } from "../../models/model.js";
import type { CellGrid } from "../../onnx/cells.js";
import type { CellPlaces } from "../../onnx/place.js";

export interface HeatMap {
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  /**
   * Row-major: the label's logit in this cell minus the mean of all labels' there, whose mean is the same of the whole answer; or
   * what that difference loses while the cell is hidden (`occlusionMap`). Above 0 the cell speaks for the label, below against it.
   */
  readonly evidence: Float32Array;
  /** What the model saw of the upright picture; the rest was cut off. */
  readonly seen: Region;
  /** What the cells cover: about the same, and shifted where a network's paddings shift its maps. */
  readonly covered: Region;
}

/** x, y, width, height in shares of the upright picture. */
export type Region = readonly [number, number, number, number];

/**
 * `logits`: of every cell, [rows × columns, labels]. A softmax knows differences alone: what a cell adds to all logits alike is
 * evidence for nothing.
 */
export function heatMap(
  logits: Float32Array,
  { rows, columns, down, across }: CellGrid,
  { labels, preprocessing }: Pick<ModelManifest, "labels" | "preprocessing">,
  label: string,
  seen: Region,
): HeatMap {
  const at = labels.indexOf(label);
  const evidence = Float32Array.from({ length: rows * columns }, (_, cell) => {
    const here = logits.subarray(cell * labels.length, (cell + 1) * labels.length);
    return (here[at] ?? 0) - here.reduce((sum, value) => sum + value, 0) / labels.length;
  });
  const [left, top, width, height] = seen;
  const [x, wide] = covering(across, columns, preprocessing.width);
  const [y, high] = covering(down, rows, preprocessing.height);
  const covered = [left + x * width, top + y * height, wide * width, high * height] as const;
  return { label, rows, columns, evidence, seen, covered };
}

/** Start and length in shares of the input's side; a cell reaches half a step to both sides of its centre. */
function covering({ first, step }: CellPlaces, cells: number, side: number): readonly [number, number] {
  return [(first + 0.5 - step / 2) / side, (cells * step) / side];
}

/** How many times its due a ninth of the picture must have of what speaks for the label, to be named. */
const NAMED = 1.5;
const ROW_NAMES = ["upper", "", "lower"];
const COLUMN_NAMES = ["left", "", "right"];

/** "It looked mostly at the centre left of the picture." For who cannot see the map. */
export function heatWords({ rows, columns, evidence, covered: [left, top, width, height] }: HeatMap): string {
  const zones = Array.from({ length: 9 }, (_, zone) => ({ zone, evidence: 0, cells: 0 }));
  for (const [cell, value] of evidence.entries()) {
    const x = left + (width * ((cell % columns) + 0.5)) / columns;
    const y = top + (height * (Math.floor(cell / columns) + 0.5)) / rows;
    const zone = zones[third(y) * 3 + third(x)];
    if (zone === undefined) continue;
    zone.evidence += Math.max(0, value);
    zone.cells++;
  }
  const sum = zones.reduce((all, zone) => all + zone.evidence, 0);
  if (sum === 0) return "No part of the picture spoke for it more than for the others.";
  const shares = zones.map(({ zone, evidence: found, cells }) => ({
    zone,
    share: found / sum,
    due: cells / evidence.length,
  }));
  const [most] = shares.toSorted((a, b) => b.share - b.due - (a.share - a.due));
  if (most === undefined || most.share < NAMED * most.due) return "It looked at the whole picture about evenly.";
  return `It looked mostly at the ${zoneName(most.zone)} of the picture.`;
}

function third(share: number): number {
  return Math.min(2, Math.max(0, Math.floor(share * 3)));
}

function zoneName(zone: number): string {
  const [row, column] = [ROW_NAMES[Math.floor(zone / 3)] ?? "", COLUMN_NAMES[zone % 3] ?? ""];
  if (row === "") return `centre ${column}`.trim();
  return column === "" ? `${row} centre` : `${row} ${column}`;
}
