// Picks the best backend that runs on this machine, and starts it in this process.
import { UserError } from "../../errors.js";
import { BACKENDS, type Backend, type BackendName } from "./backend.js";
import { loadBackend } from "./load.js";
import { probe } from "./probe.js";

export interface StartWish {
  /** This one or none; without it CONVO_BACKEND, and without that the best that runs. */
  readonly force?: string;
  readonly threads?: number;
}

/** Throws UserError `backend-unknown`, `backend-too-slow` (pure JavaScript) or `backend-fails`. */
export async function startBackend(wish: StartWish = {}): Promise<Backend> {
  const forced = forcedBackend(wish.force);
  const names = forced === undefined ? BACKENDS : [forced];
  const allowSoftware = forced !== undefined;
  const reasons: string[] = [];
  for (const name of names) {
    // Ours is WebAssembly and cannot take the process with it.
    const { status, why, fix } = name === "wasm" ? RUNS : await probe(name, { allowSoftware });
    if (status === "runs") {
      return loadBackend(name, { allowSoftware, ...(wish.threads === undefined ? {} : { threads: wish.threads }) });
    }
    reasons.push(`${name}: ${status}. ${why} ${fix}`);
  }
  throw new UserError("backend-fails", reasons.join("\n"), "See what runs here: convo doctor");
}

const RUNS = { status: "runs", why: "", fix: "" } as const;

/** `force`, or CONVO_BACKEND; undefined: the best one is free to be taken. Throws as `startBackend` does. */
export function forcedBackend(force = process.env.CONVO_BACKEND?.trim() ?? ""): BackendName | undefined {
  return force === "" ? undefined : backendNamed(force);
}

function backendNamed(name: string): BackendName {
  const known = BACKENDS.find((each) => each === name);
  if (known !== undefined) return known;
  if (name === "cpu") {
    throw new UserError(
      "backend-too-slow",
      "Pure JavaScript (cpu) is too slow to train with.",
      `Take one of ${BACKENDS.join(", ")}.`,
    );
  }
  throw new UserError("backend-unknown", `There is no backend "${name}".`, `Take one of ${BACKENDS.join(", ")}.`);
}
