/** Elements that one clicks: buttons, feedback, icon buttons and overflow menus. */

import { useContext, useEffect, useRef, useState, type ReactNode } from "react";
import { ConfirmDialog, type Confirmation } from "../Dialog";
import type { Block, Option } from "../types";
import { useClick } from "./clicks";
import { NamesContext, plain } from "./Words";

/** Asks first where the element has a confirmation; `asking` is the dialog to show meanwhile. */
function useConfirmed(confirmation: Confirmation | undefined): {
  asking: ReactNode;
  confirmed: (act: () => void) => void;
} {
  const [pending, setPending] = useState<(() => void) | null>(null);
  const confirmed = (act: () => void): void => (confirmation ? setPending(() => act) : act());
  const asking = pending && confirmation && (
    <ConfirmDialog
      confirmation={confirmation}
      onConfirm={() => {
        setPending(null);
        pending();
      }}
      onDeny={() => setPending(null)}
    />
  );
  return { asking, confirmed };
}

/** Whether this person sees the element: `visible_to_user_ids` names those who do. */
function useIsVisible(element: Block): boolean {
  const { me } = useContext(NamesContext);
  const only = element["visible_to_user_ids"] as string[] | undefined;
  return !only || only.length === 0 || only.includes(me);
}

export function Button({ element }: { element: Block }): ReactNode {
  const { busy, click } = useClick();
  const { asking, confirmed } = useConfirmed(element["confirm"] as Confirmation | undefined);
  const url = element["url"] as string | undefined;
  const press = (): void => {
    if (url) window.open(url, "_blank", "noopener,noreferrer");
    click({ action_id: String(element["action_id"] ?? ""), value: element["value"] as string });
  };
  if (!useIsVisible(element)) return null;
  return (
    <>
      <button
        type="button"
        className={`button ${element["style"] ? `button-${element["style"]}` : ""}`}
        aria-description={element["accessibility_label"] as string | undefined}
        aria-busy={busy}
        disabled={busy}
        title={url}
        data-action-id={element["action_id"]}
        onClick={() => confirmed(press)}
      >
        {plain(element["text"])}
        {url && <span aria-hidden="true"> ↗︎</span>}
      </button>
      {asking}
    </>
  );
}

const THUMB =
  "M5 7.2l2.6-5c.9 0 1.6.8 1.5 1.7L8.8 6h3.4c.9 0 1.5.8 1.3 1.7l-1 4.6c-.1.7-.7 1.2-1.4 1.2H5M2.5 7.2H5v6.3H2.5z";

export function FeedbackButtons({ element }: { element: Block }): ReactNode {
  const { busy, click } = useClick();
  const [chosen, setChosen] = useState<string | null>(null);
  const choose = (value: string): void => {
    setChosen(value);
    click({ action_id: String(element["action_id"] ?? ""), value });
  };
  return (
    <div className="feedback" role="group" aria-label="Feedback">
      {(["positive_button", "negative_button"] as const).map((side) => {
        const { text, value } = element[side] as { text: Option["text"]; value: string };
        return (
          <button
            key={side}
            type="button"
            className="icon-button"
            aria-label={plain(text)}
            title={plain(text)}
            aria-pressed={chosen === value}
            disabled={busy}
            data-action-id={element["action_id"]}
            onClick={() => choose(value)}
          >
            <svg
              viewBox="0 0 16 16"
              aria-hidden="true"
              className={side === "negative_button" ? "flip" : ""}
            >
              <path d={THUMB} />
            </svg>
          </button>
        );
      })}
      {chosen !== null && <span className="feedback-thanks">Thank you</span>}
    </div>
  );
}

export function IconButton({ element }: { element: Block }): ReactNode {
  const { busy, click } = useClick();
  const { asking, confirmed } = useConfirmed(element["confirm"] as Confirmation | undefined);
  if (!useIsVisible(element)) return null;
  const name = plain(element["text"]);
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={name}
        title={name}
        disabled={busy}
        data-action-id={element["action_id"]}
        onClick={() =>
          confirmed(() =>
            click({
              action_id: String(element["action_id"] ?? ""),
              value: element["value"] as string,
            }),
          )
        }
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5" />
        </svg>
      </button>
      {asking}
    </>
  );
}

/** Closes a menu on Escape and on a click elsewhere. */
function useLeaving(open: boolean, leave: () => void): React.RefObject<HTMLDivElement> {
  const inside = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const onPress = (event: PointerEvent): void => {
      if (!inside.current?.contains(event.target as Node)) leave();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") leave();
    };
    document.addEventListener("pointerdown", onPress);
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("pointerdown", onPress);
      document.removeEventListener("keydown", onKey);
    };
  });
  return inside;
}

export function Overflow({ element }: { element: Block }): ReactNode {
  const { busy, click } = useClick();
  const { asking, confirmed } = useConfirmed(element["confirm"] as Confirmation | undefined);
  const [open, setOpen] = useState(false);
  const inside = useLeaving(open, () => setOpen(false));
  const options = (element["options"] ?? []) as (Option & { url?: string })[];
  const choose = (option: Option & { url?: string }): void => {
    setOpen(false);
    if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
    const action_id = String(element["action_id"] ?? "");
    confirmed(() => click({ action_id, value: option.value, selected_option: option }));
  };
  return (
    <div className="overflow" ref={inside}>
      <button
        type="button"
        className="icon-button"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={open}
        disabled={busy}
        data-action-id={element["action_id"]}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      {open && (
        <div className="menu" role="menu">
          {options.map((option) => (
            <button key={option.value} type="button" role="menuitem" onClick={() => choose(option)}>
              {plain(option.text)}
            </button>
          ))}
        </div>
      )}
      {asking}
    </div>
  );
}
