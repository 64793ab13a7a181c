// Pieces of ink that are the sheet's own: what hangs on its edge, or goes on beyond it, is a finger, a pen, a binding.
import type { Component } from "./components.js";
import type { View } from "./view.js";

export function ownPieces(list: readonly Component[], labels: Int32Array, view: View): readonly Component[] {
  if (!view.isSheet) return list;
  const cut = view.inside === undefined ? NONE : cutPieces(labels, view.inside, view.grey.width);
  return list.filter((piece) => !cut.has(piece.label) && !isAtEdge(piece, view));
}

const NONE: ReadonlySet<number> = new Set();

/** Labels of what touches what is no sheet. */
function cutPieces(labels: Int32Array, inside: Uint8Array, width: number): ReadonlySet<number> {
  const cut = new Set<number>();
  for (let at = 0; at < labels.length; at++) {
    const label = labels[at] ?? 0;
    if (label === 0) continue;
    if (inside[at - 1] === 0 || inside[at + 1] === 0 || inside[at - width] === 0 || inside[at + width] === 0)
      cut.add(label);
  }
  return cut;
}

/** Of the sheet's height: a piece at its edge that is lower is no digit; and how near that is, of its shorter side. */
const [LOW, NEAR] = [0.3, 0.015];

function isAtEdge({ x, y, width, height }: Component, { grey, inside }: View): boolean {
  if (height > LOW * grey.height) return false;
  const near = Math.ceil(NEAR * Math.min(grey.width, grey.height));
  const [left, top, right, bottom] = [x - near, y - near, x + width - 1 + near, y + height - 1 + near];
  if (left < 0 || top < 0 || right >= grey.width || bottom >= grey.height) return true;
  const isOutside = (atX: number, atY: number): boolean =>
    inside?.[Math.round(atY) * grey.width + Math.round(atX)] === 0;
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  return isOutside(left, middleY) || isOutside(right, middleY) || isOutside(middleX, top) || isOutside(middleX, bottom);
}
