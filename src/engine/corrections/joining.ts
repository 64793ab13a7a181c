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

/** Of one version of a model. Persons as pseudonyms: nobody is found by them who does not ask for herself. */
interface TrainedOn {
  readonly v: 1;
  readonly corrections: readonly string[];
  readonly persons: readonly string[];
}

export interface LearnedFrom extends Joining {
  /** The models, as NAME@VERSION, whose training had pictures of this person. */
  trainedOn(community: string, person: string): Promise<readonly string[]>;
}

export function openJoining(store: Store, corrections: Corrections): LearnedFrom {
  const trained: Namespace<TrainedOn> = store.namespace("trained-on");
  const salts: Namespace<{ readonly salt: string }> = store.namespace("pseudonym-salts");

  const pseudonym = async (community: string, person: string): Promise<string> => {
    const made = { salt: randomBytes(16).toString("hex") };
    const kept = await salts.update(key(community), (known) => known ?? made);
    return createHmac("sha256", (kept ?? made).salt)
      .update(person)
      .digest("hex")
      .slice(0, 24);
  };

  return {
    async prepare({ wish: { community, model } }, folder) {
      // A run that goes on must find the data that it began with.
      const known = await readExported(folder);
      if (known !== undefined) return known.length > 0;
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
      files.set(...exportedList(list));
      await writeFolderWhole(folder, files);
      return list.length > 0;
    },
    async over({ wish: { community } }, result, folder) {
      const list = (await readExported(folder)) ?? [];
      if (result !== undefined && list.length > 0) {
        await trained.set(key(community, result.model, result.version), {
          v: 1,
          corrections: list.map(({ id }) => id),
          persons: [...new Set(list.map(({ person }) => person))],
        });
      }
      await rm(folder, { recursive: true, force: true });
    },
    async trainedOn(community, person) {
      const wanted = await pseudonym(community, person);
      const found: string[] = [];
      for await (const [place, { persons }] of trained.entries(under(community))) {
        const [, model, version] = partsOf(place);
        if (persons.includes(wanted)) found.push(`${model}@${version}`);
      }
      return found.sort();
    },
  };
}
