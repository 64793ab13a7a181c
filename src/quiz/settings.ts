// A community's settings: who instructs, where the bot answers, how it counts days, whether standings are shown, what goes into service.
import { DEFAULT_POLICY, type GatePolicy } from "../engine/queue/run.js";
import { key } from "../store/key-parts.js";
import type { Namespace, Store } from "../store/store.js";
import type { Weekday } from "./calendar.js";

export interface Settings {
  /** Identifiers of people, and of the platform's roles, who instruct. */
  readonly instructors: { readonly people: readonly string[]; readonly groups: readonly string[] };
  /** Where learners may use the bot; empty: everywhere. */
  readonly channels: readonly string[];
  /** IANA name. */
  readonly timeZone: string;
  readonly weekStart: Weekday;
  readonly standingsShown: boolean;
  /** Days that a picture is kept after its owner judged the answer. */
  readonly picturesKept: number;
  /** What becomes of a model that a run made. */
  readonly gate: GatePolicy;
}

export const DEFAULT_SETTINGS: Settings = {
  instructors: { people: [], groups: [] },
  channels: [],
  timeZone: "UTC",
  weekStart: "monday",
  standingsShown: true,
  picturesKept: 180,
  gate: DEFAULT_POLICY,
};

export class SettingsBook {
  readonly #records: Namespace<Settings>;

  constructor(store: Store) {
    this.#records = store.namespace("settings");
  }

  async of(community: string): Promise<Settings> {
    return { ...DEFAULT_SETTINGS, ...(await this.#records.get(key(community))) };
  }

  /** Atomic; resolves with the settings as they then are. */
  async change(community: string, change: (current: Settings) => Settings): Promise<Settings> {
    const next = await this.#records.update(key(community), (current) => change({ ...DEFAULT_SETTINGS, ...current }));
    return { ...DEFAULT_SETTINGS, ...next };
  }
}
