// A form in a dialog: labelled, counted, sent by Ctrl+Enter; Escape closes it and keeps what was written.
import type { JSX } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { FormField } from "../../../commands/reply.js";
import type { WireError } from "../wire.js";
import type { Chat, OpenForm } from "./chat.js";
import { type Draft, draftKey } from "./drafts.js";
import { Icon } from "./icons.js";
import { Words } from "./inline.js";

interface FormDialogProps {
  readonly open: OpenForm;
  readonly chat: Chat;
  readonly drafts: readonly Draft[];
}

export function FormDialog({ open, chat, drafts }: FormDialogProps): JSX.Element {
  const { form } = open;
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const element = useRef<HTMLFormElement>(null);
  const [initial] = useState(() => ({
    ...blank(form.fields),
    ...drafts.find((draft) => draftKey(draft.open.form) === draftKey(form))?.fields,
  }));
  const [values, setValues] = useState<Readonly<Record<string, string>>>(initial);
  const [busy, setBusy] = useState(false);
  /** Known at once, while `busy` is known at the next drawing: a held Ctrl+Enter sends once. */
  const sent = useRef(false);
  const [error, setError] = useState<WireError>();

  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>(".form-field .input")?.focus();
    // Closed properly, the dialog gives the focus back to the button that opened it.
    return () => shown?.close();
  }, []);

  const aside = () => {
    const start = blank(form.fields);
    const touched = form.fields.some(({ name }) => values[name] !== start[name]);
    chat.putAside(open, values, touched);
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (sent.current) return;
    sent.current = true;
    setBusy(true);
    setError(undefined);
    const failure = await chat.submit(open, values);
    sent.current = false;
    setBusy(false);
    setError(failure);
  };

  return (
    <dialog
      ref={dialog}
      class="form"
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        aside();
      }}
    >
      <form
        ref={element}
        onSubmit={submit}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) element.current?.requestSubmit();
        }}
      >
        <header class="form-head">
          <h2 id={`${id}-title`}>{form.title}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label="Close and keep the draft"
            title="Close and keep the draft (Esc)"
            onClick={aside}
          >
            <Icon name="close" />
          </button>
        </header>
        <div class="form-body">
          {form.introduction !== undefined && (
            <p class="form-introduction">
              <Words text={form.introduction} />
            </p>
          )}
          {form.fields.map((field) => (
            <Field
              key={field.name}
              id={`${id}-${field.name}`}
              field={field}
              value={values[field.name] ?? ""}
              change={(value) => setValues({ ...values, [field.name]: value })}
            />
          ))}
          {error && (
            <div class="note tone-error" role="alert">
              <Icon name="error" />
              <p>
                <strong class="note-word">Not sent</strong> {error.message} {error.fix}
              </p>
            </div>
          )}
        </div>
        <footer class="form-foot">
          <p class="form-keys">
            <kbd>Ctrl</kbd> <kbd>Enter</kbd> sends · <kbd>Esc</kbd> keeps a draft
          </p>
          <button type="button" class="button button-secondary" onClick={aside}>
            Later
          </button>
          <button type="submit" class="button button-primary" aria-disabled={busy} data-busy={busy || undefined}>
            {form.submitLabel}
          </button>
        </footer>
      </form>
    </dialog>
  );
}

function blank(fields: readonly FormField[]): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => [
      field.name,
      field.value ?? (field.required && field.type === "select" ? (field.options?.[0]?.value ?? "") : ""),
    ]),
  );
}

/** From here on the counter is worth reading aloud. */
const NEARLY_FULL = 0.9;

function Field({
  id,
  field,
  value,
  change,
}: {
  id: string;
  field: FormField;
  value: string;
  change: (value: string) => void;
}): JSX.Element {
  const { name, label, type, help, placeholder, required, maxLength, options } = field;
  const common = {
    id,
    name,
    required,
    class: "input",
    "aria-describedby":
      [help && `${id}-help`, maxLength && type !== "select" && `${id}-count`].filter(Boolean).join(" ") || undefined,
  };
  const text = { ...common, value, placeholder, ...(maxLength === undefined ? {} : { maxLength }) };
  return (
    <div class="form-field">
      <label class="label" for={id}>
        {label}
        {!required && <span class="optional"> (optional)</span>}
      </label>
      {help && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
      {type === "paragraph" && <textarea {...text} rows={6} onInput={(event) => change(event.currentTarget.value)} />}
      {type === "line" && (
        <input {...text} type="text" autocomplete="off" onInput={(event) => change(event.currentTarget.value)} />
      )}
      {type === "select" && (
        <select {...common} value={value} onChange={(event) => change(event.currentTarget.value)}>
          {!required && <option value="">–</option>}
          {options?.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
      {maxLength !== undefined && type !== "select" && (
        <p
          id={`${id}-count`}
          class={value.length > maxLength * NEARLY_FULL ? "count count-full" : "count"}
          aria-live={value.length > maxLength * NEARLY_FULL ? "polite" : "off"}
        >
          {value.length.toLocaleString()} of {maxLength.toLocaleString()} characters
        </p>
      )}
    </div>
  );
}
