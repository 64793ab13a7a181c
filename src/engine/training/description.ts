// A run's description as it comes from outside (a file, another process), checked.
import { z } from "zod";
import { UserError } from "../../errors.js";
import { BACKENDS } from "../backend/backend.js";
import { MODEL_NAME } from "../models/manifest.js";
import type { RunDescription } from "./run.js";

/** Name of the file in a run's folder. */
export const DESCRIPTION = "description.json";

export const RECIPES = ["digits", "flowers", "images", "arena"] as const satisfies readonly RunDescription["recipe"][];

const schema = z.object({
  v: z.literal(1),
  id: z.string().min(1),
  recipe: z.enum(RECIPES),
  model: z.string().regex(MODEL_NAME),
  data: z.string().min(1),
  folder: z.string().min(1),
  models: z.string().min(1),
  seed: z.number().int().min(0),
  settings: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  backend: z.enum(BACKENDS).optional(),
  threads: z.number().int().min(1).optional(),
  resume: z.boolean().optional(),
  candidate: z.boolean().optional(),
  device: z.string().min(1).optional(),
  gate: z.string().min(1).optional(),
  extra: z.string().min(1).optional(),
});

/** @throws UserError `description-wrong`, which names every mistake */
export function readDescription(value: unknown): RunDescription {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    throw new UserError(
      "description-wrong",
      `The run's description is wrong: ${z.prettifyError(parsed.error).replaceAll(/\s+/g, " ")}.`,
      "Mend it, or start the run anew in another folder: convo train",
    );
  }
  const { backend, threads, resume, candidate, device, gate, extra, ...rest } = parsed.data;
  return {
    ...rest,
    ...(backend === undefined ? {} : { backend }),
    ...(threads === undefined ? {} : { threads }),
    ...(resume === undefined ? {} : { resume }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(device === undefined ? {} : { device }),
    ...(gate === undefined ? {} : { gate }),
    ...(extra === undefined ? {} : { extra }),
  };
}
