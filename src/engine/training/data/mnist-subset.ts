// A fixed part of MNIST's 60,000 training images for the arena: to train on, to validate, to be ranked by. MNIST's test images are not touched.
import { sha256 } from "../../hash.js";
import { seededRandom, shuffled } from "../random.js";
import type { DataSet, Split } from "./data-set.js";
import { openMnist } from "./mnist.js";

/** Images of each split; 5,000 tell accuracies apart that differ by half a point or more. */
export const SUBSET: Readonly<Record<Split, number>> = { train: 10_000, validation: 2_000, test: 5_000 };

/** The same images for every seed and every entry. Throws what `openMnist` throws. */
export async function openMnistSubset(folder: string): Promise<DataSet> {
  const data = await openMnist(folder);
  const all = [...data.splits.train, ...data.splits.validation].sort((a, b) => (a.id < b.id ? -1 : 1));
  const order = shuffled(all, seededRandom("arena/mnist"));
  const { train, validation, test } = SUBSET;
  const judged = train + validation;
  return {
    ...data,
    name: "mnist (part)",
    version: sha256(`arena 1\n${data.version}\n${JSON.stringify(SUBSET)}`),
    splits: {
      train: order.slice(0, train),
      validation: order.slice(train, judged),
      test: order.slice(judged, judged + test),
    },
  };
}
