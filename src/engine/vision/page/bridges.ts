// Where a stroke crossed a ruled line that was taken out, the line's pixels between its two ends are the stroke's: they come back.

interface Mask {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Pixels of a gap that a line left: with the soft edges of a line of 7. */
const WIDEST_GAP = 10;
/** A slanted stroke goes on so many pixels aside for each pixel of the gap. */
const SLANT = 1;
/** Pixels of ink that must stand on either side, so that a line's own crumbs build no bridge. */
const PIER = 2;

/** `cleared` is `ink` without its lines. A new mask with the strokes' parts of those lines; the same one where nothing was cleared. */
export function bridged(ink: Mask, cleared: Mask): Mask {
  if (ink.data === cleared.data) return cleared;
  const out = Uint8Array.from(cleared.data);
  bridge(ink, cleared, out, { lines: ink.width, length: ink.height, step: ink.width, aside: 1 });
  bridge(ink, cleared, out, { lines: ink.height, length: ink.width, step: 1, aside: ink.width });
  return { data: out, width: ink.width, height: ink.height };
}

/** `lines` lines of `length` pixels that lie `step` apart; the next line is `aside` away. */
interface Direction {
  readonly lines: number;
  readonly length: number;
  readonly step: number;
  readonly aside: number;
}

function bridge(ink: Mask, cleared: Mask, out: Uint8Array, direction: Direction): void {
  const { lines, length, step, aside } = direction;
  for (let line = 0; line < lines; line++) {
    for (let from = PIER; from < length - PIER; from++) {
      const start = line * aside + from * step;
      if (ink.data[start] !== 1 || cleared.data[start] !== 0) continue;
      let to = from;
      while (to < length && isTaken(ink, cleared, line * aside + to * step)) to++;
      const size = to - from;
      if (size <= WIDEST_GAP && to <= length - PIER) {
        const reach = Math.ceil(size * SLANT);
        const before = pier(cleared.data, line, from - 1, -1, reach, direction);
        const after = pier(cleared.data, line, to, 1, reach, direction);
        // A stroke that goes straight on has its ends opposite each other.
        if (before !== undefined && after !== undefined && Math.abs(before + after) <= 1) {
          for (let at = from; at < to; at++) out[line * aside + at * step] = 1;
        }
      }
      from = to;
    }
  }
}

function isTaken(ink: Mask, cleared: Mask, at: number): boolean {
  return ink.data[at] === 1 && cleared.data[at] === 0;
}

/** How far aside the nearest ink stands at `at`, `PIER` deep; undefined where none does within `reach`. */
function pier(
  data: Uint8Array,
  line: number,
  at: number,
  towards: 1 | -1,
  reach: number,
  { lines, step, aside }: Direction,
): number | undefined {
  for (let far = 0; far <= reach; far++) {
    for (const offset of far === 0 ? [0] : [-far, far]) {
      const other = line + offset;
      if (other < 0 || other >= lines) continue;
      if (data[other * aside + at * step] === 1 && data[other * aside + (at + towards) * step] === 1) return offset;
    }
  }
  return undefined;
}
