// Requests joined into batches: everyone gets their own rows, a full queue says so, a failed run harms no other.
import { expect, test } from "vitest";
import { Batches } from "../../../src/engine/vision/batches.js";
import { refusal } from "../../support/errors.js";

/** Doubles every input; remembers how many images came together. */
function doubling(sizes: number[]) {
  return async (inputs: Float32Array, images: number): Promise<Float32Array[]> => {
    sizes.push(images);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (inputs.includes(-1)) throw new Error("the run failed");
    return [inputs.map((value) => 2 * value)];
  };
}

test("concurrent requests run together, each gets its own rows", async () => {
  const sizes: number[] = [];
  const batches = new Batches(doubling(sizes), { images: 8, queue: 100 });
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => batches.ask({ inputs: Float32Array.of(at, at + 0.5), images: 1 })),
  );
  expect(answers.map(([values]) => [...(values ?? [])])).toEqual(
    Array.from({ length: 12 }, (_, at) => [2 * at, 2 * at + 1]),
  );
  expect(sizes).toEqual([8, 4]);
});

test("a request that is larger than a batch runs whole", async () => {
  const sizes: number[] = [];
  const batches = new Batches(doubling(sizes), { images: 4, queue: 100 });
  const [values] = await batches.ask({ inputs: new Float32Array(9).fill(3), images: 9 });
  expect([...(values ?? [])]).toEqual(Array(9).fill(6));
  expect(sizes).toEqual([9]);
});

test("a full queue answers busy with a time, and takes requests again when it is empty", async () => {
  const batches = new Batches(doubling([]), { images: 2, queue: 4 });
  const waiting = Array.from({ length: 4 }, () => batches.ask({ inputs: Float32Array.of(1), images: 1 }));
  const refused = await refusal(() => batches.ask({ inputs: Float32Array.of(1), images: 1 }));
  expect(refused.code).toBe("busy");
  expect(refused.fix).toMatch(/^Try again in \d+ s\.$/);
  await Promise.all(waiting);
  await expect(batches.ask({ inputs: Float32Array.of(4), images: 1 })).resolves.toEqual([Float32Array.of(8)]);
});

test("a failed run rejects its own requests and the next batch runs", async () => {
  const batches = new Batches(doubling([]), { images: 1, queue: 9 });
  const [bad, good] = await Promise.allSettled([
    batches.ask({ inputs: Float32Array.of(-1), images: 1 }),
    batches.ask({ inputs: Float32Array.of(1), images: 1 }),
  ]);
  expect([bad.status, good.status]).toEqual(["rejected", "fulfilled"]);
});
