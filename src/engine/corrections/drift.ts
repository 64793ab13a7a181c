// How sure a model was and how often it was corrected, week by week: when these move, its pictures are no longer those it learned from.
import { key, under } from "../../store/key-parts.js";
import type { Namespace, Store } from "../../store/store.js";

/** One week of one model in one community: sums only, no picture and no person. */
interface WeekRecord {
  readonly v: 1;
  readonly answers: number;
  /** Sum of the probabilities of the best label. */
  readonly confidence: number;
  readonly judged: number;
  readonly wrong: number;
}

export interface DriftWeek {
  /** ISO 8601, such as `2026-W48`; weeks begin on Monday, in UTC. */
  readonly week: string;
  readonly answers: number;
  /** Mean; absent in a week without answers. */
  readonly confidence?: number;
  /** Answers that a person called right or wrong. */
  readonly judged: number;
  /** Share of those called wrong; absent where none was judged. */
  readonly corrected?: number;
}

/** Of the store: a year and a little. */
const KEPT_MS = 400 * 86_400_000;
const DAY_MS = 86_400_000;
const NONE: WeekRecord = { v: 1, answers: 0, confidence: 0, judged: 0, wrong: 0 };

export interface DriftOptions {
  readonly store: Store;
  readonly now?: () => number;
}

export interface Drift {
  /** An answer was given: one update of one record. */
  recordAnswer(community: string, model: string, probability: number): Promise<void>;
  /** A person called an answer right or wrong. */
  recordJudgement(community: string, model: string, isRight: boolean): Promise<void>;
  /** The last `weeks` weeks, oldest first, this one included; those before the first answer are left out. */
  driftOf(community: string, model: string, weeks?: number): Promise<readonly DriftWeek[]>;
}

export function openDrift({ store, now = Date.now }: DriftOptions): Drift {
  const records: Namespace<WeekRecord> = store.namespace("drift");
  const change = async (
    community: string,
    model: string,
    more: (week: WeekRecord) => Partial<WeekRecord>,
  ): Promise<void> => {
    const place = key(community, model, weekOf(now()));
    await records.update(place, (known = NONE) => ({ ...known, ...more(known) }), KEPT_MS);
  };
  return {
    recordAnswer: (community, model, probability) =>
      change(community, model, ({ answers, confidence }) => ({
        answers: answers + 1,
        confidence: confidence + probability,
      })),
    recordJudgement: (community, model, isRight) =>
      change(community, model, ({ judged, wrong }) => ({ judged: judged + 1, wrong: wrong + Number(!isRight) })),
    async driftOf(community, model, weeks = 26) {
      const found = new Map<string, WeekRecord>();
      for await (const [place, record] of records.entries(under(community, model))) {
        found.set(place.slice(place.lastIndexOf("/") + 1), record);
      }
      const all = Array.from({ length: weeks }, (_, back) => weekOf(now() - (weeks - 1 - back) * 7 * DAY_MS));
      const first = all.findIndex((week) => found.has(week));
      return first === -1 ? [] : all.slice(first).map((week) => seen(week, found.get(week) ?? NONE));
    },
  };
}

function seen(week: string, { answers, confidence, judged, wrong }: WeekRecord): DriftWeek {
  return {
    week,
    answers,
    judged,
    ...(answers === 0 ? {} : { confidence: confidence / answers }),
    ...(judged === 0 ? {} : { corrected: wrong / judged }),
  };
}

/** ISO 8601: the week belongs to the year that its Thursday lies in. */
export function weekOf(at: number): string {
  const day = new Date(Math.floor(at / DAY_MS) * DAY_MS);
  const thursday = new Date(day.getTime() + (4 - (day.getUTCDay() || 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, "0")}`;
}
