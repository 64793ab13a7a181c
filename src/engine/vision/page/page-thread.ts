// The thread that looks for digits on pages, so that the chat's loop does not.
import { parentPort } from "node:worker_threads";
import type { Picture } from "../picture.js";
import { type FoundDigit, findDigits } from "./page.js";

const port = parentPort;
if (port === null) throw new Error("page-thread runs as a thread only");
port.on("message", ({ job, picture }: { readonly job: number; readonly picture: Picture }) => {
  try {
    const findings = findDigits(picture);
    port.postMessage({ job, findings }, findings.digits.flatMap(buffersOf));
  } catch (error) {
    port.postMessage({ job, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

function buffersOf({ image, parts = [] }: FoundDigit): ArrayBuffer[] {
  return [image.buffer as ArrayBuffer, ...parts.flatMap(buffersOf)];
}
