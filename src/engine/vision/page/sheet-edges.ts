// A sheet's sides on the picture itself: moved to where the step is, and judged whether it is a step between two surfaces at all.
import type { Picture } from "../picture.js";
import type { Point, Side } from "./outline.js";

export interface Edge extends Side {
  /** Share of all places looked at that show the step, on one straight line. */
  readonly held: number;
  /** Where along the side, in pixels from its beginning, they are close together: first and last of each stretch, rising. */
  readonly seen: readonly (readonly [number, number])[];
  /** Unit vector of the colours, from outside to inside. */
  readonly colour: Colours;
  /** Share of them, of those that could be looked at, where what lies far outside is another surface, too: a stroke's is not. */
  readonly beyond: number;
  /** Median share of the whole step that a few pixels show: a soft shadow's is small. */
  readonly sharpness: number;
}

/** Places looked at along a side. */
const PLACES = 28;
/** A side is so many times as long as it may be off. */
const LEAST_LONG = 4;
/** Share of a side's ends that is left out: corners are bent, rounded, held. */
const ENDS = 0.05;
/** Euclidean distance of colours (grey levels · √3 for greys) that a step has at least. */
const LEAST_STEP = 14;
/** Share of a step that must last to both ends of what is looked at: that of a drawn line does not. */
const LASTING = 0.4;
/** Pixels that a place may lie beside the line, and a tenth of what the side may be off. */
const TOLERANCE = 2;
/** Pixels of the box on either side of the step. */
const BOX = 5;
/** Shares of the picture's diagonal at which it is looked far outside. */
const FAR = [0.05, 0.08, 0.11];
/** Of the step near the edge that the surface far outside must still have. */
const FAR_STEP = 0.4;

/**
 * `reach`: pixels that the side may be off; `known`: the step's direction, where it is known and most of the side may lie elsewhere.
 * Undefined where there is no room to look, or no step.
 */
export function edgeOf(picture: Picture, { from, to }: Side, reach: number, known?: Colours): Edge | undefined {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const long = Math.hypot(dx, dy);
  if (long < LEAST_LONG * reach) return undefined;
  const along: Point = [dx / long, dy / long];
  const out: Point = [along[1], -along[0]];
  const profileAt = (place: number): Profile[] => {
    const at = long * (ENDS + ((1 - 2 * ENDS) * (place + 0.5)) / PLACES);
    const middle: Point = [from[0] + along[0] * at, from[1] + along[1] * at];
    const profile = profileOf(picture, middle, along, out, reach + BOX + 3);
    return profile === undefined ? [] : [{ ...profile, at }];
  };
  // Most sides are none, and that every fourth place shows.
  const quarter = PLACE_NUMBERS.filter((place) => place % 4 === 1).flatMap(profileAt);
  if (quarter.length < 2 || strongOf(stepsOf(quarter, known ?? directionOf(quarter))).length < 2) return undefined;
  const profiles = PLACE_NUMBERS.flatMap(profileAt);
  if (profiles.length < PLACES / 3) return undefined;
  const colour = known ?? directionOf(profiles);
  const steps = stepsOf(profiles, colour);
  const strong = strongOf(steps);
  const line = lineThrough(strong, TOLERANCE + 0.1 * reach);
  if (line === undefined || line.on.length < PLACES / 5) return undefined;
  const moved = (at: number): Point => {
    const by = line.offset + line.slope * (at - line.at);
    return [from[0] + along[0] * at + out[0] * by, from[1] + along[1] * at + out[1] * by];
  };
  const sharp = line.on.map(({ sharpness }) => sharpness).toSorted((a, b) => a - b);
  const half = (long * (0.5 - ENDS)) / PLACES;
  return {
    from: moved(0),
    to: moved(long),
    held: line.on.length / steps.length,
    seen: stretches(steps, new Set(line.on), half),
    colour,
    beyond: beyondShare(picture, line.on, moved, out, colour),
    sharpness: sharp[sharp.length >> 1] ?? 0,
  };
}

