// Pictures are decoded in turn: no more at once than cores and memory bear, and who would wait too long is told so.
import sharp from "sharp";
import { expect, test, vi } from "vitest";
import { Admission, type Work } from "../../../src/engine/vision/admission.js";
import { decodeInTurn } from "../../../src/engine/vision/decode-in-turn.js";
import { DECODE_LIMITS } from "../../../src/engine/vision/limits.js";
import { Pace } from "../../../src/engine/vision/pace.js";

/** Work that is over when it is told. */
function held() {
  let end = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { work: () => promise, end, promise };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const load = (bytes: number, held = 0) => ({ bytes, held });

/** Jobs that begin when they may, by their place in the list. */
function startedIn(admission: Admission, loads: readonly { bytes: number; held: number }[]) {
  const began: number[] = [];
  const jobs = loads.map(() => held());
  const all = jobs.map(({ work }, at) =>
    admission.run(loads[at] ?? load(0), () => {
      began.push(at);
      return work();
    }),
  );
  return { began, jobs, all };
}

test("as many as may are worked on, the others in the order in which they came", async () => {
  const admission = new Admission({ atOnce: 2, held: 100, waiting: 3, bytes: 100 });
  const { began, jobs, all } = startedIn(admission, Array(5).fill(load(10)));
  await turn();
  expect(began).toEqual([0, 1]);
  await expect(admission.run(load(10), async () => 1)).rejects.toMatchObject({ code: "busy" });
  jobs[1]?.end();
  await all[1];
  await turn();
  expect(began).toEqual([0, 1, 2]);
  for (const { end } of jobs) end();
  await Promise.all(all);
  expect(began).toEqual([0, 1, 2, 3, 4]);
  expect(await admission.run(load(10), async () => "free again")).toBe("free again");
});

test("together they hold no more than is allowed; what holds more than that goes alone and is not overtaken", async () => {
  const admission = new Admission({ atOnce: 3, held: 100, waiting: 9, bytes: 100 });
  const { began, jobs, all } = startedIn(
    admission,
    [60, 30, 60, 500, 0, 0].map((bytes) => load(1, bytes)),
  );
  const end = async (at: number) => {
    jobs[at]?.end();
    await all[at];
    await turn();
    return began;
  };
  await turn();
  expect(began).toEqual([0, 1]);
  expect(await end(1)).toEqual([0, 1]);
  expect(await end(0)).toEqual([0, 1, 2]);
  expect(await end(2)).toEqual([0, 1, 2, 3]);
  expect(await end(3)).toEqual([0, 1, 2, 3, 4, 5]);
  for (const { end } of jobs) end();
  await Promise.all(all);
});

test("what waits holds no more bytes than are allowed, and what fails makes room", async () => {
  const admission = new Admission({ atOnce: 1, held: 100, waiting: 9, bytes: 100 });
  const { work, end } = held();
  const first = admission.run(load(1_000), work);
  const second = admission.run(load(60), async () => {
    throw new Error("damaged");
  });
  await expect(admission.run(load(60), async () => 1)).rejects.toMatchObject({ code: "busy" });
  const third = admission.run(load(40), async () => 3);
  end();
  await first;
  await expect(second).rejects.toThrow("damaged");
  expect(await third).toBe(3);
});

test("a place is kept until what goes on after the answer is over", async () => {
  const admission = new Admission({ atOnce: 1, held: 100, waiting: 9, bytes: 100 });
  const rest = held();
  const tooSlow: Work<void> = async (until) => {
    until(rest.promise);
    throw new Error("too slow");
  };
  await expect(admission.run(load(1), tooSlow)).rejects.toThrow("too slow");
  let hasBegun = false;
  const next = admission.run(load(1), async () => {
    hasBegun = true;
  });
  await turn();
  expect(hasBegun).toBe(false);
  rest.end();
  await next;
  expect(hasBegun).toBe(true);
});

test("the time to wait is that of the work, whatever the others waited", async () => {
  vi.useFakeTimers();
  try {
    const admission = new Admission({ atOnce: 2, held: 100, waiting: 18, bytes: 100 });
    const work = () => new Promise((resolve) => setTimeout(resolve, 1000));
    const round = () => Promise.allSettled(Array.from({ length: 21 }, () => admission.run(load(1), work)));
    // 20 in pairs of a second each: ten seconds.
    const first = round();
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await first).filter(({ status }) => status === "fulfilled")).toHaveLength(20);
    const second = round();
    await vi.advanceTimersByTimeAsync(10_000);
    const refused = (await second).filter((one) => one.status === "rejected").map(({ reason }) => reason.fix);
    const seconds = refused.map((fix) => Number(/in (\d+) s/.exec(fix)?.[1]));
    expect(seconds).toHaveLength(1);
    expect(seconds[0]).toBeGreaterThanOrEqual(7);
    expect(seconds[0]).toBeLessThanOrEqual(13);
  } finally {
    vi.useRealTimers();
  }
});

test("a pace is the work's, of one that waited and of one that came when there was nothing to do", () => {
  vi.useFakeTimers();
  try {
    const pace = new Pace(50);
    for (let round = 0; round < 40; round++) {
      // Four come at once and take 100 ms each, one after the other; then nobody comes for a minute.
      const came = performance.now();
      for (let job = 0; job < 4; job++) {
        vi.advanceTimersByTime(100);
        pace.ended(came);
      }
      vi.advanceTimersByTime(60_000);
    }
    expect(pace.ms).toBeCloseTo(100, 3);
  } finally {
    vi.useRealTimers();
  }
});

test("decoding: time begins with the turn, a picture that takes too long keeps its place, a header's refusal does not wait", async () => {
  const admission = new Admission({ atOnce: 1, held: DECODE_LIMITS.heldBytes, waiting: 9, bytes: 1e9 });
  const avif = await sharp({ create: { width: 900, height: 700, channels: 3, background: "#396" } })
    .avif({ effort: 0 })
    .toBuffer();
  const { work, end } = held();
  const came = performance.now();
  const before = admission.run(load(1), work);
  const patient = decodeInTurn(avif, DECODE_LIMITS, admission);
  const hasty = decodeInTurn(avif, { ...DECODE_LIMITS, seconds: 0.001 }, admission).catch((error) => error.code);
  let isNext = false;
  const next = admission.run(load(1), async () => {
    isNext = true;
  });
  await expect(decodeInTurn(new Uint8Array(20), DECODE_LIMITS, admission)).rejects.toMatchObject({
    code: "image-unsupported",
  });
  // Longer than it may take.
  await new Promise((resolve) => setTimeout(resolve, 1000 * DECODE_LIMITS.seconds + 100));
  const waited = performance.now() - came;
  end();
  await before;
  const { picture, ms } = await patient;
  expect([picture.width, picture.height, picture.format]).toEqual([900, 700, "avif"]);
  expect(ms).toBeLessThanOrEqual(performance.now() - came - waited);
  expect(await hasty).toBe("image-too-slow");
  expect(isNext).toBe(false);
  await next;
});
