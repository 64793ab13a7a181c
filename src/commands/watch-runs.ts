// Keeps the messages of runs true: edits them while a run goes on, once more at its end, and again after a restart of the bot.
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { isOver, type QueuedRun, type RunQueue } from "../engine/queue/run.js";
import { UserError } from "../errors.js";
import type { Log } from "../log.js";
import type { Namespace, Store } from "../store/store.js";
import { editInterval, type PostedMessage, type Poster, type Posters } from "./live.js";
import { runMessage, type SeenRun } from "./run-message.js";

export interface WatchOptions {
  readonly queue: RunQueue;
  readonly posters: Posters;
  readonly store: Store;
  readonly log: Pick<Log, "warn" | "info">;
  /** For tests: milliseconds between two looks at the queue, and between two edits by the run's age. */
  readonly timing?: { readonly look: number; interval(age: number): number };
}

export interface Watch {
  /** Resolves when no edit is under way. */
  stop(): Promise<void>;
}

const TIMING = { look: 1_000, interval: editInterval };
/** Of several bots on one store one edits; another takes over when it was silent for so long. Milliseconds. */
const LEASE = 10_000;
/** Marks, in the run's record, the state that its message shows last. */
const SHOWN = "shown";
const GONE = "gone";

export function watchRuns({ queue, posters, store, log, timing = TIMING }: WatchOptions): Watch {
  const leases: Namespace<{ readonly by: string; readonly until: number }> = store.namespace("run-watch");
  const me = randomBytes(8).toString("hex");
  const stop = new AbortController();
  /** By run: when it was edited last, and what it said. */
  const edited = new Map<string, { readonly at: number; readonly said: string }>();
  const busy = new Map<string, Promise<void>>();
  /** For these platforms, after this change, every message of a run that is over is as it should be. */
  let settled = "";

  const loop = (async () => {
    while (!stop.signal.aborted) {
      try {
        await look();
      } catch (error) {
        log.warn({ err: error }, "runs: could not be looked at");
      }
      await wait(timing.look, undefined, { signal: stop.signal }).catch(() => undefined);
    }
    await Promise.all(busy.values());
    // Another bot takes over at once.
    for (const platform of posters.keys()) {
      await leases.update(platform, (current) => (current?.by === me ? undefined : current));
    }
  })();

  return {
    async stop() {
      stop.abort();
      await loop;
    },
  };

  async function look(): Promise<void> {
    const mine = new Set<string>();
    for (const platform of posters.keys()) if (await isMine(platform)) mine.add(platform);
    if (mine.size === 0) return;
    const { live, changesOfOver } = await queue.glance();
    const about = `${[...mine].sort().join(" ")} ${changesOfOver}`;
    let isSettled = true;
    // All of them are read only where one that is over may be shown as it was.
    for (const run of about === settled ? live : await queue.list()) {
      const { message } = run;
      if (message === undefined || message[SHOWN] === GONE || message[SHOWN] === run.state) continue;
      const poster = mine.has(message.platform ?? "") ? posters.get(message.platform ?? "") : undefined;
      if (poster === undefined) continue;
      if (isOver(run.state)) isSettled = false;
      if (busy.has(run.id)) continue;
      const since = Date.now() - (edited.get(run.id)?.at ?? shownAt(run));
      if (since < timing.interval(Date.now() - run.created)) continue;
      busy.set(
        run.id,
        show(run, poster).finally(() => busy.delete(run.id)),
      );
    }
    if (isSettled) settled = about;
  }

  /** The first message of a run that nobody asked for in the channel at that moment: a schedule's. */
  async function post(run: QueuedRun, poster: Poster, place: PostedMessage, seen: SeenRun): Promise<void> {
    const posted = await poster.post(place, await runMessage(seen));
    await queue.setMessage(run.id, { ...posted });
  }

  async function isMine(platform: string): Promise<boolean> {
    const now = Date.now();
    const held = await leases.get(platform);
    // A read costs little; written is what would soon be another's.
    if (held !== undefined && (held.by === me ? held.until - now > LEASE / 2 : held.until >= now))
      return held.by === me;
    const lease = await leases.update(platform, (current) =>
      current === undefined || current.by === me || current.until < now ? { by: me, until: now + LEASE } : current,
    );
    return lease?.by === me;
  }

  async function show(run: QueuedRun, poster: Poster): Promise<void> {
    const place = placeOf(run);
    try {
      const position = run.state === "queued" ? await queue.position(run.id) : undefined;
      const progress = await queue.progress(run.id);
      const said = JSON.stringify([run.state, position, progress?.at, run.gate?.verdict]);
      if (edited.get(run.id)?.said !== said) {
        const seen = {
          run,
          ...(position === undefined ? {} : { place: position }),
          ...(progress === undefined ? {} : { progress }),
        };
        await (place.id === "" ? post(run, poster, place, seen) : poster.edit(place, await runMessage(seen)));
      }
      edited.set(run.id, { at: Date.now(), said });
      // What is over is edited once more if somebody promotes it; until then the message is as it should be.
      if (isOver(run.state) && place.id !== "") {
        await queue.setMessage(run.id, { ...run.message, [SHOWN]: run.state });
      }
    } catch (error) {
      edited.set(run.id, { at: Date.now(), said: "" });
      if (error instanceof UserError && (error.code === "message-gone" || error.code === "cannot-post")) {
        log.info({ run: run.id, code: error.code }, "run: its message is no longer edited");
        await queue.setMessage(run.id, { ...run.message, [SHOWN]: GONE });
        return;
      }
      log.warn({ run: run.id, err: error }, "run: its message could not be edited");
    }
  }
}

/** A message that stands already was last written when the run was enqueued; a schedule's is still to be posted. */
function shownAt({ message, created }: QueuedRun): number {
  return message?.id === undefined || message.id === "" ? 0 : created;
}

function placeOf({ message = {} }: QueuedRun): PostedMessage {
  const { platform = "", community = "", channel = "", id = "", asker, asked } = message;
  return {
    platform,
    community,
    channel,
    id,
    ...(asker === undefined ? {} : { asker }),
    ...(asked === undefined ? {} : { asked }),
  };
}
