// What people corrected joins the next run's training data; and which models learned from whom, so that it can be said when asked.
import { createHmac, randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { key, partsOf, under } from "../../store/key-parts.js";
import type { Namespace, Store } from "../../store/store.js";
import { writeFolderWhole } from "../models/durable.js";
import type { QueuedRun, RunResult } from "../queue/run.js";
import type { Corrections } from "./correction.js";
import { type ExportedCorrection, exportedList, readExported } from "./exported.js";

/** What a worker asks before and after a run. */
export interface Joining {
  /** Writes the accepted corrections of the run's community and model into the folder, once; true where there are any. */
  prepare(run: QueuedRun, folder: string): Promise<boolean>;
  /** The run is over: what it learned from is recorded, if it made a model, and the pictures are deleted. */
  over(run: QueuedRun, result: RunResult | undefined, folder: string): Promise<void>;
}

/** Of one version of a model, and of a run that is not over. Persons as pseudonyms: nobody is found by them who does not ask for herself. */
interface TrainedOn {
  readonly v: 1;
  readonly corrections: readonly string[];
  readonly persons: readonly string[];
}

export interface LearnedFrom extends Joining {
  /** The models, as NAME@VERSION, whose training had pictures of this person. */
  trainedOn(community: string, person: string): Promise<readonly string[]>;
  /** The runs that were given pictures of this person and have not been told over; asked before `trainedOn`, no model slips between. */
  learningFrom(community: string, person: string): Promise<readonly string[]>;
}

export function openJoining(store: Store, corrections: Corrections): LearnedFrom {
  const trained: Namespace<TrainedOn> = store.namespace("trained-on");
  const learning: Namespace<TrainedOn> = store.namespace("learning-from");
  const salts: Namespace<{ readonly salt: string }> = store.namespace("pseudonym-salts");

  const pseudonym = async (community: string, person: string): Promise<string> => {
    const made = { salt: randomBytes(16).toString("hex") };
    const kept = await salts.update(key(community), (known) => known ?? made);
    return createHmac("sha256", (kept ?? made).salt)
      .update(person)
      .digest("hex")
      .slice(0, 24);
  };

  /** Keys, less the community, of what names the person. */
  async function naming(from: Namespace<TrainedOn>, community: string, person: string): Promise<string[][]> {
    const wanted = await pseudonym(community, person);
    const found: string[][] = [];
    for await (const [place, { persons }] of from.entries(under(community))) {
      if (persons.includes(wanted)) found.push(partsOf(place).slice(1));
    }
    return found;
  }

  /** What the run learns from, told before it does. Who is forgotten meanwhile either finds the run named or is not in it. */
  async function chosen(
    run: QueuedRun,
  ): Promise<{ list: ExportedCorrection[]; files: Map<string, string | Uint8Array> }> {
    const { community, model } = run.wish;
    for (;;) {
      const files = new Map<string, string | Uint8Array>();
      const list: ExportedCorrection[] = [];
      for (const correction of await corrections.list(community, "accepted")) {
        if (correction.model !== model) continue;
        const picture = await corrections.picture(community, correction.id);
        if (picture === undefined) continue;
        const file = `${correction.id}.${picture.mediaType === "image/png" ? "png" : "jpg"}`;
        files.set(file, picture.bytes);
        const label = correction.review?.label ?? correction.label;
        list.push({ id: correction.id, file, label, person: await pseudonym(community, correction.person) });
      }
      await learning.set(placeOf(run), learnedFrom(list));
      const kept = await Promise.all(list.map(({ id }) => corrections.get(community, id)));
      if (!kept.includes(undefined)) return { list, files };
    }
  }

  return {
    async prepare(run, folder) {
      // A run that goes on must find the data that it began with.
      const known = await readExported(folder);
      if (known !== undefined) {
        await learning.set(placeOf(run), learnedFrom(known));
        return known.length > 0;
      }
      const { list, files } = await chosen(run);
      files.set(...exportedList(list));
      await writeFolderWhole(folder, files);
      return list.length > 0;
    },
    async over(run, result, folder) {
      const list = (await readExported(folder)) ?? [];
      if (result !== undefined && list.length > 0) {
        await trained.set(key(run.wish.community, result.model, result.version), learnedFrom(list));
      }
      await rm(folder, { recursive: true, force: true });
      await learning.delete(placeOf(run));
    },
    async learningFrom(community, person) {
      const runs = await naming(learning, community, person);
      return runs.map(([id = ""]) => id).sort();
    },
    async trainedOn(community, person) {
      const versions = await naming(trained, community, person);
      return versions.map(([model, version]) => `${model}@${version}`).sort();
    },
  };
}

const placeOf = ({ id, wish: { community } }: QueuedRun): string => key(community, id);

const learnedFrom = (list: readonly ExportedCorrection[]): TrainedOn => ({
  v: 1,
  corrections: list.map(({ id }) => id),
  persons: [...new Set(list.map(({ person }) => person))],
});
