// The bot itself: store, commands and every platform, in this order; and an orderly end.
import { allCommands } from "../commands/all.js";
import { followArena } from "../commands/arena-announcement.js";
import { openAudit } from "../commands/audit-list.js";
import { makeDispatcher } from "../commands/dispatch.js";
import type { Posters } from "../commands/live.js";
import { PendingPictures } from "../commands/pending-pictures.js";
import { watchRuns } from "../commands/watch-runs.js";
import type { Config } from "../config.js";
import { openCorrections } from "../engine/corrections/corrections.js";
import { openDrift } from "../engine/corrections/drift.js";
import { openJoining } from "../engine/corrections/joining.js";
import { communityRegistries } from "../engine/models/community-folder.js";
import { openVision } from "../engine/vision/open.js";
import type { Log } from "../log.js";
import type { Question } from "../quiz/question.js";
import { openQuiz } from "../quiz/quiz.js";
import { openStore } from "../store/open.js";
import { endOnSignal } from "./ending.js";
import { closeAll, type Platform, startAll } from "./platforms.js";
import { configuredTraining } from "./training.js";

/** Milliseconds. */
const PAGE_FIRST = 3_000;

export interface ServeParts {
  readonly config: Config;
  readonly log: Log;
  /** The platforms that are switched on. */
  readonly wanted: readonly Platform[];
}

/** Resolves when people can use it. */
export async function serve({ config, log, wanted }: ServeParts): Promise<void> {
  const store = await openStore({ url: config.store, log });
  const quiz = openQuiz(store);
  const registryFor = communityRegistries(config.models);
  const vision = openVision(registryFor, {
    onFailure: (model, err) => log.error({ model, err }, "a model in service cannot be loaded"),
  });
  const corrections = openCorrections(store);
  const sight = {
    vision,
    corrections,
    drift: openDrift({ store }),
    learned: openJoining(store, corrections),
    pending: new PendingPictures(Date.now),
  };
  const audit = openAudit(store);
  const models = { registryFor, operators: config.operators };
  const training = configuredTraining(config, store, log, audit);
  const posters: Posters = new Map();
  const commands = allCommands({ quiz, sight, models, audit, posters, ...training });
  const dispatcher = makeDispatcher({ store, settings: quiz.settings, commands, audit, log });
  // On Discord and Slack an acknowledgement is due at once, so nothing may keep this thread busy once they are there.
  if (config.discord !== undefined || config.slack !== undefined) await warmUp(quiz.questions);
  const platforms = await startAll(wanted, { config, dispatcher, posters, store, log }).catch(
    async (error: unknown) => {
      await store.close();
      throw error;
    },
  );
  const watch = watchRuns({ queue: training.queue, posters, store, log });
  log.info({ store: store.description }, "ready");
  process.stdout.write(`\n${platforms.map(({ description }) => `  ${description}\n`).join("")}  Ctrl+C ends it.\n\n`);
  // The page first: nobody answers a question in the first seconds.
  if (config.discord === undefined && config.slack === undefined) {
    setTimeout(() => void warmUp(quiz.questions), PAGE_FIRST).unref();
  }
  const unfollow = followArena({ arena: training.arena, quiz, posters, log });
  // After the platforms: whoever chats does not wait for it.
  const working = config.worker
    ? import("./work.js").then(({ startWorking }) => startWorking({ config, store, log }))
    : undefined;
  endOnSignal(log, async () => {
    await watch.stop();
    await Promise.all([
      closeAll(platforms),
      working?.then((worker) => worker.stop()),
      training.schedules.close(),
      unfollow(),
    ]);
    await vision.close();
    await store.close();
  });
  await Promise.all([working, training.schedules.start()]);
}

/** Not in English: what tells languages apart is loaded for such an answer alone. */
const FOREIGN = "Das ist gewiss keine englische Antwort, sondern eine deutsche.";

/** The first answer to a question should not wait for dictionaries: one question a turn, so that the page is served between them. */
async function warmUp(questions: readonly Question[]): Promise<void> {
  for (const question of questions) {
    await new Promise((resolve) => setImmediate(resolve));
    question.grade(question.modelAnswer);
  }
  await new Promise((resolve) => setImmediate(resolve));
  questions[0]?.grade(FOREIGN);
}
