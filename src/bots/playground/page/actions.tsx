// What can be pressed in a message: buttons, a list to pick from, lettered answers.
import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { WireBlock, WireButton } from "../wire.js";

/** Presses, and what is being answered: one thing at a time in a message, so that a double click sends once. */
export interface Press {
  readonly busy: ReadonlySet<string>;
  /** Something in this message was pressed and is not answered yet. */
  readonly waiting: boolean;
  press(token: string, label: string, value?: string): void;
}

export function ButtonRow({ buttons, press }: { buttons: readonly WireButton[]; press: Press }): JSX.Element {
  return (
    <div class="button-row">
      {buttons.map((button, index) => (
        <button
          key={`${index} ${button.label}`}
          type="button"
          class={`button button-${button.style}`}
          {...held(press, press.busy.has(button.token))}
          onClick={(event) => isSecond(event) || press.waiting || press.press(button.token, button.label)}
        >
          {button.label}
        </button>
      ))}
    </div>
  );
}

/** The second click of a double click, which may come after the first was answered. */
const isSecond = (event: MouseEvent): boolean => event.detail > 1;

/**
 * Held buttons keep the keyboard's focus (`disabled` would drop it), so they say so by ARIA and ignore presses.
 */
function held({ waiting }: Press, busy: boolean) {
  return waiting ? { "aria-disabled": true, ...(busy ? { "aria-busy": true, "data-busy": true } : {}) } : {};
}

export function ChoiceBlock({
  block,
  press,
}: {
  block: Extract<WireBlock, { kind: "choice" }>;
  press: Press;
}): JSX.Element {
  return block.style === "select" ? <Select block={block} press={press} /> : <Letters block={block} press={press} />;
}

type Choice = { block: Extract<WireBlock, { kind: "choice" }>; press: Press };

function Select({ block, press }: Choice): JSX.Element {
  const id = useId();
  const select = useRef<HTMLSelectElement>(null);
  const pick = () => {
    const value = select.current?.value ?? "";
    const option = block.options.find((each) => each.value === value);
    if (option && !press.waiting) press.press(block.token, option.label, value);
  };
  return (
    <div class="choice">
      <label class="choice-label" for={id}>
        {block.label}
      </label>
      <div class="choice-line">
        <select id={id} ref={select} class="input">
          {block.options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="button button-secondary"
          {...held(press, press.busy.has(block.token))}
          onClick={pick}
        >
          Choose
        </button>
      </div>
    </div>
  );
}

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

function Letters({ block, press }: Choice): JSX.Element {
  const id = useId();
  const group = useRef<HTMLFieldSetElement>(null);
  const [picked, setPicked] = useState("");
  /** A letter goes to its answer, so that Enter takes it. */
  const jump = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const index = event.key.length === 1 ? LETTERS.indexOf(event.key.toUpperCase()) : -1;
    group.current?.querySelectorAll("button")[index]?.focus();
  };
  return (
    <fieldset ref={group} class="choice letters" onKeyDown={jump} aria-describedby={id}>
      <legend class="choice-label">{block.label}</legend>
      {block.options.map((option, index) => {
        const mine = press.busy.has(block.token) && picked === option.value;
        return (
          <button
            key={option.value}
            type="button"
            class="letter"
            {...held(press, mine)}
            onClick={(event) => {
              if (isSecond(event) || press.waiting) return;
              setPicked(option.value);
              press.press(block.token, option.label, option.value);
            }}
          >
            <span class="letter-sign">{LETTERS[index] ?? index + 1}</span>
            <span class="letter-text">{option.label}</span>
          </button>
        );
      })}
      <p id={id} class="unseen">
        Type a letter to go to its answer, Enter to choose it.
      </p>
    </fieldset>
  );
}
