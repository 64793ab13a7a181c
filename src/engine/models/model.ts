// What a saved model is: a folder a version, whose `model.json` is described here. Reading and writing is in `registry.ts`.
// The folder: model.json (this manifest), model.onnx (what is served), weights.json + weights.bin (the tfjs layers model, to train
// on from; absent in what ships), centres.bin (where calibrated with it), card.md, curves.png, confusion.png.

/** Means of the head's inputs over each class's training pictures: float32, little-endian, labels × width. */
export const CENTRES = "centres.bin";

/** How an upright picture becomes the model's input. */
export interface Preprocessing {
  /** Of the input tensor, NHWC. */
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** `cover`: shorter side to fit, centre cut out; `digit`: MNIST's geometry, 20×20 in 28×28, centred by mass. */
  readonly fit: "cover" | "digit";
  /** For `cover`: pixels of the shorter side before the centre is cut out; at least the input's. */
  readonly resize?: number;
  /** value = byte × scale + offset, per channel in the order of `order` (one number: the same for all). */
  readonly scale: readonly number[];
  readonly offset: readonly number[];
  readonly order: "rgb" | "bgr" | "grey";
}

export interface Interval {
  readonly value: number;
  /** 95 %, Wilson's. */
  readonly low: number;
  readonly high: number;
}

export interface ModelMetrics {
  readonly validation?: { readonly accuracy: Interval; readonly loss: number; readonly images: number };
  /** Looked at once, after everything else was decided. */
  readonly test?: { readonly accuracy: Interval; readonly loss: number; readonly images: number };
  /** Rows: the true class; columns: the predicted one; counts on the test split. */
  readonly confusion?: readonly (readonly number[])[];
}

/** When an answer is "sure" and when it is none: computed on validation data and on pictures of other things. */
export interface Decision {
  /** How the numbers were found, for the card. */
  readonly method: string;
  /** Least calibrated probability of a sure answer (of several digits: of the least probable one). */
  readonly sureProbability: number;
  /** Least energy, log Σ exp(logit), of a sure answer; Liu et al., "Energy-based out-of-distribution detection" (2020). */
  readonly sureEnergy: number;
  /** For digits: least energy of a sure answer in each view of a digit that is turned, narrowed or flattened a little. */
  readonly sureViewsEnergy?: number;
  /**
   * Least cosine between what the head is given and its mean over the answer's class (`CENTRES`), of a sure answer; Techapanurak et
   * al., "Hyperparameter-free out-of-distribution detection using cosine similarity" (2020).
   */
  readonly sureLikeness?: number;
  /** Below it the picture is like none of the classes. */
  readonly neitherLikeness?: number;
  /** For digits: one whose answer is less probable is taken for none. */
  readonly neitherProbability?: number;
  /** Below this energy the picture is none of the classes. */
  readonly neitherEnergy: number;
}

export interface ModelManifest {
  readonly v: 1;
  /** `digits`, `flowers`, or the name that `convo train images` was given: a-z, 0-9, hyphens. */
  readonly name: string;
  /** Of this model: time of its making and a piece of a hash of its weights and its run, such as `20261126-1015-3f9a0c21`. */
  readonly version: string;
  readonly recipe: string;
  readonly labels: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly parameters: number;
  readonly precision: "float32" | "float16";
  /** The ONNX graph ends in logits; probabilities are softmax(logits / temperature). 1 where nothing was calibrated. */
  readonly temperature: number;
  /** Absent: probabilities alone decide. */
  readonly decision?: Decision;
  readonly metrics: ModelMetrics;
  readonly data: { readonly name: string; readonly version: string };
  readonly run: { readonly id: string; readonly seed: number; readonly backend: string; readonly device: string };
  /** Largest |difference| between ONNX and tfjs logits on real pictures, as checked before saving. */
  readonly exportDifference: number;
  /** With float16 storage: the largest difference that the rounding of weights makes, |a − b| / max(1, |b|). */
  readonly storageDifference?: number;
  readonly created: string;
  /** SHA-256, hex, of the other files of the folder. */
  readonly files: Readonly<Record<string, string>>;
}
