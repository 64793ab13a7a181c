// A class as the product knows it: a real LMDB store, the quiz and the dispatcher over it, and a clock that tests move.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open as openLmdb } from "lmdb";
import { allCommands } from "../../src/commands/all.js";
import { auditedSchedules } from "../../src/commands/audit-house.js";
import { type Audit, openAudit } from "../../src/commands/audit-list.js";
import type { Sight } from "../../src/commands/classify.js";
import type { Command } from "../../src/commands/command.js";
import type { Models } from "../../src/commands/command-context.js";
import { type Dispatcher, makeDispatcher } from "../../src/commands/dispatch.js";
import type { Posters } from "../../src/commands/live.js";
import { PendingPictures } from "../../src/commands/pending-pictures.js";
import type { ActionRef, Form, Message, Reply } from "../../src/commands/reply.js";
import type { ActionRequest, Attachment, CommandRequest, Request, Role, User } from "../../src/commands/request.js";
import { type Arena, openArena } from "../../src/engine/arena/arena.js";
import { openCorrections } from "../../src/engine/corrections/corrections.js";
import { openDrift } from "../../src/engine/corrections/drift.js";
import { openJoining } from "../../src/engine/corrections/joining.js";
import { communityRegistries } from "../../src/engine/models/community-folder.js";
import { openQueue, type WorkQueue } from "../../src/engine/queue/queue.js";
import { openSchedules, type Schedules } from "../../src/engine/schedule/schedules.js";
import { openVision } from "../../src/engine/vision/open.js";
import { makeLog } from "../../src/log.js";
import { openQuiz, type Quiz } from "../../src/quiz/quiz.js";
import { openStore } from "../../src/store/open.js";
import type { Store } from "../../src/store/store.js";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** May change the models that all share. */
export const OPERATOR = "test:id-olga";

/** A Monday. */
export const START = Date.parse("2026-03-02T12:00:00Z");

export interface World {
  readonly folder: string;
  readonly store: Store;
  readonly quiz: Quiz;
  /** With the models that ship, loaded when a picture is classified. */
  readonly sight: Sight;
  readonly models: Models;
  readonly audit: Audit;
  readonly queue: WorkQueue;
  readonly arena: Arena;
  readonly schedules: Schedules;
  /** Empty: a test puts in what it wants. */
  readonly posters: Posters;
  readonly dispatcher: Dispatcher;
  /** Milliseconds since 1970; tests move it on. */
  readonly clock: { at: number };
  /** The log's lines, parsed. */
  readonly log: Record<string, unknown>[];
  /** Closes the store and opens it again: another process after a crash. */
  restarted(): Promise<World>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly random?: () => number;
  /** More commands than the product's. */
  readonly commands?: readonly Command[];
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "convo-test-"));
}

export async function openWorld(options: WorldOptions = {}, folder = temporaryFolder(), at = START): Promise<World> {
  const store = await openStore({ url: `lmdb:${folder}/store` });
  const clock = { at };
  const log: Record<string, unknown>[] = [];
  const quiz = openQuiz(store, { now: () => clock.at, random: options.random ?? Math.random });
  const registryFor = communityRegistries(`${folder}/models`);
  const audit = openAudit(store, () => clock.at);
  const models = { registryFor, operators: new Set([OPERATOR]) };
  const corrections = openCorrections(store, () => clock.at);
  const sight = {
    vision: openVision(registryFor),
    corrections,
    drift: openDrift({ store, now: () => clock.at }),
    learned: openJoining(store, corrections),
    pending: new PendingPictures(() => clock.at),
  };
  const now = (): number => clock.at;
  const posters: Posters = new Map();
  const queue = openQueue({ store, now });
  const data = `${folder}/data`;
  const arena = openArena({ store, queue, data: `${data}/mnist`, now });
  const silent = (): void => undefined;
  const schedules = openSchedules({
    store,
    queue,
    data,
    now,
    fired: auditedSchedules(audit),
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  const dispatcher = makeDispatcher({
    store,
    settings: quiz.settings,
    audit,
    commands: [
      ...allCommands({ quiz, sight, models, queue, audit, arena, schedules, posters, data: `${folder}/data` }),
      ...(options.commands ?? []),
    ],
    log: makeLog({ level: "debug", pretty: false }, { write: (line) => void log.push(JSON.parse(line)) }),
    now: () => clock.at,
  });
  return {
    folder,
    store,
    quiz,
    sight,
    models,
    audit,
    queue,
    arena,
    schedules,
    posters,
    dispatcher,
    clock,
    log,
    async restarted() {
      await sight.vision.close();
      await store.close();
      return openWorld(options, folder, clock.at);
    },
    async close() {
      await sight.vision.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function user(name: string, role: Role = "learner", groups: readonly string[] = []): User {
  return { id: `id-${name}`, name, role, groups };
}

let events = 0;

function common(who: User, community: string) {
  events += 1;
  return {
    id: `event-${process.pid}-${events}`,
    platform: "test",
    community,
    channel: "general",
    user: who,
    locale: "en",
    attachments: [],
  };
}

/** "quiz" or "settings time" with its options. */
export function command(
  who: User,
  line: string,
  options: CommandRequest["options"] = {},
  community = "course",
  attachments: CommandRequest["attachments"] = [],
): CommandRequest {
  const [name = "", subcommand] = line.split(" ");
  return {
    kind: "command",
    ...common(who, community),
    attachments,
    command: name,
    options,
    ...(subcommand === undefined ? {} : { subcommand }),
  };
}

export function action(
  who: User,
  ref: ActionRef,
  extra: { value?: string; fields?: Readonly<Record<string, string>> } = {},
  community = "course",
): ActionRequest {
  return { kind: "action", ...common(who, community), ref, ...extra };
}

/** A file as a platform hands it over. */
export function attached(name: string, bytes: Uint8Array): Attachment {
  return { name, mediaType: "application/octet-stream", size: bytes.length, read: async () => bytes };
}

export async function repliesTo(world: World, request: Request): Promise<Reply[]> {
  const replies: Reply[] = [];
  for await (const reply of world.dispatcher.handle(request)) replies.push(reply);
  return replies;
}

/** The one message that a request gets. */
export async function messageTo(world: World, request: Request): Promise<Message> {
  const [reply, ...more] = await repliesTo(world, request);
  if (reply?.kind !== "message" || more.length > 0)
    throw new Error(`not one message: ${JSON.stringify([reply, ...more])}`);
  return reply;
}

/** The one form that a request gets. */
export async function formTo(world: World, request: Request): Promise<Form> {
  const [reply, ...more] = await repliesTo(world, request);
  if (reply?.kind !== "form" || more.length > 0) throw new Error(`not one form: ${JSON.stringify([reply, ...more])}`);
  return reply;
}

/** Every key and value that lies in a closed world's store, as text, whatever namespace or table it is in. */
export async function rawRecords(folder: string): Promise<string[]> {
  const root = openLmdb<Buffer, Buffer>({
    path: `${folder}/store`,
    encoding: "binary",
    keyEncoding: "binary",
    maxDbs: 12,
  });
  const names = [...root.getKeys()].map((key) => key.toString("utf8").replace(/\0+$/, ""));
  const records = names.flatMap((name) => {
    const table = root.openDB<Buffer, Buffer>({ name, encoding: "binary", keyEncoding: "binary" });
    return [...table.getRange()].map(({ key, value }) => `${name} ${key.toString("latin1")} ${value.toString("utf8")}`);
  });
  await root.close();
  return records;
}
