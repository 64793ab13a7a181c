// How long each community kept a device busy: by day, for fairness and for the quota.
import { UserError } from "../../errors.js";
import type { Namespace, Store } from "../../store/store.js";

/** Days that count, today included. */
export const QUOTA_DAYS = 30;
const DAY = 86_400_000;

/** Seconds by day since 1970 (UTC), of one community. */
interface DeviceTime {
  readonly v: 1;
  readonly days: Readonly<Record<string, number>>;
}

export interface DeviceTimes {
  /** Seconds in the last 30 days. */
  used(community: string): Promise<number>;
  add(community: string, seconds: number): Promise<void>;
  /** What refuses a run; undefined where the community may train. */
  refusal(community: string): Promise<UserError | undefined>;
}

/** `quotaHours` 0: no limit. `exempt`: a community without one. */
export function openDeviceTimes(
  store: Store,
  { now, quotaHours, exempt }: { now: () => number; quotaHours: number; exempt: string },
): DeviceTimes {
  const records: Namespace<DeviceTime> = store.namespace("device-time");
  const counted = async (community: string): Promise<readonly (readonly [day: number, seconds: number])[]> => {
    const first = dayOf(now()) - QUOTA_DAYS;
    const { days = {} } = (await records.get(community)) ?? {};
    return Object.entries(days)
      .map(([day, seconds]) => [Number(day), seconds] as const)
      .filter(([day]) => day > first)
      .sort(([a], [b]) => a - b);
  };
  return {
    used: async (community) => sum(await counted(community)),
    async add(community, seconds) {
      if (seconds <= 0) return;
      const today = dayOf(now());
      await records.update(community, (current) => {
        const kept = Object.entries(current?.days ?? {}).filter(([day]) => Number(day) > today - QUOTA_DAYS);
        const days = Object.fromEntries(kept);
        return { v: 1, days: { ...days, [today]: (days[today] ?? 0) + seconds } };
      });
    },
    async refusal(community) {
      if (quotaHours === 0 || community === exempt) return undefined;
      const days = await counted(community);
      let left = sum(days);
      if (left < quotaHours * 3600) return undefined;
      const hours = (left / 3600).toFixed(1);
      const frees = days.find(([, seconds]) => {
        left -= seconds;
        return left < quotaHours * 3600;
      });
      const when = new Date(((frees?.[0] ?? dayOf(now())) + QUOTA_DAYS) * DAY).toISOString().slice(0, 10);
      return new UserError(
        "quota-used",
        `${hours} of ${quotaHours} training hours of the last ${QUOTA_DAYS} days are used.`,
        `There is time again from ${when} (UTC) on; whoever runs the bot can raise CONVO_TRAINING_HOURS.`,
      );
    },
  };
}

const dayOf = (time: number): number => Math.floor(time / DAY);

const sum = (days: readonly (readonly [number, number])[]): number =>
  days.reduce((total, [, seconds]) => total + seconds, 0);
