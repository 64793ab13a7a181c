// Values that the server offers while an option is typed: asked for once the typing pauses, shown while they still fit.
import { useEffect, useState } from "preact/hooks";
import type { CompletionWish, Offered } from "../wire.js";
import { type Completion, offer } from "./completion.js";

/** Milliseconds without a key. */
const PAUSE = 120;

/** Undefined until there is something to offer for exactly this wish. */
export function useOffered(
  wish: CompletionWish | undefined,
  text: string,
  look: (wish: CompletionWish) => Promise<Offered>,
): Completion | undefined {
  const [found, setFound] = useState<{ readonly key: string; readonly values: Offered["values"] }>();
  const key = wish === undefined ? "" : JSON.stringify(wish);
  useEffect(() => {
    if (key === "") return;
    let current = true;
    const pause = setTimeout(async () => {
      const { values } = await look(JSON.parse(key));
      if (current) setFound({ key, values });
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(pause);
    };
  }, [key]);
  return wish !== undefined && found?.key === key ? offer(text, wish, found.values) : undefined;
}
