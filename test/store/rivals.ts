// Several processes that update one record at once: none of their updates may be lost.
import { describe, expect, it } from "vitest";
import { startChild } from "./child.js";
import { backends, opened } from "./places.js";

const PROCESSES = 4;

export function rivalsTests(updates: number): void {
  for (const { name, newUrl, skipped, why } of backends) {
    describe.skipIf(skipped)(`rivals on ${name}${why}`, () => {
      it(`four processes with ${updates} concurrent updates of one key each lose none`, async () => {
        const url = newUrl();
        const started = performance.now();
        const children = Array.from({ length: PROCESSES }, () => startChild("count", { url, count: updates }));
        for (const { ended } of children) expect(await ended).toEqual({ output: "done\n", status: 0 });
        const seconds = (performance.now() - started) / 1000;
        const store = await opened({ url });
        expect(await store.namespace("rivals").get("n")).toBe(PROCESSES * updates);
        console.log(`${name}: ${PROCESSES * updates} updates by ${PROCESSES} processes in ${seconds.toFixed(1)} s`);
      });
    });
  }
}
