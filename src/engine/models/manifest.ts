// model.json, read with everything checked: it may have been damaged, altered, or written by another version.
import { z } from "zod";
import type { Decision, ModelManifest } from "./model.js";

/** The longest label and how many there may be: what a chat's table and a model of this size can bear. */
export const LONGEST_LABEL = 100;
export const MOST_LABELS = 1000;

export const MODEL_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
export const MODEL_VERSION = /^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/;

const count = z.int().min(0);
const share = z.number().min(0).max(1);
const interval = z.object({ value: share, low: share, high: share }).readonly();
const split = z.object({ accuracy: interval, loss: z.number(), images: count }).readonly();
const perChannel = z.array(z.number()).min(1).max(3).readonly();
const side = z.int().min(1).max(4096);

const preprocessing = z.object({
  height: side,
  width: side,
  channels: z.union([z.literal(1), z.literal(3)]),
  fit: z.enum(["cover", "digit"]),
  resize: side.optional(),
  scale: perChannel,
  offset: perChannel,
  order: z.enum(["rgb", "bgr", "grey"]),
});

const decision = z.object({
  method: z.string().min(1).max(500),
  sureProbability: share,
  sureEnergy: z.number(),
  sureViewsEnergy: z.number().optional(),
  sureLikeness: z.number().min(-1).max(1).optional(),
  neitherLikeness: z.number().min(-1).max(1).optional(),
  neitherProbability: z.number().min(0).max(1).optional(),
  neitherEnergy: z.number(),
});

export const MANIFEST = z.object({
  v: z.literal(1),
  name: z.string().regex(MODEL_NAME),
  version: z.string().regex(MODEL_VERSION),
  recipe: z.string().min(1).max(100),
  labels: z.array(z.string().min(1).max(LONGEST_LABEL)).min(2).max(MOST_LABELS).readonly(),
  preprocessing: preprocessing.readonly(),
  parameters: count,
  precision: z.enum(["float32", "float16"]),
  temperature: z.number().positive(),
  decision: decision.readonly().optional(),
  metrics: z
    .object({
      validation: split.optional(),
      test: split.optional(),
      confusion: z.array(z.array(count).readonly()).readonly().optional(),
    })
    .readonly(),
  data: z.object({ name: z.string(), version: z.string() }).readonly(),
  run: z.object({ id: z.string(), seed: z.number(), backend: z.string(), device: z.string() }).readonly(),
  exportDifference: z.number().min(0),
  storageDifference: z.number().min(0).optional(),
  created: z.iso.datetime(),
  files: z.record(z.string().regex(/^[\w-]+(\.[\w-]+)+$/), z.string().regex(/^[0-9a-f]{64}$/)).readonly(),
});

/** What is wrong with a manifest, in words, or the manifest. */
export function readManifest(text: string): ModelManifest | { readonly wrong: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { wrong: "model.json is no JSON" };
  }
  const version: unknown = typeof json === "object" && json !== null && "v" in json ? json.v : undefined;
  if (version !== 1) {
    const found = typeof version === "number" ? String(version) : "(none)";
    return { wrong: `model.json has the form v ${found}, known is 1` };
  }
  const parsed = MANIFEST.safeParse(json);
  if (!parsed.success) {
    const issues = parsed.error.issues.slice(0, 3).map(({ path, message }) => `${path.join(".")}: ${message}`);
    return { wrong: `model.json is not as it should be (${issues.join("; ")})` };
  }
  const manifest = withoutUndefined(parsed.data);
  const confusion = manifest.metrics.confusion;
  const classes = manifest.labels.length;
  if (new Set(manifest.labels).size !== classes) return { wrong: "a label stands twice in model.json" };
  if (confusion !== undefined && (confusion.length !== classes || confusion.some((row) => row.length !== classes))) {
    return { wrong: `the confusion matrix is not ${classes} × ${classes}` };
  }
  return manifest;
}

function decisionOf({
  sureViewsEnergy,
  sureLikeness,
  neitherLikeness,
  neitherProbability,
  ...rule
}: z.infer<typeof decision>): Decision {
  return {
    ...rule,
    ...(sureViewsEnergy === undefined ? {} : { sureViewsEnergy }),
    ...(sureLikeness === undefined ? {} : { sureLikeness }),
    ...(neitherLikeness === undefined ? {} : { neitherLikeness }),
    ...(neitherProbability === undefined ? {} : { neitherProbability }),
  };
}

/** zod's optional keys may hold undefined; ours are absent then. JSON has no undefined, so nothing is lost. */
function withoutUndefined(manifest: z.infer<typeof MANIFEST>): ModelManifest {
  const { storageDifference, decision: rule, metrics, preprocessing: given, ...rest } = manifest;
  const { resize, ...geometry } = given;
  const { validation, test, confusion } = metrics;
  return {
    ...rest,
    preprocessing: { ...geometry, ...(resize === undefined ? {} : { resize }) },
    metrics: {
      ...(validation === undefined ? {} : { validation }),
      ...(test === undefined ? {} : { test }),
      ...(confusion === undefined ? {} : { confusion }),
    },
    ...(storageDifference === undefined ? {} : { storageDifference }),
    ...(rule === undefined ? {} : { decision: decisionOf(rule) }),
  };
}
