// The list above the composer (ARIA listbox: the focus stays in the text), and the line that says what a command wants.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Completion, Usage } from "./completion.js";
import { Icon } from "./icons.js";

export const LIST_ID = "suggestions";

export function suggestionId(index: number): string {
  return `suggestion-${index}`;
}

interface ListProps {
  readonly completion: Completion;
  readonly active: number | undefined;
  readonly accept: (index: number) => void;
}

export function SuggestionList({ completion, active, accept }: ListProps): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active !== undefined) list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div class="suggestions">
      <p class="suggestions-title" aria-hidden="true">
        <span>{completion.title}</span>
        <span class="suggestions-keys">
          <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Tab</kbd> take · <kbd>Esc</kbd> close
        </span>
      </p>
      <div ref={list} id={LIST_ID} role="listbox" aria-label={completion.title} class="suggestions-list">
        {completion.suggestions.map((suggestion, index) => (
          // The text field keeps the focus and handles the keys.
          // biome-ignore lint/a11y/useFocusableInteractive: see above
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={suggestion.insert}
            id={suggestionId(index)}
            role="option"
            aria-selected={index === active}
            class="suggestion"
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => accept(index)}
          >
            <span class="suggestion-label">{suggestion.label}</span>
            {suggestion.mark === "required" && <span class="mark">required</span>}
            {(suggestion.mark === "instructor" || suggestion.mark === "admin") && (
              <span class="mark mark-role">
                <Icon name="lock" size={12} /> {suggestion.mark}
              </span>
            )}
            <span class="suggestion-detail">{suggestion.detail}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

export function UsageLine({ usage }: { usage: Usage }): JSX.Element {
  const present = usage.options.find((option) => option.present);
  return (
    <p class="usage">
      <code class="usage-command">{usage.command}</code>
      {usage.options.map((option) => (
        <code
          key={option.name}
          class={
            option.present ? "usage-option usage-present" : option.given ? "usage-option usage-given" : "usage-option"
          }
        >
          {option.required ? option.name : `[${option.name}]`}
        </code>
      ))}
      <span class="usage-about">{present?.description ?? usage.description}</span>
    </p>
  );
}
