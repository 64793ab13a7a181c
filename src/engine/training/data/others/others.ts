// Pictures of no class beside a digits data set's training split: letters and signs, drawn shapes, digits that are none any more.
import { setImmediate } from "node:timers/promises";
import { type Random, seededRandom } from "../../random.js";
import { type Fresh, withFresh } from "../appended.js";
import { type DataSet, NO_CLASS, type Sample } from "../data-set.js";
import { type DigitInk, undone } from "./from-digits.js";
import { openLetters } from "./letters.js";
import { drawShape } from "./shapes.js";

/** Shares of the three sources. */
const [FROM_LETTERS, FROM_SHAPES] = [0.4, 0.4];

/** `share`: for each training picture. The same seed gives the same pictures; what is not in memory is left as it is. */
export async function withOthers(data: DataSet, share: number, seed: number): Promise<DataSet> {
  const { source } = data;
  const count = Math.round(share * data.splits.train.length);
  if (count === 0 || source?.kind !== "memory") return data;
  const random = seededRandom(`others/${seed}`);
  const bytes = new Uint8Array(source.memory);
  const area = source.height * source.width * source.channels;
  const inkOf = ({ id, label }: Sample): DigitInk => {
    const at = source.offsets.get(id) ?? 0;
    return { label, pixels: bytes.subarray(at, at + area) };
  };
  const letters = await openLetters();
  const fresh: Fresh[] = [];
  for (let index = 0; index < count; index++) {
    // Some fifteen seconds for all of MNIST: signals and messages are heard meanwhile.
    if (index % 100 === 0) await setImmediate();
    const own = random.fork(String(index));
    fresh.push({
      sample: { id: `other/${String(index).padStart(5, "0")}`, label: NO_CLASS },
      pixels: other(own, letters, () => inkOf(anyOf(data.splits.train, own))),
    });
  }
  return withFresh(data, source, fresh);
}

function other(random: Random, letters: readonly Uint8Array[], digit: () => DigitInk): Uint8Array {
  const kind = random.next();
  if (kind < FROM_LETTERS) return anyOf(letters, random);
  if (kind < FROM_LETTERS + FROM_SHAPES) return drawShape(random);
  for (;;) {
    const made = undone(digit(), digit(), random);
    if (made !== undefined) return made;
  }
}

function anyOf<T>(items: readonly T[], random: Random): T {
  return items[random.below(items.length)] as T;
}
