// HEIC (an iPhone's photos): libheif as WebAssembly in a thread of its own, which is ended when it takes too long.
// libheif-js is LGPL-3.0: it is loaded as it is published, apart from this program's code, and may be replaced.
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { damaged, tooSlow } from "./failures.js";
import type { DecodeLimits } from "./limits.js";

export interface RgbaPixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Plain JavaScript, so that the thread needs no loader: messages are [ok, data, width, height] or [failed, why]. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const libheif = require(workerData.library);
const decoder = new libheif.HeifDecoder();
const images = decoder.decode(workerData.bytes);
const image = images[0];
if (image === undefined) parentPort.postMessage({ why: "there is no picture in it" });
else {
  const width = image.get_width(), height = image.get_height();
  if (!(width >= 1 && height >= 1 && width * height <= workerData.pixels)) parentPort.postMessage({ why: "its size is not what its header says" });
  else {
    const data = new Uint8ClampedArray(width * height * 4);
    image.display({ data, width, height }, (shown) => {
      if (shown === null) parentPort.postMessage({ why: "it cannot be decoded to its end" });
      else parentPort.postMessage({ data: new Uint8Array(data.buffer), width, height }, [data.buffer]);
    });
  }
}`;

/** A thread's start and the library's compilation are not the picture's fault. */
const START_SECONDS = 1;
/** Megabytes of the thread's own heap; WebAssembly's memory is bounded by the pixels that are let in. */
const HEAP_MB = 128;

let before: Promise<unknown> = Promise.resolve();

/** One at a time: each may take 100 MB. Upright already. Throws UserError `image-damaged`, `image-too-slow`. */
export function decodeHeic(bytes: Uint8Array, limits: DecodeLimits): Promise<RgbaPixels> {
  const mine = before.then(() => decodeInThread(bytes, limits));
  before = mine.catch(() => undefined);
  return mine;
}

function decodeInThread(bytes: Uint8Array, limits: DecodeLimits): Promise<RgbaPixels> {
  const library = createRequire(import.meta.url).resolve("libheif-js/wasm-bundle.js");
  const thread = new Worker(THREAD, {
    eval: true,
    execArgv: [],
    stdout: true,
    stderr: true,
    workerData: { library, bytes, pixels: limits.pixels },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  return new Promise<RgbaPixels>((resolve, reject) => {
    const timer = setTimeout(() => reject(tooSlow(limits.seconds)), (limits.seconds + START_SECONDS) * 1000);
    thread.on("message", (answer: RgbaPixels | { readonly why: string }) => {
      if ("why" in answer) reject(damaged(answer.why));
      else resolve(answer);
    });
    thread.on("error", (error) => reject(damaged("it cannot be decoded to its end", error)));
    thread.on("exit", () => reject(damaged("its decoder ended")));
    thread.on("message", () => clearTimeout(timer));
    thread.on("exit", () => clearTimeout(timer));
  }).finally(() => thread.terminate());
}
