// Many generated texts: see pasted.ts. CONVO_FUZZ_SEED repeats a run.
import { describe } from "vitest";
import { pastedTextTests } from "./pasted.js";

/** Texts of each test; four tests make 120,000. */
const RUNS = 30_000;

const seed = Number(process.env.CONVO_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
process.stdout.write(`CONVO_FUZZ_SEED=${seed}: ${(4 * RUNS).toLocaleString("en")} pasted texts\n`);

describe("pasted text", () => pastedTextTests(RUNS, seed));
