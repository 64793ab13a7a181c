// Three projects: `test` is the suite of every change, `long` the numbers that an issue names, `fuzz` generated input at length.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: { name: "test", include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2 },
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
