// An epoch's metrics as they stand in files, checked; apart from what trains, so that whoever only reads them loads no tensors.
import { z } from "zod";

/** Of one epoch, as checkpoints and records hold them. */
export const EPOCH_METRICS = z.object({
  phase: z.string(),
  epoch: z.number(),
  learningRate: z.number(),
  loss: z.number(),
  accuracy: z.number(),
  validationLoss: z.number(),
  validationAccuracy: z.number(),
  seconds: z.number(),
  imagesPerSecond: z.number(),
});
