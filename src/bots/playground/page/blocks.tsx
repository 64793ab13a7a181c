// The blocks of a message, each as its native element.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Tone } from "../../../commands/reply.js";
import type { WireBlock } from "../wire.js";
import { ButtonRow, ChoiceBlock, type Press } from "./actions.js";
import { Icon } from "./icons.js";
import { Words } from "./inline.js";
import { Enlarged } from "./lightbox.js";

export function Block({ block, press }: { block: WireBlock; press: Press }): JSX.Element {
  switch (block.kind) {
    case "heading":
      return <h3 class="heading">{block.text}</h3>;
    case "text":
      return (
        <p class="text">
          <Words text={block.text} />
        </p>
      );
    case "quote":
      return <blockquote class="quote">{block.text}</blockquote>;
    case "note":
      return (
        <div class={`note tone-${block.tone}`}>
          <Icon name={block.tone} />
          <p>
            <strong class={block.tone === "info" || block.tone === "good" ? "unseen" : "note-word"}>
              {NOTE_WORDS[block.tone]}
            </strong>{" "}
            <Words text={block.text} />
          </p>
        </div>
      );
    case "fields":
      return <Fields block={block} />;
    case "table":
      return <Table block={block} />;
    case "picture":
      return <Picture block={block} />;
    case "file":
      return <Download block={block} />;
    case "buttons":
      return <ButtonRow buttons={block.buttons} press={press} />;
    case "choice":
      return <ChoiceBlock block={block} press={press} />;
  }
}

/** Colour and sign are never alone. */
const NOTE_WORDS: Readonly<Record<Tone, string>> = { info: "Note", good: "Good", warning: "Careful", error: "Problem" };

const FIELD_SIGNS: Readonly<Record<Tone, { sign: string; word: string }>> = {
  good: { sign: "✓", word: "met" },
  warning: { sign: "○", word: "missing" },
  error: { sign: "✕", word: "wrong" },
  info: { sign: "•", word: "note" },
};

type Of<K extends WireBlock["kind"]> = { block: Extract<WireBlock, { kind: K }> };

function Fields({ block }: Of<"fields">): JSX.Element {
  const toned = block.fields.some((field) => field.tone !== undefined);
  return (
    <dl class={toned ? "fields fields-toned" : "fields"}>
      {block.fields.map((field, index) => {
        const tone = field.tone && FIELD_SIGNS[field.tone];
        return (
          <div key={`${index} ${field.name}`} class={field.tone ? `field tone-${field.tone}` : "field"}>
            <dt>
              {toned && (
                <span class="field-sign" aria-hidden="true">
                  {tone?.sign ?? ""}
                </span>
              )}
              {tone && <span class="unseen">{tone.word}: </span>}
              {field.name}
            </dt>
            <dd>
              <Words text={field.value} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Table({ block }: Of<"table">): JSX.Element {
  const side = (index: number) => (block.columns[index]?.align === "right" ? "right" : undefined);
  return (
    // A region that scrolls must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section class="table" tabIndex={0} aria-label={`Table: ${block.columns.map(({ title }) => title).join(", ")}`}>
      <table>
        <thead>
          <tr>
            {block.columns.map((column, index) => (
              <th key={`${index} ${column.title}`} scope="col" class={side(index)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, line) => (
            // Rows have no other identity.
            <tr key={line}>
              {row.map((cell, index) =>
                index === 0 ? (
                  <th key="head" scope="row" class={side(index)}>
                    <Words text={cell} />
                  </th>
                ) : (
                  // Cells have no other identity.
                  <td key={index} class={side(index)}>
                    <Words text={cell} />
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Picture({ block }: Of<"picture">): JSX.Element {
  const [large, setLarge] = useState(false);
  const [lost, setLost] = useState("");
  if (lost === block.url)
    return <p class="lost">The picture “{block.name}” is no longer kept. Give the command again to see it.</p>;
  return (
    <figure class="picture">
      <button type="button" class="picture-button" title="Enlarge" onClick={() => setLarge(true)}>
        <img
          src={block.url}
          alt={block.alt}
          width={block.width}
          height={block.height}
          onError={() => setLost(block.url)}
        />
        <span class="unseen">, enlarge</span>
      </button>
      {large && <Enlarged url={block.url} alt={block.alt} name={block.name} close={() => setLarge(false)} />}
    </figure>
  );
}

function Download({ block }: Of<"file">): JSX.Element {
  return (
    <a class="file" href={block.url} download={block.name}>
      <Icon name="file" size={26} />
      <span class="file-words">
        <span class="file-name">{block.name}</span>
        <span class="file-about">
          {block.description} · {inWords(block.size)}
        </span>
      </span>
      <Icon name="download" />
      <span class="unseen">Download</span>
    </a>
  );
}

/** Bytes for people: 1.2 kB, 10.5 MB (powers of ten). */
export function inWords(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
