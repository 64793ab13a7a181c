// A checkpoint: all that a run needs to go on as if it had never stopped, in one file with its own checksum.
// Written beside, flushed, renamed; the one before stays until the next is safe.
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../errors.js";
import { exists, flushFolder } from "../files.js";
import { EPOCH_METRICS } from "./epoch-metrics.js";
import type { WeightValues } from "./weights.js";

const MAGIC = "CONVOCP1";
/** Bytes of a SHA-256, at the end of the file. */
const SUM = 32;
export const CHECKPOINT = "checkpoint.bin";
export const PREVIOUS = "checkpoint.previous.bin";
export const DAMAGED = "checkpoint.damaged.bin";

/** Everything but tensors. The random state is (seed, phase, epoch, step): order, augmentation and masks are drawn from these. */
const progress = z.object({
  v: z.literal(1),
  seed: z.number(),
  recipe: z.string(),
  /** Settings that the run was started with, all of them. */
  settings: z.record(z.string(), z.unknown()),
  dataVersion: z.string(),
  /** Index of the phase. */
  phase: z.number(),
  /** Finished epochs of this phase. */
  epoch: z.number(),
  /** Steps done of the epoch that runs, and of the phase. */
  step: z.number(),
  phaseStep: z.number(),
  /** Sums over the epoch that runs. */
  running: z.object({
    loss: z.number(),
    correct: z.number(),
    images: z.number(),
    others: z.number().default(0),
    seconds: z.number(),
  }),
  /** Most images that one piece of a batch may have, after memory ran out; absent: no limit. */
  limit: z.number().optional(),
  best: z.object({ accuracy: z.number(), loss: z.number(), epoch: z.number() }).optional(),
  /** Epochs since the best. */
  waited: z.number(),
  metrics: z.array(EPOCH_METRICS),
  notes: z.array(z.object({ code: z.string(), message: z.string() })),
  /** Of training so far, in all processes. */
  seconds: z.number(),
  /** Bytes at most. */
  peakMemory: z.number(),
  optimizerSteps: z.number(),
});
export type Progress = z.infer<typeof progress>;

/** `weights` and `best`: all that learned so far; `average`: of the phase's; `optimizer`: its moments. */
export const GROUPS = ["weights", "optimizer", "average", "best"] as const;
export type Group = (typeof GROUPS)[number];
export type Tensors = Readonly<Record<Group, readonly WeightValues[]>>;

export interface Checkpoint {
  readonly progress: Progress;
  readonly tensors: Tensors;
}

const header = z.object({
  progress,
  tensors: z.array(z.object({ group: z.enum(GROUPS), name: z.string(), shape: z.array(z.number()) })),
});

/**
 * Writes `checkpoint.bin` into the folder; the one that was there becomes `checkpoint.previous.bin`.
 * @returns its path @throws UserError `checkpoint-not-written` (disk full, no right): what was there stays
 */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<string> {
  const file = join(folder, CHECKPOINT);
  const draft = `${file}.draft`;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(draft, encode(checkpoint), { flush: true });
    if (await exists(file)) await rename(file, join(folder, PREVIOUS));
    await rename(draft, file);
    await flushFolder(folder);
  } catch (error) {
    await rm(draft, { force: true, recursive: true });
    throw new UserError(
      "checkpoint-not-written",
      `The checkpoint could not be written to ${folder} (${reason(error)}). The one before it is untouched.`,
      "Make room on the disk or check the folder's rights, then go on with --resume.",
      { cause: error },
    );
  }
  return file;
}

/**
 * The newest checkpoint that is whole, with what was wrong with the newer one, if anything.
 * @returns undefined where none was ever written @throws UserError `checkpoint-damaged` where none is whole
 */
export async function readCheckpoint(
  folder: string,
): Promise<{ checkpoint: Checkpoint; file: string; damaged?: string } | undefined> {
  const problems: string[] = [];
  for (const name of [CHECKPOINT, PREVIOUS]) {
    const file = join(folder, name);
    if (!(await exists(file))) continue;
    try {
      const checkpoint = decode(await readFile(file));
      return { checkpoint, file, ...(problems.length > 0 ? { damaged: problems.join(" ") } : {}) };
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      problems.push(`${file} ${error.message}.`);
    }
  }
  if (problems.length === 0) return undefined;
  throw new UserError(
    "checkpoint-damaged",
    problems.join(" "),
    "Copy the run's folder back from a backup, or start again without --resume in a new folder.",
  );
}

/** Puts a damaged newest one out of the way, so that the next write does not take the place of the whole one before it. */
export async function setAsideDamaged(folder: string): Promise<void> {
  await rename(join(folder, CHECKPOINT), join(folder, DAMAGED));
}

class Damaged extends Error {}

/** Magic, length of the header, header (JSON), values (little endian, in the header's order), SHA-256 of all before it. */
function encode({ progress, tensors }: Checkpoint): Uint8Array[] {
  const all = GROUPS.flatMap((group) => tensors[group].map((tensor) => ({ group, ...tensor })));
  const head = Buffer.from(
    JSON.stringify({ progress, tensors: all.map(({ group, name, shape }) => ({ group, name, shape })) }),
  );
  const start = Buffer.alloc(MAGIC.length + 4);
  start.write(MAGIC, "latin1");
  start.writeUInt32LE(head.length, MAGIC.length);
  const parts = [start, head, ...all.map(({ values }) => bytesOf(values))];
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return [...parts, hash.digest()];
}

function decode(file: Buffer): Checkpoint {
  const headAt = MAGIC.length + 4;
  if (file.length < headAt + SUM || file.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Damaged("is no checkpoint or is cut off at its start");
  }
  const body = file.subarray(0, file.length - SUM);
  if (
    !createHash("sha256")
      .update(body)
      .digest()
      .equals(file.subarray(file.length - SUM))
  ) {
    throw new Damaged("is damaged: its checksum does not fit");
  }
  let at = headAt + body.readUInt32LE(MAGIC.length);
  const parsed = header.safeParse(JSON.parse(body.toString("utf8", headAt, at)));
  if (!parsed.success) throw new Damaged(`was written by another version (${z.prettifyError(parsed.error)})`);
  const groups: Record<Group, WeightValues[]> = { weights: [], optimizer: [], average: [], best: [] };
  for (const { group, name, shape } of parsed.data.tensors) {
    const length = shape.reduce((size, side) => size * side, 1) * Float32Array.BYTES_PER_ELEMENT;
    // Copied: the bytes before may have any length, and a Float32Array starts at a multiple of four.
    const values = new Float32Array(Uint8Array.from(body.subarray(at, at + length)).buffer);
    groups[group].push({ name, shape, values });
    at += length;
  }
  return { progress: parsed.data.progress, tensors: groups };
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
