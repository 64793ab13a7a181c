// The page's few signs, drawn in the text's colour and hidden from screen readers: a word always stands beside them.
import type { JSX } from "preact";

const PATHS = {
  hash: "M9 3 7 21M17 3l-2 18M4 8h17M3 16h17",
  clip: "M20 11.5 12 19.4a5 5 0 0 1-7-7l8.3-8.3a3.4 3.4 0 0 1 4.8 4.8l-8.2 8.1a1.7 1.7 0 0 1-2.4-2.4l7.5-7.4",
  send: "M4 12 20 4l-5 16-3.5-6.5L4 12Zm7.5 1.5L20 4",
  close: "M6 6l12 12M18 6 6 18",
  eye: "M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12Zm10 2.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  sun: "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM12 2v2.2M12 19.8V22M2 12h2.2M19.8 12H22M4.9 4.9l1.6 1.6M17.5 17.5l1.6 1.6M19.1 4.9l-1.6 1.6M6.5 17.5l-1.6 1.6",
  moon: "M20 14.5A8.3 8.3 0 0 1 9.5 4a8.3 8.3 0 1 0 10.5 10.5Z",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v5.5M12 7.6v.2",
  good: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-4-9 3 3 5.5-6",
  warning: "M12 3.5 22 20.5H2L12 3.5ZM12 10v4.5M12 17.4v.2",
  error: "M8 3h8l5 5v8l-5 5H8l-5-5V8l5-5Zm1 6 6 6m0-6-6 6",
  file: "M6 2.5h8l4.5 4.5v14.5H6V2.5Zm8 0V7h4.5",
  download: "M12 4v11m-4.5-4L12 15.5 16.5 11M5 20h14",
  down: "M12 5v14m-6-6 6 6 6-6",
  pencil: "m4 20 1-4.5L16 4.5 19.5 8 8.5 19 4 20Z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7.5 8.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  lock: "M6 11h12v9.5H6V11Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** Convo's face: a kernel sliding over a map. */
export function Logo({ size = 36 }: { size?: number }): JSX.Element {
  const lit = new Set(["1,1", "2,1", "1,2"]);
  const dim = new Set(["2,0", "0,2"]);
  const cells = [0, 1, 2].flatMap((x) => [0, 1, 2].map((y) => ({ x, y, key: `${x},${y}` })));
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="logo-ground" width="32" height="32" rx="8" />
      {cells.map(({ x, y, key }) => (
        <rect
          key={key}
          class={lit.has(key) ? "logo-lit" : dim.has(key) ? "logo-dim" : "logo-cell"}
          x={6 + 7 * x}
          y={6 + 7 * y}
          width="6"
          height="6"
          rx="1.5"
        />
      ))}
    </svg>
  );
}

/** A person's sign: the first letter, on one of six grounds that their name picks. */
export function Face({ name, size = "small" }: { name: string; size?: "small" | "large" }): JSX.Element {
  const letter = Array.from(name)[0]?.toLocaleUpperCase() ?? "?";
  const ground = [...name].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % 6;
  return (
    <span class={`face face-${size} face-${ground}`} aria-hidden="true">
      {letter}
    </span>
  );
}
