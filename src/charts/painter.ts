// One thread that draws: a picture takes 60 ms and more, in which nobody's press of a button could be acknowledged here.
import { Worker } from "node:worker_threads";
import type { ResvgRenderOptions } from "@resvg/resvg-js";

// The library's own `renderAsync` draws elsewhere, but encodes the PNG on the calling thread, which is half of the work.
// Written as text because a worker's file would have to be compiled, and the tests run what is not.
const DRAWING = `
const { parentPort, workerData } = require("node:worker_threads");
const { Resvg } = require("node:module").createRequire(workerData)("@resvg/resvg-js");
parentPort.on("message", ({ id, svg, options }) => {
  try {
    parentPort.postMessage({ id, png: new Resvg(svg, options).render().asPng() });
  } catch (error) {
    parentPort.postMessage({ id, problem: String(error) });
  }
});`;

type Answer = { readonly id: number } & ({ readonly png: Uint8Array } | { readonly problem: string });

interface Waiting {
  readonly done: (png: Uint8Array) => void;
  readonly failed: (error: Error) => void;
}

/** Life cycle: the thread starts with the first picture, keeps the process alive only while it draws, and is begun anew after a crash. */
class Painter {
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #count = 0;

  paint(svg: string, options: ResvgRenderOptions): Promise<Uint8Array> {
    const thread = this.#running();
    const id = ++this.#count;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      thread.ref();
      thread.postMessage({ id, svg, options });
    });
  }

  #running(): Worker {
    if (this.#thread !== undefined) return this.#thread;
    const thread = new Worker(DRAWING, { eval: true, workerData: import.meta.url });
    thread.on("message", (answer: Answer) => this.#settle(thread, answer));
    thread.on("error", (error) => this.#lose(thread, error));
    thread.on("exit", () => this.#lose(thread, new Error("the drawing thread ended")));
    this.#thread = thread;
    return thread;
  }

  #settle(thread: Worker, answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) thread.unref();
    if ("png" in answer) waiting?.done(answer.png);
    else waiting?.failed(new Error(answer.problem));
  }

  #lose(thread: Worker, error: Error): void {
    if (this.#thread !== thread) return;
    this.#thread = undefined;
    for (const { failed } of this.#waiting.values()) failed(error);
    this.#waiting.clear();
  }
}

const painter = new Painter();

/** PNG bytes of an SVG document. Rejects where it is none. */
export function paint(svg: string, options: ResvgRenderOptions): Promise<Uint8Array> {
  return painter.paint(svg, options);
}
