// The gate: measures a candidate against the model in service, says what it found in words, and puts it into service where it may.
import { key } from "../../store/key-parts.js";
import type { Namespace, Store } from "../../store/store.js";
import type { ModelRegistry } from "../models/registry.js";
import { DEFAULT_POLICY, type GatePolicy, type GateReport, type QueuedRun, type RunResult } from "../queue/run.js";
import type { Judge } from "../queue/runner.js";
import { gateFolder } from "../training/data/gate-split.js";
import { type Comparison, LEAST_IN_CLASS, points } from "./compare.js";
import type { Measured, Measuring } from "./measure.js";
import { startMeasuring } from "./start-measuring.js";

/** Judgements after which a gate set has been chosen by, however little each time. */
export const WEARS_OUT = 20;

/** The runs that one gate split has judged. */
interface GateUse {
  readonly v: 1;
  readonly runs: readonly string[];
}

export interface GateOptions {
  readonly store: Store;
  registryFor(community: string): ModelRegistry;
  /** Where the run does not say; the community's. */
  policyOf?(community: string): Promise<GatePolicy>;
  /** By default in a process of its own. */
  readonly measure?: (job: Measuring, signal: AbortSignal) => Promise<Measured>;
}

/** As a worker's `judge`: asked twice about one result it says the same twice, and counts it once. */
export function openGate({ store, registryFor, policyOf, measure = startMeasuring }: GateOptions): Judge {
  const uses: Namespace<GateUse> = store.namespace("gate-uses");
  return async (run, result, signal) => {
    const { community, data, seed } = run.wish;
    const registry = registryFor(community);
    const policy = policyFor(run, (await policyOf?.(community)) ?? DEFAULT_POLICY);
    const champion = await championBefore(registry, result);
    const job: Measuring = {
      data,
      seed,
      gates: gateFolder(registry.folder),
      candidate: result.folder,
      ...(champion === undefined ? {} : { champion: champion.folder }),
    };
    const measured = await measure(job, signal);
    const used = await uses.update(key(community, measured.gate), (known) =>
      known?.runs.includes(run.id) === true ? known : { v: 1, runs: [...(known?.runs ?? []), run.id] },
    );
    const count = used?.runs.length ?? 1;
    const report = reportOf({ run, measured, policy, uses: count, ...(champion === undefined ? {} : { champion }) });
    signal.throwIfAborted();
    if (report.verdict === "promoted") await registry.setChampion(result.model, result.version);
    return report;
  };
}

/** What was wished of this run comes first. */
function policyFor({ wish: { policy } }: QueuedRun, ofCommunity: GatePolicy): GatePolicy {
  if (policy === undefined) return ofCommunity;
  return policy === "keep" ? { passes: "keep", fails: "keep" } : { ...ofCommunity, passes: "promote" };
}

interface Champion {
  readonly version: string;
  readonly folder: string;
  /** Trained without the gate's pictures, as every run of the queue is. */
  readonly isUnprejudiced: boolean;
}

/** What was in service before this result; where a judge that died had promoted it already, what that replaced. */
async function championBefore(registry: ModelRegistry, result: RunResult): Promise<Champion | undefined> {
  const aliases = await registry.aliases(result.model);
  const version = aliases.champion === result.version ? aliases.previous : aliases.champion;
  if (version === undefined) return undefined;
  const { folder } = await registry.find(`${result.model}@${version}`);
  const entry = (await registry.list()).find((one) => one.name === result.model && one.version === version);
  const run = entry !== undefined && "run" in entry.manifest ? entry.manifest.run.id : "";
  return { version, folder, isUnprejudiced: QUEUED.test(run) };
}

/** The queue's own names of runs: such a run leaves the gate out. */
const QUEUED = /^r-\d{8}-/;

interface Finding {
  readonly run: QueuedRun;
  readonly measured: Measured;
  readonly policy: GatePolicy;
  readonly uses: number;
  readonly champion?: Champion;
}

function reportOf({ measured, policy, uses, champion }: Finding): GateReport {
  const worn =
    uses > WEARS_OUT
      ? [`This gate set has judged ${uses} times: it wears out, since what passes is chosen by it more and more.`]
      : [];
  if (champion === undefined || measured.kind === "alone") return aloneReport(measured, policy, uses, worn, champion);
  const { comparison } = measured;
  const passes = comparison.misses.length === 0;
  const verdict = verdictOf(passes, policy);
  const small = comparison.classes.filter(({ low }) => low === undefined).map(({ label }) => label);
  const words = [
    `${leadOf(verdict, comparison)} ${measuredWords(comparison)}`,
    ...(verdict === "kept" ? ["Here a person decides what goes into service."] : []),
    ...(small.length > 0 ? [`Not judged, fewer than ${LEAST_IN_CLASS} pictures: ${small.join(", ")}.`] : []),
    ...(champion.isUnprejudiced
      ? []
      : ["The model in service may have learned from these very pictures, which favours it."]),
    ...worn,
  ];
  const { difference, classes } = comparison;
  return { verdict, words: words.join(" "), champion: champion.version, difference, classes, uses };
}

function verdictOf(isGood: boolean, { passes, fails }: GatePolicy): GateReport["verdict"] {
  if (isGood) return passes === "promote" ? "promoted" : "kept";
  return fails === "refuse" ? "refused" : "kept";
}

const LEADS = { promoted: "Promoted", kept: "Kept as a candidate", refused: "Not promoted" } as const;

function leadOf(verdict: GateReport["verdict"], { misses }: Comparison): string {
  const why =
    misses.length === 0
      ? "not worse than the model in service"
      : `it may be worse than the model in service, ${misses.join("; ")}`;
  return `${LEADS[verdict]}: ${why}.`;
}

function measuredWords({ images, candidate, champion, difference }: Comparison): string {
  return (
    `On the ${images.toLocaleString("en")} pictures of the gate it is right in ${percent(candidate)}, the model in service in ` +
    `${percent(champion)}: ${points(difference.value)}, with 95 % confidence at least ${points(difference.low)}.`
  );
}

function aloneReport(
  measured: Measured,
  policy: GatePolicy,
  uses: number,
  worn: readonly string[],
  champion: Champion | undefined,
): GateReport {
  const own =
    measured.kind === "alone"
      ? measured
      : { accuracy: measured.comparison.candidate, images: measured.comparison.images };
  const right = `On the ${own.images.toLocaleString("en")} pictures of the gate it is right in ${percent(own.accuracy)}.`;
  if (champion !== undefined) {
    const other = measured.kind === "alone" ? (measured.other ?? []) : [];
    const listed = other.slice(0, 8).join(", ") + (other.length > 8 ? ", …" : "");
    const words = `Kept as a candidate: the model in service tells other classes apart (${listed}), so the two cannot be compared. ${right} Promote it by hand if it is to replace that one.`;
    return { verdict: "kept", words: [words, ...worn].join(" "), champion: champion.version, uses };
  }
  return policy.passes === "promote"
    ? {
        verdict: "promoted",
        words: [`Promoted: it is the first model of this name. ${right}`, ...worn].join(" "),
        uses,
      }
    : {
        verdict: "kept",
        words: [`Kept as a candidate: the first model of this name, and here a person decides. ${right}`, ...worn].join(
          " ",
        ),
        uses,
      };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
