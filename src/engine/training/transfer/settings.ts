// What can be set about transfer learning; the defaults are those of a laptop without a GPU.
import { z } from "zod";

/** Both backbones halve five times. */
const MULTIPLE = 32;
const LARGEST = 512;
/** Of one stage. */
const MOST_EPOCHS = 1000;

const side = z.number().int().multipleOf(MULTIPLE).min(MULTIPLE).max(LARGEST);

export const transferSettings = z.strictObject({
  backbone: z.enum(["mobilenetv2", "resnet50"]).default("mobilenetv2"),
  /** Pixels of the input's sides, as the features are computed, as it is validated and served. */
  side: side.default(224),
  dropout: z.number().min(0).max(0.9).default(0.3),
  batch: z.number().int().min(1).max(1024).default(32),

  /** Phase 1: the head on frozen features. */
  headEpochs: z.number().int().min(1).max(1000).default(40),
  headRate: z.number().positive().max(1).default(0.002),
  headDecay: z.number().min(0).max(10).default(0.05),
  headBatch: z.number().int().min(1).max(4096).default(64),

  /** Phase 2: the first block that is fine-tuned (`block_13`), `all`, or `none` to end after the head. */
  from: z.string().default("none"),
  /** Epochs of fine-tuning, with training images of `side` pixels. */
  epochs: z.number().int().min(1).max(1000).default(8),
  /** Instead of `epochs`: sides and their epochs, "160:12,192:4" being small first, then larger; where every layer learns. */
  stages: z
    .string()
    .refine(areStages, `must be sides (multiples of ${MULTIPLE}, at most ${LARGEST}) and epochs, such as 160:8,224:2`)
    .optional(),
  learningRate: z.number().positive().max(1).default(0.0003),
  /** Steps over which the rate rises to it. */
  warmUp: z.number().int().min(0).default(80),
  weightDecay: z.number().min(0).max(10).default(0.02),
  labelSmoothing: z.number().min(0).max(0.5).default(0.1),
  /** The smallest share of a photo that an augmented crop keeps. */
  crop: z.number().min(0.05).max(1).default(0.4),
  /** Decay of the weights' moving average; 0: none. */
  averaging: z.number().min(0).max(0.9999).default(0.99),
  /** Augmented views of each training image whose maps are cached when only a tail is fine-tuned. */
  views: z.number().int().min(1).max(100).default(4),
  patience: z.number().int().min(1).max(1000).default(1000),
});

export type TransferSettings = z.infer<typeof transferSettings>;

export interface Stage {
  readonly side: number;
  readonly epochs: number;
}

/** What was checked before; without stages, one of `epochs` at `side`. */
export function stagesOf({ stages, side, epochs }: Pick<TransferSettings, "stages" | "side" | "epochs">): Stage[] {
  return stages === undefined ? [{ side, epochs }] : parsed(stages);
}

function parsed(text: string): Stage[] {
  return text.split(",").map((stage) => {
    const [size = Number.NaN, epochs = Number.NaN] = stage.split(":").map(Number);
    return { side: size, epochs };
  });
}

function areStages(text: string): boolean {
  return (
    /^\d+:\d+(,\d+:\d+)*$/.test(text) &&
    parsed(text).every(
      (stage) =>
        stage.side % MULTIPLE === 0 &&
        stage.side >= MULTIPLE &&
        stage.side <= LARGEST &&
        stage.epochs >= 1 &&
        stage.epochs <= MOST_EPOCHS,
    )
  );
}
