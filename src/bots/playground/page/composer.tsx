// Where one types: slash completion, files by picker, drop and paste, and what the command still wants.
import type { JSX, RefObject } from "preact";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CompletionWish, Offered, Session } from "../wire.js";
import { inWords } from "./blocks.js";
import { type Completion, complete, usage, wishOf } from "./completion.js";
import { useDroppedFiles } from "./droppedFiles.js";
import { Icon } from "./icons.js";
import { useOffered } from "./offered.js";
import { LIST_ID, SuggestionList, suggestionId, UsageLine } from "./suggestions.js";

export interface ComposerHandle {
  focus(): void;
  fill(text: string): void;
}

interface ComposerProps {
  readonly handle: RefObject<ComposerHandle | null>;
  readonly session: Extract<Session, { state: "ready" }>;
  readonly channel: string;
  readonly send: (text: string, files: readonly File[]) => void;
  readonly look: (wish: CompletionWish) => Promise<Offered>;
}

export function Composer({ handle, session, channel, send, look }: ComposerProps): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [caret, setCaret] = useState(0);
  const [closed, setClosed] = useState(false);
  const [chosen, setChosen] = useState<number>();
  const [files, setFiles] = useState<readonly File[]>([]);
  const [trouble, setTrouble] = useState("");
  const past = useRef<string[]>([]);
  const back = useRef(0);

  const vocabulary = { commands: session.commands, channels: session.channels, role: session.person.role };
  const offered = useOffered(closed ? undefined : wishOf(text, vocabulary), text, look);
  const completion = closed || caret !== text.length ? undefined : (offered ?? complete(text, vocabulary));
  const active = completion && (chosen ?? (completion.eager ? 0 : undefined));
  const wanted = usage(text, vocabulary);

  const change = (next: string, at = next.length) => {
    setText(next);
    setCaret(at);
    setClosed(false);
    setChosen(undefined);
  };
  const fill = (next: string) => {
    change(next);
    area.current?.focus();
  };
  useImperativeHandle(handle, () => ({ focus: () => area.current?.focus(), fill }), []);
  useEffect(() => {
    // HTML allows no other role on a text area, so the types refuse it; several lines and a list of suggestions need
    // both, and screen readers announce it as the combobox that it is.
    area.current?.setAttribute("role", "combobox");
    area.current?.setAttribute("aria-expanded", String(completion !== undefined));
  });
  useEffect(() => area.current?.focus(), []);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const addFiles = (added: readonly File[]) => {
    const { limits } = session;
    const fitting = added.filter((file) => file.size <= limits.fileBytes);
    const all = [...files, ...fitting];
    setFiles(all.slice(0, limits.files));
    if (fitting.length < added.length) setTrouble(`A file may have at most ${limits.fileBytes / 1024 / 1024} MiB.`);
    else setTrouble(all.length > limits.files ? `At most ${limits.files} files can go with one command.` : "");
    area.current?.focus();
  };
  const dropping = useDroppedFiles(addFiles);

  const accept = (taken: Completion, index: number) => {
    const suggestion = taken.suggestions[index];
    if (suggestion) fill(text.slice(0, taken.from) + suggestion.insert);
  };

  const submit = () => {
    if (text.trim() === "") {
      if (files.length > 0) setTrouble("A file goes with a command: type / and choose one.");
      return;
    }
    send(text, files);
    past.current = [...past.current.filter((each) => each !== text), text].slice(-50);
    back.current = 0;
    change("");
    setFiles([]);
    setTrouble("");
  };

  const recall = (step: number): boolean => {
    const index = back.current + step;
    const found = index === 0 ? "" : past.current.at(-index);
    if (index < 0 || found === undefined || (text !== "" && back.current === 0)) return false;
    change(found);
    setClosed(true);
    back.current = index;
    return true;
  };

  const key = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const count = completion?.suggestions.length ?? 0;
    const move = (step: number) => setChosen(((active ?? (step > 0 ? -1 : count)) + step + count) % count);
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "ArrowDown" && plain && completion) move(1);
    else if (event.key === "ArrowUp" && plain && completion) move(-1);
    else if (event.key === "ArrowUp" && plain && recall(1)) return event.preventDefault();
    else if (event.key === "ArrowDown" && plain && back.current > 0 && recall(-1)) return event.preventDefault();
    else if (event.key === "Tab" && plain && completion) accept(completion, active ?? 0);
    else if (event.key === "Enter" && plain && completion && active !== undefined) accept(completion, active);
    else if (event.key === "Enter" && !event.shiftKey && !event.altKey) submit();
    else if (event.key === "Escape" && completion) setClosed(true);
    else return;
    event.preventDefault();
  };

  const moved = () => setCaret(area.current?.selectionStart ?? text.length);

  return (
    <div class="composer">
      {completion && (
        <SuggestionList completion={completion} active={active} accept={(index) => accept(completion, index)} />
      )}
      <div class={dropping ? "composer-box composer-drop" : "composer-box"}>
        {files.length > 0 && (
          <ul class="chips" aria-label="Files to send">
            {files.map((file) => (
              <li key={`${file.name} ${file.size} ${file.lastModified}`} class="chip">
                <Icon name="file" size={16} />
                <span class="chip-name">{file.name}</span>
                <span class="chip-size">{inWords(file.size)}</span>
                <button
                  type="button"
                  aria-label={`Remove ${file.name}`}
                  onClick={() => setFiles(files.filter((each) => each !== file))}
                >
                  <Icon name="close" size={14} />
                </button>
              </li>
            ))}
          </ul>
        )}
        <div class="composer-line">
          <button
            type="button"
            class="icon-button"
            aria-label="Attach files"
            title="Attach files"
            onClick={() => picker.current?.click()}
          >
            <Icon name="clip" />
          </button>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            onChange={(event) => {
              addFiles([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = "";
            }}
          />
          <textarea
            id="composer"
            ref={area}
            rows={1}
            value={text}
            maxLength={session.limits.textCharacters}
            placeholder="Type / for commands"
            aria-label={`Message to Convo in ${channel}`}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={LIST_ID}
            aria-activedescendant={active === undefined ? undefined : suggestionId(active)}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            onInput={(event) => change(event.currentTarget.value, event.currentTarget.selectionStart)}
            onSelect={moved}
            onKeyDown={key}
            onBlur={() => setClosed(true)}
            onFocus={() => setClosed(false)}
            onPaste={(event) => {
              const pasted = [...(event.clipboardData?.files ?? [])];
              if (pasted.length === 0) return;
              event.preventDefault();
              addFiles(pasted);
            }}
          />
          <button
            type="button"
            class="send"
            aria-label="Send"
            title="Send (Enter)"
            aria-disabled={text.trim() === ""}
            onClick={submit}
          >
            <Icon name="send" />
          </button>
        </div>
      </div>
      <div class="composer-foot">
        <p role="status">{trouble}</p>
        {trouble === "" && (wanted ? <UsageLine usage={wanted} /> : <Keys />)}
      </div>
    </div>
  );
}

function Keys(): JSX.Element {
  return <p class="composer-keys">Enter sends · Shift+Enter starts a line · ↑ brings back what you sent</p>;
}
