// `convo doctor`: what this machine can train with, how fast, and why not with the rest.
import { config as readDotEnv } from "dotenv";
import { BACKENDS } from "../engine/backend/backend.js";
import { type Probe, probe } from "../engine/backend/probe.js";
import { forcedBackend } from "../engine/backend/start.js";

/** `--json` gives {node, platform, chosen, probes}: names and codes are stable. */
export async function doctor(options: { readonly json?: true }): Promise<void> {
  readDotEnv({ quiet: true });
  const wished = forcedBackend();
  const probes: Probe[] = [];
  // One after another: each measures, and they would slow each other down.
  for (const name of BACKENDS) probes.push(await probe(name, { measure: true, allowSoftware: name === wished }));
  const chosen = probes.find(({ name, status }) => status === "runs" && (wished === undefined || name === wished));
  const report = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    chosen: chosen?.name ?? null,
    probes,
  };
  process.stdout.write(options.json === true ? `${JSON.stringify(report)}\n` : `${readable(report)}\n`);
}

interface Report {
  readonly node: string;
  readonly platform: string;
  readonly chosen: string | null;
  readonly probes: readonly Probe[];
}

function readable({ node, platform, chosen, probes }: Report): string {
  const lines = probes.flatMap(described);
  const end = chosen === null ? "Nothing that was wished for runs here." : `Training takes ${chosen}.`;
  return [`Node ${node}, ${platform}`, "", ...lines, "", end].join("\n");
}

/** A probe in two or three lines. */
export function described({ name, status, why, fix, backend, speed }: Probe): string[] {
  if (backend === undefined) return [`✕ ${name}: ${status}`, `    ${why}`, `    ${fix}`];
  const { kind, name: device, memory, threads } = backend.device;
  const size = memory === undefined ? "" : `, ${(memory / 2 ** 30).toFixed(1)} GiB`;
  const width = threads === undefined ? "" : `, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  const figures =
    speed === undefined
      ? []
      : [`    matmul ${speed.matmul.toFixed(1)} GFLOP/s, convolution ${speed.convolution.toFixed(1)} GFLOP/s`];
  return [`✓ ${name}: runs`, `    ${kind.toUpperCase()}: ${device}${size}${width}`, ...figures];
}
