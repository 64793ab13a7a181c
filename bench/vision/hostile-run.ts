// Hostile pictures through a process of their own: what came of each, how long it took, and how much memory the process had at most.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Outcome {
  /** "answer", or the code of the error. */
  readonly outcome: string;
  readonly ms: number;
  /** Resident at most, of the whole process with both models and the thread for pages. */
  readonly megabytes: number;
  /** After it the process answered a plain picture with the same model. */
  readonly isAlive: boolean;
}

const CHILD = join(import.meta.dirname, "one-picture.mjs");

/** A process of its own for the picture, with nothing of an earlier one in its memory. Needs `npm run build`. */
export function classifiedAlone(bytes: Uint8Array): Outcome {
  const folder = mkdtempSync(join(tmpdir(), "convo-hostile-"));
  try {
    const file = join(folder, "picture");
    writeFileSync(file, bytes);
    const { stdout, stderr, signal } = spawnSync(process.execPath, [CHILD, file], {
      encoding: "utf8",
      timeout: 60_000,
    });
    const [first, last] = stdout.split("\n");
    if (first === undefined || first === "") throw new Error(`no outcome (${signal ?? "ended"}): ${stderr}`);
    const seen = JSON.parse(first) as Omit<Outcome, "isAlive">;
    return { ...seen, isAlive: last === '{"alive":true}' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
