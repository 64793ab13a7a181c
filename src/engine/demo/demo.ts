// The demonstrations there are: which question each belongs to, which network and which drawn sample it takes.
import type { Raster } from "../../charts/tiles.js";
import type { Demonstration, Net } from "./demonstration.js";
import { digitsFiltersDemo, flowersFiltersDemo } from "./filters.js";
import { normalizationDemo } from "./normalization.js";
import { poolingDemo } from "./pooling.js";
import type { SampleName } from "./samples.js";
import { samplePicture } from "./samples.js";
import { shiftDemo } from "./shift.js";
import { slidingDemo } from "./sliding.js";
import { upsamplingDemo } from "./upsampling.js";

/** In the order in which they are offered. */
export const DEMO_QUESTIONS = ["q1", "q4", "q5", "q7", "q8", "q9", "q10"] as const;
export type DemoQuestion = (typeof DEMO_QUESTIONS)[number];

export interface DemoKind {
  readonly title: string;
  /** The network in service that it looks into; none: the picture alone. */
  readonly net?: "digits" | "flowers";
  readonly sample: SampleName;
}

export const DEMOS: Readonly<Record<DemoQuestion, DemoKind>> = {
  q1: { title: "Shifted picture, shifted maps", net: "digits", sample: "digits" },
  q4: { title: "Max pooling and a strided convolution", net: "digits", sample: "digits" },
  q5: { title: "Local response normalization", net: "flowers", sample: "flower" },
  q7: { title: "A fully convolutional network", net: "digits", sample: "digits" },
  q8: { title: "Detail lost and upsampled", sample: "flower" },
  q9: { title: "First layer of the digits network", net: "digits", sample: "digits" },
  q10: { title: "First layer of the flowers network", net: "flowers", sample: "flower" },
};

/** `net`: what `DEMOS` names for the question. Without a picture the drawn sample is taken. Takes up to a second: see `DemoThread`. */
export async function demonstrate(
  question: DemoQuestion,
  picture: Raster | undefined,
  net: Net | undefined,
): Promise<Demonstration> {
  const shown = picture ?? (await samplePicture(DEMOS[question].sample));
  if (question === "q8") return upsamplingDemo(shown);
  if (net === undefined) throw new TypeError(`the demonstration of ${question} needs a network`);
  return OF_NET[question](shown, net);
}

const OF_NET = {
  q1: shiftDemo,
  q4: poolingDemo,
  q5: normalizationDemo,
  q7: slidingDemo,
  q9: digitsFiltersDemo,
  q10: flowersFiltersDemo,
} as const;
