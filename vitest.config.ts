// `test` and `test-alone` are the suite of every change, `long` the numbers that an issue names, `fuzz` generated input at length.
import { defineConfig } from "vitest/config";

/** A process of its own for each file: TensorFlow.js has one backend a process, and these files choose it. */
const ALONE = ["test/engine/backend/**/*.test.ts"];
const PATIENCE = { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 3 };

export default defineConfig({
  test: {
    projects: [
      {
        // Files share their workers: to load the rubrics and the language model anew for each of a hundred files took a third of the time.
        test: { name: "test", include: ["test/**/*.test.ts"], exclude: ALONE, isolate: false, ...PATIENCE },
      },
      {
        test: { name: "test-alone", include: ALONE, ...PATIENCE },
      },
      {
        test: { name: "fuzz", include: ["test/**/*.fuzz.ts"], testTimeout: 1_200_000, maxWorkers: 2 },
      },
      {
        test: {
          name: "long",
          include: ["test/**/*.long.ts"],
          testTimeout: 1_200_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
});
