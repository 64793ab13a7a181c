// A run's metrics as its learning curves.
import { curvesAlt, curvesPng } from "../../charts/curves.js";
import type { Progress } from "./checkpoint.js";
import type { RunDescription } from "./run.js";

export async function curvesOf(
  { model }: RunDescription,
  { metrics, best }: Pick<Progress, "metrics" | "best">,
): Promise<{ png: Uint8Array; alt: string }> {
  const chart = {
    title: `${model}: learning curves`,
    epochs: metrics,
    ...(best === undefined ? {} : { best: best.epoch }),
  };
  return { png: await curvesPng(chart), alt: curvesAlt(chart) };
}
