// `convo data get` fetches a public data set, `convo data show` tells what is in a folder.
import { join } from "node:path";
import { type DataSet, SPLITS } from "../engine/training/data/data-set.js";
import { getData } from "../engine/training/data/get-data.js";
import { openDataSet } from "../engine/training/data/open.js";
import { PUBLIC_DATA } from "../engine/training/data/public-data.js";
import { UserError } from "../errors.js";
import { columns } from "./columns.js";

export interface DataGetOptions {
  readonly to?: string;
  readonly force?: boolean;
  readonly mirror?: string;
}

/** Progress goes to standard error, the folder to standard output. */
export async function dataGet(name: string, options: DataGetOptions): Promise<void> {
  const data = PUBLIC_DATA.find((one) => one.name === name);
  if (data === undefined) {
    const names = PUBLIC_DATA.map((one) => one.name).join(" or ");
    throw new UserError(
      "data-unknown",
      `There is no data set ${JSON.stringify(name.slice(0, 60))} to fetch.`,
      `Say ${names}.`,
    );
  }
  const progress = progressLine();
  const { force = false, mirror } = options;
  const folder = await getData(data, options.to ?? join("data", data.name), {
    force,
    ...(mirror === undefined ? {} : { mirror }),
    onProgress: progress.show,
    onNote: progress.note,
  }).finally(progress.end);
  progress.note(data.licence);
  process.stdout.write(`${folder}\n`);
}

export async function dataShow(folder: string, options: { json?: boolean; seed?: string }): Promise<void> {
  const seed = Number(options.seed ?? "0");
  if (!Number.isSafeInteger(seed)) {
    throw new UserError(
      "seed-invalid",
      `The seed ${JSON.stringify(options.seed)} is no whole number.`,
      "Give one, such as --seed 7.",
    );
  }
  const dataSet = await openDataSet(folder, { seed });
  process.stdout.write(options.json === true ? `${JSON.stringify(summary(dataSet))}\n` : `${table(dataSet)}\n`);
}

function summary({ name, folder, version, labels, notes, splits }: DataSet) {
  const count = (split: (typeof SPLITS)[number], label: number): number =>
    splits[split].filter((sample) => sample.label === label).length;
  const classes = labels.map((label, at) => ({
    label,
    ...Object.fromEntries(SPLITS.map((split) => [split, count(split, at)])),
  }));
  const images = Object.fromEntries(SPLITS.map((split) => [split, splits[split].length]));
  return { name, folder, version, images, classes, notes };
}

function table(dataSet: DataSet): string {
  const { name, folder, version, notes, labels, splits } = dataSet;
  const rows = labels.map((label, at) => {
    const counts = SPLITS.map((split) => splits[split].filter((sample) => sample.label === at).length);
    return [label, ...counts, counts.reduce((sum, count) => sum + count, 0)].map(String);
  });
  const totals = SPLITS.map((split) => splits[split].length);
  const all = ["all", ...totals, totals.reduce((sum, count) => sum + count, 0)].map(String);
  return [
    `${name}, ${folder}`,
    `version ${version}`,
    "",
    columns([["class", ...SPLITS, "images"], ...rows, all], [1, 2, 3, 4]),
    ...(notes.length > 0 ? ["", ...notes.map((note) => `○ ${note}`)] : []),
  ].join("\n");
}

/** A line that is written over on a terminal; elsewhere one line every tenth. */
function progressLine() {
  const terminal = process.stderr.isTTY;
  let [file, began, from, shown, open] = ["", 0, 0, -1, false];
  const end = (): void => {
    if (open) process.stderr.write("\n");
    open = false;
  };
  const show = (name: string, received: number, total: number): void => {
    const now = performance.now();
    if (name !== file) {
      end();
      [file, began, from, shown] = [name, now, received, -1];
    }
    const share = Math.floor((received / total) * (terminal ? 1000 : 10));
    if (share === shown) return;
    shown = share;
    const rate = (received - from) / Math.max((now - began) / 1000, 1e-3);
    const left = rate > 0 ? `${Math.ceil((total - received) / rate)} s left` : "";
    const percent = Math.floor((received / total) * 100);
    const line = `${name} ${percent} % of ${megabytes(total)}, ${megabytes(rate)}/s, ${left}`;
    process.stderr.write(terminal ? `\r${line.padEnd(78)}` : `${line}\n`);
    open = terminal;
  };
  const note = (text: string): void => {
    end();
    process.stderr.write(`${text}\n`);
  };
  return { show, note, end };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
