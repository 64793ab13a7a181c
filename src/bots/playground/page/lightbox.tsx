// A picture, as large as the window.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./icons.js";

export function Enlarged({
  url,
  alt,
  name,
  close,
}: {
  url: string;
  alt: string;
  name: string;
  close: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself
    <dialog ref={dialog} class="lightbox" aria-label={name} onClose={close} onClick={() => dialog.current?.close()}>
      <button type="button" class="icon-button lightbox-close" aria-label="Close the picture">
        <Icon name="close" />
      </button>
      <img src={url} alt={alt} />
      <p>{alt}</p>
    </dialog>
  );
}
