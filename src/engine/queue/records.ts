// Where runs are kept: what lives on the board, one record that changes as a whole; what is over in a record of its own.
import type { Namespace, Store } from "../../store/store.js";
import { type Board, EMPTY, leaseOf, runOn, withoutRun, withRun } from "./board.js";
import { isOver, type QueuedRun } from "./run.js";

export interface Records {
  read(): Promise<Board>;
  /** `change` gives the new board, or undefined to leave it; it is pure. What is over afterwards is moved off the board. */
  update(change: (board: Board) => Board | undefined): Promise<Board>;
  find(id: string): Promise<QueuedRun | undefined>;
  all(): Promise<readonly QueuedRun[]>;
  /** Grows after every change of a run that is over, its end included: whoever has seen them all looks at this one number. */
  changesOfOver(): Promise<number>;
  /** Changes a run wherever it is; undefined where there is none. `change` is pure and may throw. */
  changeRun(id: string, change: (run: QueuedRun) => QueuedRun): Promise<QueuedRun | undefined>;
  /** Changes the board for the run that `token` holds the device for; undefined, and nothing done, where it holds it no more. */
  changeHeld(
    held: { readonly device: string; readonly token: string },
    change: (run: QueuedRun, board: Board) => Board,
  ): Promise<QueuedRun | undefined>;
  /** Moves what is over off the board: also what an earlier process left there when it was killed in between. */
  tidy(board: Board): Promise<void>;
}

export const RUN_ID = /^r-\d{8}-[0-9a-f]{4,}$/;
const BOARD = "board";
const COUNT = "over";

export function openRecords(store: Store): Records {
  const boards: Namespace<Board> = store.namespace("queue");
  const over: Namespace<QueuedRun> = store.namespace("runs");
  const counts: Namespace<number> = store.namespace("run-changes");
  const count = (): Promise<unknown> => counts.update(COUNT, (before) => (before ?? 0) + 1);

  const read = async (): Promise<Board> => (await boards.get(BOARD)) ?? EMPTY;
  const changeBoard = async (change: (board: Board) => Board | undefined): Promise<Board> =>
    (await boards.update(BOARD, (current) => change(current ?? EMPTY) ?? current)) ?? EMPTY;

  const tidy = async (board: Board): Promise<void> => {
    for (const run of Object.values(board.runs)) {
      if (!isOver(run.state)) continue;
      await over.set(run.id, run);
      await count();
      const written = JSON.stringify(run);
      // Changed meanwhile, it stays for whoever changed it.
      await changeBoard((now) =>
        JSON.stringify(runOn(now, run.id)) === written ? withoutRun(now, run.id) : undefined,
      );
    }
  };
  const update = async (change: (board: Board) => Board | undefined): Promise<Board> => {
    const board = await changeBoard(change);
    await tidy(board);
    return board;
  };

  return {
    read,
    update,
    tidy,

    async find(id) {
      if (!RUN_ID.test(id)) return undefined;
      // In this order: a run is on the board until its own record is written.
      return runOn(await read(), id) ?? (await over.get(id));
    },

    async all() {
      const found = new Map<string, QueuedRun>();
      // The board is read first, as in `find`, and its runs are newer than a record that is being written.
      const board = await read();
      for await (const [id, run] of over.entries()) found.set(id, run);
      for (const run of Object.values(board.runs)) found.set(run.id, run);
      return [...found.values()];
    },

    changesOfOver: async () => (await counts.get(COUNT)) ?? 0,

    async changeRun(id, change) {
      if (!RUN_ID.test(id)) return undefined;
      let after: QueuedRun | undefined;
      await update((board) => {
        const run = runOn(board, id);
        after = run === undefined ? undefined : change(run);
        return after === undefined ? undefined : withRun(board, after);
      });
      if (after !== undefined) return after;
      after = await over.update(id, (run) => (run === undefined ? undefined : change(run)));
      if (after !== undefined) await count();
      return after;
    },

    async changeHeld({ device, token }, change) {
      let after: QueuedRun | undefined;
      await update((board) => {
        const lease = leaseOf(board, device);
        const run = lease?.token === token ? runOn(board, lease.run) : undefined;
        const next = run === undefined ? undefined : change(run, board);
        after = run === undefined || next === undefined ? undefined : runOn(next, run.id);
        return next;
      });
      return after;
    },
  };
}
