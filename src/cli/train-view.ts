// How a run looks in a terminal: a bar with loss, rate and time left, a line an epoch; or one JSON object a line for machines.
import type { RunDescription, RunEvent } from "../engine/training/run.js";

export interface TrainView {
  show(event: RunEvent): void;
  /** Ctrl-C was pressed. */
  interrupted(): void;
}

const BAR = 24;

export function openView(description: RunDescription, how: { json: boolean }): TrainView {
  if (how.json) {
    return {
      show: (event) => {
        process.stdout.write(`${JSON.stringify(event)}\n`);
      },
      interrupted() {},
    };
  }
  // The bar lives on a terminal only; a file or a pipe gets the lines.
  const terminal = process.stderr.isTTY === true;
  const line = (text: string): void => {
    process.stderr.write(`${terminal ? "\r\u001b[K" : ""}${text}\n`);
  };
  return {
    show(event) {
      if (event.type !== "step") {
        for (const text of linesOf(event, description)) line(text);
      } else if (terminal) process.stderr.write(`\r\u001b[K${barOf(event)}`);
    },
    interrupted: () => line("Stopping: the checkpoint is written … (once more Ctrl-C: at once)"),
  };
}

export function barOf(event: Extract<RunEvent, { type: "step" }>): string {
  const done = Math.round((BAR * event.step) / event.steps);
  const bar = "█".repeat(done) + "░".repeat(BAR - done);
  return (
    `epoch ${event.epoch} ${bar} ${event.step}/${event.steps}  loss ${event.loss.toFixed(4)}  ` +
    `${Math.round(event.imagesPerSecond)} images/s  ${duration(event.secondsLeft)} left`
  );
}

/** What a person reads of an event; empty for those that say nothing to them. */
export function linesOf(event: RunEvent, description: RunDescription): string[] {
  switch (event.type) {
    case "started": {
      const images = Object.entries(event.data.images).map(([split, count]) => `${split} ${count}`);
      return [
        `${event.recipe}: ${event.parameters.toLocaleString("en")} parameters on ${event.device.name} (${event.backend})`,
        `data: ${event.data.name} ${event.data.version.slice(0, 12)}, ${images.join(", ")}`,
        event.resumedFrom === undefined
          ? `run: ${description.folder}`
          : `run: ${description.folder}, going on after epoch ${event.resumedFrom}`,
      ];
    }
    case "phase":
      return [`phase ${event.phase}: ${event.what}`];
    case "epoch":
      return [
        `epoch ${event.epoch}  loss ${event.loss.toFixed(4)}  accuracy ${percent(event.accuracy)}  ` +
          `validation ${event.validationLoss.toFixed(4)} ${percent(event.validationAccuracy)}  ` +
          `${Math.round(event.imagesPerSecond)} images/s  ${duration(event.seconds)}`,
      ];
    case "note":
      return [`note: ${event.message}`];
    case "finished":
      return [
        `finished in ${duration(event.seconds)}: ${percent(event.testAccuracy)} of the test images are right ` +
          `(95 % interval ${percent(event.testInterval.low)} to ${percent(event.testInterval.high)})`,
        `model ${event.model} ${event.version}: ${event.folder}`,
        `run: ${description.folder}`,
      ];
    case "stopped":
      return event.why === "cancelled"
        ? [event.message, `Go on: convo train ${description.recipe} --resume ${description.folder}`]
        : [`convo: ${event.message}`, `(${event.code})`];
    default:
      return [];
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