const PLACE_NUMBERS = Array.from({ length: PLACES }, (_, place) => place);

const stepsOf = (profiles: readonly Profile[], colour: Colours): Step[] =>
  profiles.map((profile) => stepOf(profile, colour));

const strongOf = (steps: readonly Step[]): Step[] =>
  steps.filter(({ size, whole }) => size >= LEAST_STEP && whole >= LASTING * size);

export type Colours = readonly [number, number, number];

/** Colours on a line across the side, from inside outwards. */
interface Profile {
  /** Pixels from the side's beginning. */
  readonly at: number;
  readonly colours: Float32Array;
  /** Steps of one pixel inwards. */
  readonly reach: number;
  /** Steps of one pixel outwards: fewer where the picture ends. */
  readonly room: number;
}

interface Step {
  readonly at: number;
  /** Pixels outwards from where the side was thought to be. */
  readonly offset: number;
  readonly size: number;
  /** From the one end of the profile to the other: of a line it is 0. */
  readonly whole: number;
  readonly sharpness: number;
  /** Level inside, along the direction of the step. */
  readonly inside: number;
}

/** Undefined where the picture ends too soon. Three pixels along the side are taken together. */
function profileOf({ data, width, height }: Picture, middle: Point, along: Point, out: Point, reach: number) {
  const isSeen = (by: number): boolean => {
    const [x, y] = [middle[0] + out[0] * by, middle[1] + out[1] * by];
    return x >= 3 && y >= 3 && x <= width - 4 && y <= height - 4;
  };
  let room = reach;
  while (room > -reach && !isSeen(room)) room--;
  if (!isSeen(-reach) || room < 2 * BOX - reach + 3) return undefined;
  const colours = new Float32Array((2 * reach + 1) * 3);
  const [outX, outY] = out;
  for (let beside = -1; beside <= 1; beside++) {
    const [startX, startY] = [middle[0] + 1.5 * beside * along[0] + 0.5, middle[1] + 1.5 * beside * along[1] + 0.5];
    for (let by = -reach, to = 0; by <= room; by++, to += 3) {
      const from = (((startY + outY * by) | 0) * width + ((startX + outX * by) | 0)) * 3;
      colours[to] = (colours[to] ?? 0) + (data[from] ?? 0) / 3;
      colours[to + 1] = (colours[to + 1] ?? 0) + (data[from + 1] ?? 0) / 3;
      colours[to + 2] = (colours[to + 2] ?? 0) + (data[from + 2] ?? 0) / 3;
    }
  }
  return { colours, reach, room };
}

function meanOf({ colours, reach }: Pick<Profile, "colours" | "reach">, from: number, to: number): Colours {
  let [r, g, b] = [0, 0, 0];
  for (let by = from; by < to; by++) {
    const at = (by + reach) * 3;
    r += colours[at] ?? 0;
    g += colours[at + 1] ?? 0;
    b += colours[at + 2] ?? 0;
  }
  const count = to - from;
  return [r / count, g / count, b / count];
}

/** Unit vector from the surface outside to that inside, by the median places. */
function directionOf(profiles: readonly Profile[]): Colours {
  const ends = profiles.map((profile) => {
    const { reach, room } = profile;
    return [meanOf(profile, -reach, -reach + BOX), meanOf(profile, room - BOX, room)] as const;
  });
  const [r = 0, g = 0, b = 0] = ([0, 1, 2] as const).map((channel) => {
    const values = ends.map(([inside, outside]) => inside[channel] - outside[channel]);
    return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  });
  const length = Math.max(Math.hypot(r, g, b), 1e-9);
  return [r / length, g / length, b / length];
}

const along = (colour: Colours, [r, g, b]: Colours): number => colour[0] * r + colour[1] * g + colour[2] * b;

