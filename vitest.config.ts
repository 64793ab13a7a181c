// `test` and `test-alone` are the suite of every change, `long` the numbers that an issue names, `fuzz` generated input at length.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** A process of its own for each file: TensorFlow.js has one backend a process, and these files choose it. */
const ALONE = ["test/engine/backend/**/*.test.ts"];
const PATIENCE = { testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 4 };

// The tests name files of src/ and run what is compiled of them, as it ships: nothing is translated a second time, and the
// threads and processes that the program starts need no loader of their own. The page alone is no part of that compilation.
const resolve = {
  alias: [
    {
      find: /^(?:\.\.?\/)+src\/(?!bots\/playground\/page\/)(.*\.js)$/,
      replacement: `${fileURLToPath(new URL("dist", import.meta.url))}/$1`,
    },
  ],
};
const COMPILED = {
  globalSetup: ["test/support/compile.ts", "test/support/temporary-files.ts"],
  server: { deps: { external: [/\/dist\//] } },
};

export default defineConfig({
  test: {
    projects: [
      {
        // Files share their workers: to load the rubrics and the language model anew for each of a hundred files took a third of the time.
        resolve,
        test: {
          name: "test",
          include: ["test/**/*.test.ts"],
          exclude: ALONE,
          isolate: false,
          ...PATIENCE,
          ...COMPILED,
        },
      },
      {
        resolve,
        test: { name: "test-alone", include: ALONE, ...PATIENCE, ...COMPILED },
      },
      {
        resolve,
        test: { name: "fuzz", include: ["test/**/*.fuzz.ts"], testTimeout: 1_200_000, maxWorkers: 2, ...COMPILED },
      },
      {
        resolve,
        test: {
          name: "long",
          include: ["test/**/*.long.ts"],
          testTimeout: 1_200_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
          fileParallelism: false,
          ...COMPILED,
        },
      },
    ],
  },
});
