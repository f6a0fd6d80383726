/** A modal dialog on the browser's own `<dialog>`: focus stays inside, Escape leaves. */

import { useEffect, useId, useRef, type ReactNode } from "react";
import { createPortal } from "react-dom";
import { Words, plain, type TextObject } from "./blocks/Words";

interface DialogProperties {
  title: string;
  testId?: string;
  onLeave: () => void;
  children: ReactNode;
}

export function Dialog({ title, testId, onLeave, children }: DialogProperties): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current
      ?.querySelector<HTMLElement>("[data-autofocus], textarea, input, select")
      ?.focus();
  }, []);
  // At the top of the page: what stands around the opener must not reach into the dialog.
  return createPortal(
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={heading}
      aria-modal="true"
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onLeave();
      }}
    >
      <header className="dialog-head">
        <h2 id={heading}>{title}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label="Close this window"
          onClick={onLeave}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8m0-8l-8 8" />
          </svg>
        </button>
      </header>
      {children}
    </dialog>,
    document.getElementById("page") ?? document.body,
  );
}

/** Slack's confirmation dialog object. */
export interface Confirmation {
  title?: TextObject;
  text?: TextObject;
  confirm?: TextObject;
  deny?: TextObject;
  style?: string;
}

interface ConfirmProperties {
  confirmation: Confirmation;
  onConfirm: () => void;
  onDeny: () => void;
}

export function ConfirmDialog({ confirmation, onConfirm, onDeny }: ConfirmProperties): ReactNode {
  const { title, text, confirm, deny, style } = confirmation;
  return (
    <Dialog title={plain(title) || "Are you sure?"} testId="confirm" onLeave={onDeny}>
      <div className="dialog-body">{text && <Words text={text} />}</div>
      <footer className="dialog-foot">
        <button type="button" className="button" onClick={onDeny}>
          {plain(deny) || "Cancel"}
        </button>
        <button
          type="button"
          data-autofocus
          className={`button button-${style === "danger" ? "danger" : "primary"}`}
          onClick={onConfirm}
        >
          {plain(confirm) || "Yes"}
        </button>
      </footer>
    </Dialog>
  );
}