/** The largest step towards the surface inside, between two boxes a pixel apart. */
function stepOf({ colours, reach, room, at }: Profile, [r, g, b]: Colours): Step {
  // Sums from the profile's inner end on, so that a box is a difference.
  const sums = new Float64Array(reach + room + 1);
  for (let place = 0; place < reach + room; place++) {
    const from = place * 3;
    const level = r * (colours[from] ?? 0) + g * (colours[from + 1] ?? 0) + b * (colours[from + 2] ?? 0);
    sums[place + 1] = (sums[place] ?? 0) + level;
  }
  const boxAt = (by: number): number => ((sums[by + reach + BOX] ?? 0) - (sums[by + reach] ?? 0)) / BOX;
  const inside = boxAt(-reach);
  const whole = inside - boxAt(room - BOX);
  let [size, offset] = [Number.NEGATIVE_INFINITY, 0];
  for (let by = -reach + BOX + 1; by <= room - BOX; by++) {
    const step = boxAt(by - 1 - BOX) - boxAt(by);
    if (step > size) [size, offset] = [step, by - 0.5];
  }
  return { at, offset, size, whole, sharpness: size / Math.max(whole, size, 1), inside };
}

interface Fit {
  readonly at: number;
  readonly offset: number;
  readonly slope: number;
  readonly on: readonly Step[];
}

/** The line through two of the places that most of the others lie on (Fischler and Bolles, 1981, with all pairs that lie well apart). */
function lineThrough(steps: readonly Step[], tolerance: number): Fit | undefined {
  let [best, most] = [{ at: 0, offset: 0, slope: 0 }, 0];
  for (let first = 0; first < steps.length; first += 2) {
    for (let second = first + 5; second < steps.length; second += 3) {
      const [a, b] = [steps[first], steps[second]];
      if (a === undefined || b === undefined) continue;
      const line = { at: a.at, offset: a.offset, slope: (b.offset - a.offset) / (b.at - a.at) };
      let count = 0;
      for (const step of steps) if (distanceTo(line, step) <= tolerance) count++;
      if (count > most) [best, most] = [line, count];
    }
  }
  return most === 0 ? undefined : { ...best, on: steps.filter((step) => distanceTo(best, step) <= tolerance) };
}

const distanceTo = ({ at, offset, slope }: Omit<Fit, "on">, step: Step): number =>
  Math.abs(step.offset - offset - slope * (step.at - at));

/** Stretches of two places and more on the line; one that is not, between others that are, is something that lies there. */
function stretches(
  steps: readonly Step[],
  on: ReadonlySet<Step>,
  half: number,
): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (const step of steps) {
    if (!on.has(step)) continue;
    const last = found.at(-1);
    if (last !== undefined && step.at - half - last[1] < 2.5 * half)
      found[found.length - 1] = [last[0], step.at + half];
    else found.push([Math.max(0, step.at - half), step.at + half]);
  }
  return found.filter(([first, last]) => last - first > 2.5 * half);
}

function beyondShare(
  { data, width, height }: Picture,
  steps: readonly Step[],
  moved: (at: number) => Point,
  out: Point,
  colour: Colours,
): number {
  const diagonal = Math.hypot(width, height);
  let [seen, other] = [0, 0];
  for (const { at, inside, size } of steps) {
    const [edgeX, edgeY] = moved(at);
    for (const share of FAR) {
      const [x, y] = [Math.round(edgeX + out[0] * share * diagonal), Math.round(edgeY + out[1] * share * diagonal)];
      if (x < 2 || y < 2 || x >= width - 2 || y >= height - 2) continue;
      seen++;
      let level = 0;
      for (const near of [-2 * width - 1, -width + 2, 0, width - 2, 2 * width + 1]) {
        const from = (y * width + x + near) * 3;
        level += along(colour, [data[from] ?? 0, data[from + 1] ?? 0, data[from + 2] ?? 0]) / 5;
      }
      if (inside - level > FAR_STEP * size) other++;
    }
  }
  return seen === 0 ? 1 : other / seen;
}
