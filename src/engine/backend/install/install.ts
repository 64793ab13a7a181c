// Adds the optional backend of a GPU from npm: what it would take, then the packages, the one script, and the proof that it computes.
import { mkdir } from "node:fs/promises";
import { UserError } from "../../../errors.js";
import { ADDED } from "../added.js";
import { type Probe, probe } from "../probe.js";
import type { Outcome } from "./bounded.js";
import { lookAtMachine, type Machine } from "./machine.js";
import { addPackages, type Patience, runScript, sizeOnDisk } from "./npm.js";
import { OFFER, OFFERS, type Offer, type OfferName } from "./offers.js";
import { type PlaceWish, placeBackend } from "./place.js";

export interface Plan {
  readonly name: OfferName;
  readonly offer: Offer;
  /** Whether it runs already. */
  readonly now: Probe;
  readonly machine: Machine;
  /** Bytes of the packages on disk, and who says so. */
  readonly disk: { readonly bytes: number; readonly source: "registry" | "estimate" };
  /** Reasons why it will probably not run here. */
  readonly doubts: readonly string[];
}

/** Asks the machine and the registry; changes nothing. Throws UserError `backend-unknown`, `backend-platform`, `disk-full`. */
export async function planInstall(wished: string, signal?: AbortSignal): Promise<Plan> {
  const name = OFFERS.find((each) => each === wished);
  if (name === undefined) {
    throw new UserError(
      "backend-unknown",
      `There is no backend ${JSON.stringify(wished.slice(0, 60))} to install.`,
      `Say ${OFFERS.join(" or ")}.`,
    );
  }
  const offer = OFFER[name];
  const here = `${process.platform}-${process.arch}`;
  if (!offer.platforms.includes(here)) {
    const other = OFFER.webgpu.platforms.includes(here) ? "Take the other: convo backend install webgpu." : WITHOUT;
    throw new UserError("backend-platform", `${name} has no binaries for ${here}.`, other);
  }
  await mkdir(ADDED, { recursive: true });
  const [now, machine, sizes] = await Promise.all([
    probe(offer.backend),
    lookAtMachine(ADDED),
    Promise.all(Object.entries(offer.packages).map(([each, version]) => sizeOnDisk(each, version, signal))),
  ]);
  const told = sizes.reduce<number | undefined>(
    (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
    0,
  );
  const disk = told === undefined ? { bytes: offer.disk, source: "estimate" } : { bytes: told, source: "registry" };
  // While it is fetched, npm's cache lies beside what is unpacked.
  const needed = disk.bytes + offer.download + (offer.library === undefined ? 0 : offer.library.disk);
  if (machine.free < needed) {
    const [has, wants] = [machine.free, needed].map((bytes) => `${Math.round(bytes / 1e6)} MB`);
    throw new UserError(
      "disk-full",
      `${ADDED} has ${has} free, and ${name} takes ${wants}.`,
      "Make room and try again.",
    );
  }
  return { name, offer, now, machine, disk: { ...disk } as Plan["disk"], doubts: doubtsOf(name, machine) };
}

const WITHOUT = "Train on the CPU: wasm is always there.";

function doubtsOf(name: OfferName, { cards, nvidia, libraries }: Machine): string[] {
  const none = cards !== undefined && cards.filter((maker) => maker !== "another maker").length === 0;
  if (name === "webgpu") {
    const vulkan = libraries !== undefined && !libraries.includes("libvulkan.so.1");
    return [
      ...(none && nvidia === undefined ? ["This machine shows no GPU."] : []),
      ...(vulkan ? ["The system lacks libvulkan.so.1 (package libvulkan1 or vulkan-loader)."] : []),
    ];
  }
  if (nvidia === undefined) return ["No NVIDIA driver answers here (nvidia-smi)."];
  const lacking = ["libcudart.so.11.0", "libcublas.so.11", "libcudnn.so.8"].filter(
    (library) => libraries !== undefined && !libraries.includes(library),
  );
  if (lacking.length === 0) return [];
  return [`The system lacks ${lacking.join(", ")}. A TensorFlow that brings its own: ${BUILD}`];
}

const BUILD = "npm run backend:tensorflow -- --gpu";

export interface InstallSettings extends PlaceWish, Patience {
  /** One line on what goes on. */
  readonly onStep?: (what: string) => void;
}

/**
 * @returns what now runs. Throws UserError `backend-unreachable`, `backend-install-failed`, `backend-cancelled` and what
 * `placeBackend` throws; then the installation is as it was.
 */
export function installBackend(offer: Offer, settings: InstallSettings): Promise<Probe> {
  const { onStep = () => undefined, ...rest } = settings;
  return placeBackend(
    offer.backend,
    async (folder) => {
      onStep("Fetching the packages");
      check(await addPackages(folder, offer.packages, rest), "npm's registry", REGISTRY_FIX);
      if (offer.script !== undefined) {
        const host = offer.library?.host ?? "";
        onStep(`Running the install script of ${offer.script}, which fetches TensorFlow from ${host}`);
        const fix = `Let this machine reach ${host} (a proxy is taken from HTTPS_PROXY), or take TensorFlow from Python's registry: ${BUILD}.`;
        check(await runScript(folder, offer.script, rest), host, fix);
      }
      onStep(`Trying whether ${offer.backend} computes here`);
    },
    settings,
  );
}

const REGISTRY_FIX = "Check the network, and npm's registry and proxy (npm ping), then try again.";
const NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT/;

/** Throws UserError where a step did not end well. `from`: whom it fetches from. */
export function check({ end, output }: Outcome, from: string, fix: string): void {
  if (end === "done") return;
  const gone = "Nothing was changed.";
  if (end === "cancelled")
    throw new UserError("backend-cancelled", `Given up. ${gone}`, "Start it again when you like.");
  if (end === "stalled" || end === "too long") {
    const what = end === "stalled" ? "Nothing came any more" : "It took too long to fetch";
    throw new UserError("backend-unreachable", `${what} from ${from}. ${gone}`, fix);
  }
  const network = NETWORK.exec(output);
  if (network !== null) {
    throw new UserError("backend-unreachable", `${from} could not be reached (${network[0]}). ${gone}`, fix);
  }
  if (/ENOSPC|EDQUOT/.test(output)) {
    throw new UserError("disk-full", `The disk is full. ${gone}`, "Make room and try again.");
  }
  throw new UserError("backend-install-failed", `${lastWords(output)} ${gone}`, fix);
}

/** The line of an output that says what is wrong. */
function lastWords(output: string): string {
  const lines = output.split("\n").map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim());
  const error = lines.findLast(
    (line) => /error|cannot|not found|failed/i.test(line) && !/complete log|command failed/.test(line),
  );
  return (error ?? lines.findLast((line) => line !== "") ?? "It ended without a word.").slice(0, 300);
}
