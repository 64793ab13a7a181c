// Pictures are decoded in turn: no more at once than the cores bear, and who would wait too long is told so.
import { expect, test } from "vitest";
import { Admission } from "../../../src/engine/vision/admission.js";

/** Work that is over when it is told. */
function held() {
  let end = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => promise, end };
}

test("as many as may are worked on, the others in the order in which they came", async () => {
  const admission = new Admission({ atOnce: 2, waiting: 3, bytes: 100 });
  const began: number[] = [];
  const jobs = [0, 1, 2, 3, 4].map(() => held());
  const all = jobs.map(({ work }, at) =>
    admission.run(10, () => {
      began.push(at);
      return work();
    }),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  await expect(admission.run(10, async () => 1)).rejects.toMatchObject({ code: "busy" });
  jobs[1]?.end();
  await all[1];
  expect(began).toEqual([0, 1, 2]);
  for (const { end } of jobs) end();
  await Promise.all(all);
  expect(began).toEqual([0, 1, 2, 3, 4]);
  expect(await admission.run(10, async () => "free again")).toBe("free again");
});

test("what waits holds no more bytes than are allowed, and what fails makes room", async () => {
  const admission = new Admission({ atOnce: 1, waiting: 9, bytes: 100 });
  const { work, end } = held();
  const first = admission.run(1_000, work);
  const second = admission.run(60, async () => {
    throw new Error("damaged");
  });
  await expect(admission.run(60, async () => 1)).rejects.toMatchObject({ code: "busy" });
  const third = admission.run(40, async () => 3);
  end();
  await first;
  await expect(second).rejects.toThrow("damaged");
  expect(await third).toBe(3);
});
