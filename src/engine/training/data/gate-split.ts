// The gate's own pictures of a data set: cut from its training split once, frozen in a file, and left out of every split for ever.
import { createHash } from "node:crypto";
import { link, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, UserError } from "../../../errors.js";
import { sha256 } from "../../hash.js";
import { writeWhole } from "../../models/durable.js";
import { seededRandom } from "../random.js";
import { type DataSet, type Sample, SPLITS } from "./data-set.js";
import { nearDuplicates } from "./near-duplicates.js";
import { type Group, stratify } from "./stratify.js";

/** Of the training split; and never more pictures a class than tell one point of accuracy apart. */
const SHARE = 0.2;
const MOST_A_CLASS = 500;
/** Share of its pictures that must still be there: below it, it is another data set under the same name. */
const LEAST_LEFT = 0.5;

const FORM = z.object({
  v: z.literal(1),
  data: z.string(),
  labels: z.array(z.string()),
  /** Version of the data set that it was cut from. */
  cutFrom: z.string(),
  created: z.iso.datetime(),
  ids: z.array(z.string()).min(1),
});
export type GateSplit = z.infer<typeof FORM>;

/** Of a community: beside its models, where no model's name begins with a dot. */
export const gateFolder = (registry: string): string => join(registry, ".gates");

/** A data set is known by its name and its classes: its gate survives new pictures and another place. */
export function gateName({ name, labels }: Pick<DataSet, "name" | "labels">): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 40);
  return `${plain}-${sha256(JSON.stringify([name, labels])).slice(0, 12)}`;
}

/** Cut where there is none yet. Two that cut at once get the same. Throws UserError `gate-damaged`, and what writing throws. */
export async function gateOf(data: DataSet, folder: string): Promise<GateSplit> {
  const file = join(folder, `${gateName(data)}.json`);
  const known = await readGate(file);
  if (known !== undefined) return known;
  await mkdir(folder, { recursive: true });
  const aside = join(folder, `${gateName(data)}.${process.pid}.new`);
  await writeWhole(aside, `${JSON.stringify(cut(data))}\n`);
  try {
    // Unlike a renaming it never replaces: the first stays.
    await link(aside, file);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    await rm(aside, { force: true });
  }
  const made = await readGate(file);
  if (made === undefined) throw new Error(`${file} was written and is not there`);
  return made;
}

/** Its pictures as the data set has them now, in a fixed order. Throws UserError `gate-lost`. */
export function gateSamples(data: DataSet, gate: GateSplit): readonly Sample[] {
  const wanted = new Set(gate.ids);
  const found = SPLITS.flatMap((split) => data.splits[split]).filter(({ id }) => wanted.has(id));
  if (found.length >= LEAST_LEFT * wanted.size) return found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  throw new UserError(
    "gate-lost",
    `Of the ${wanted.size} pictures of ${data.name} that judge new models, ${found.length} are left.`,
    "Restore them, or give the folder another name: it is then a data set of its own, with a gate of its own.",
  );
}

/** The data set without the gate's pictures and their near duplicates, in any split; its version says so. */
export async function withoutGate(data: DataSet, folder: string): Promise<DataSet> {
  const gate = await gateOf(data, folder);
  const out = new Set(alike(data, new Set(gateSamples(data, gate).map(({ id }) => id))));
  const keep = (samples: readonly Sample[]) => samples.filter(({ id }) => !out.has(id));
  const { train, validation, test } = data.splits;
  const version = createHash("sha256").update(`gate 1\n${data.version}\n`);
  for (const id of [...out].sort()) version.update(`${JSON.stringify(id)}\n`);
  return {
    ...data,
    version: version.digest("hex"),
    splits: { train: keep(train), validation: keep(validation), test: keep(test) },
    notes: [...data.notes, `Set aside for the gate, never trained on: ${out.size} images.`],
  };
}

function cut(data: DataSet): GateSplit {
  const { train } = data.splits;
  const most = Math.min(SHARE * train.length, MOST_A_CLASS * data.labels.length);
  const [ids = []] = stratify(groupsOf(data, train), [most, train.length - most], seededRandom("gate"));
  return {
    v: 1,
    data: data.name,
    labels: [...data.labels],
    cutFrom: data.version,
    created: new Date().toISOString(),
    ids: ids.map(({ id }) => id).sort(),
  };
}

/** Near duplicates stay together, so that none of them is learned from while another judges. */
function groupsOf({ prints }: DataSet, samples: readonly Sample[]): Group<Sample>[] {
  if (prints === undefined) return samples.map((sample) => ({ items: [sample], label: sample.label }));
  const printed = samples.filter(({ id }) => prints.has(id));
  const groups = nearDuplicates(printed.flatMap(({ id }) => prints.get(id) ?? []));
  const together = new Map<number, Sample[]>();
  for (const [at, sample] of printed.entries()) {
    const group = groups[at] ?? at;
    together.set(group, [...(together.get(group) ?? []), sample]);
  }
  return [...together.values()].map((items) => ({ items, label: items[0]?.label ?? 0 }));
}

/** The ids and those of all pictures that nearly are one of them. */
function alike({ prints, splits }: DataSet, ids: ReadonlySet<string>): Iterable<string> {
  if (prints === undefined) return ids;
  const all = SPLITS.flatMap((split) => splits[split]).filter(({ id }) => prints.has(id));
  const groups = nearDuplicates(all.flatMap(({ id }) => prints.get(id) ?? []));
  const taken = new Set(all.flatMap(({ id }, at) => (ids.has(id) ? [groups[at]] : [])));
  return all.flatMap(({ id }, at) => (taken.has(groups[at]) ? [id] : []));
}

async function readGate(file: string): Promise<GateSplit | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    return FORM.parse(JSON.parse(text));
  } catch (error) {
    throw new UserError(
      "gate-damaged",
      `${file} cannot be read.`,
      "Restore it from a copy. Deleted, another gate is cut, of pictures that models in service have learned from.",
      { cause: error },
    );
  }
}
