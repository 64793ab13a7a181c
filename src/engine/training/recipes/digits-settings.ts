// What can be set about the recipe `digits`.
import { z } from "zod";

export const digitsSettings = z.strictObject({
  epochs: z.number().int().min(1).max(1000).default(28),
  batch: z.number().int().min(1).max(4096).default(128),
  /** At the top of the cycle. */
  learningRate: z.number().positive().max(1).default(0.004),
  weightDecay: z.number().min(0).max(1).default(0.02),
  dropout: z.number().min(0).max(0.9).default(0.3),
  labelSmoothing: z.number().min(0).max(0.5).default(0.05),
  /** Shift, rotation, scale, shear, stroke thickness and a little elastic bending of the training images. */
  augmentation: z.boolean().default(true),
  /** Pictures of other things for each digit, of which the network learns to be sure of nothing; 0 leaves them out. */
  others: z.number().min(0).max(1).default(0.25),
  patience: z.number().int().min(1).default(12),
  /** Channels: half of this at 28×28, this behind the stem, then twice and three times, four times at the end. */
  width: z.number().int().multipleOf(2).min(2).max(128).default(36),
  /** Trains on the first n images only: for a quick try. */
  limit: z.number().int().min(1).optional(),
});

export type DigitsSettings = z.infer<typeof digitsSettings>;
