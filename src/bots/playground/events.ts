// Streams to the page: server-sent events of a person's channels, and the NDJSON lines that answer one request.
import { EVENTS_WAITING, HEARTBEAT_MS } from "./limits.js";
import type { Room } from "./room.js";
import type { Line, LiveEvent } from "./wire.js";

const HEADERS = { "Cache-Control": "no-store", "X-Accel-Buffering": "no" };

/** What `person` may see, from now on: a snapshot first. Ends when `closing` aborts or the reader is too slow. */
export function eventStream(room: Room, person: string, closing: AbortSignal): Response {
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const write = (text: string) => controller.enqueue(encoder.encode(text));
        const end = () => {
          stop();
          controller.close();
        };
        const send = ({ type, ...data }: LiveEvent) => {
          // A reader that does not read is cut off: it comes back and gets a snapshot, and memory stays bounded.
          if ((controller.desiredSize ?? 0) <= 0) end();
          else write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
        };
        const deaf = room.listen(person, send);
        const heartbeat = setInterval(() => write(": still here\n\n"), HEARTBEAT_MS);
        stop = () => {
          deaf();
          clearInterval(heartbeat);
          closing.removeEventListener("abort", end);
        };
        closing.addEventListener("abort", end);
        send({ type: "snapshot", boot: room.boot, entries: room.visible(person) });
        if (closing.aborted) end();
      },
      cancel: () => stop(),
    },
    { highWaterMark: EVENTS_WAITING },
  );
  return new Response(body, { headers: { ...HEADERS, "Content-Type": "text/event-stream; charset=utf-8" } });
}

/** One JSON object a line, as `produce` emits them; it runs to its end even where the page has gone. */
export function lineStream(produce: (emit: (line: Line) => void) => Promise<void>): Response {
  let gone = false;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const ended = produce((line) => {
        if (!gone) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      });
      // Not awaited by `start`, so that lines flow before the end.
      void ended.then(
        () => gone || controller.close(),
        (error) => controller.error(error),
      );
    },
    cancel() {
      gone = true;
    },
  });
  return new Response(body, { headers: { ...HEADERS, "Content-Type": "application/x-ndjson; charset=utf-8" } });
}

const encoder = new TextEncoder();
