/** Where one types: Enter sends, Shift+Enter begins a line; `@` and `/` offer what there is. */

import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { Refused } from "./api";
import { useSession } from "./session";
import { BOT_MENTION } from "./world";

interface Completion {
  text: string;
  says: string;
}

/** What could stand where the text now ends in an unfinished `@…` or `/…`. */
function completionsOf(text: string, all: Completion[]): Completion[] {
  const word = /(?:^|\s)(@\w*)$/.exec(text)?.[1] ?? /^\/\S*$/.exec(text)?.[0];
  if (!word) return [];
  const begins = word.toLowerCase();
  return all.filter(
    ({ text: full }) => full.toLowerCase().startsWith(begins) && full.length > word.length,
  );
}

interface CompletionsProperties {
  id: string;
  items: Completion[];
  active: number;
  onPick: (item: Completion) => void;
}

function Completions({ id, items, active, onPick }: CompletionsProperties): ReactNode {
  return (
    <div className="completions" role="listbox" id={id} aria-label="Suggestions for what you type">
      {items.map((item, index) => (
        <div
          key={item.text}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(item);
          }}
        >
          <strong>{item.text}</strong> <span>{item.says}</span>
        </div>
      ))}
    </div>
  );
}

/** Grows the box with its text, up to a third of the window. */
function useGrowing(text: string): React.RefObject<HTMLTextAreaElement> {
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.height = "auto";
    box.current.style.height = `${Math.min(box.current.scrollHeight, window.innerHeight / 3)}px`;
  }, [text]);
  return box;
}

interface ComposerProperties {
  label: string;
  testId: string;
  inThread?: boolean;
  autoFocus?: boolean;
  onSend: (text: string) => Promise<void>;
  children?: ReactNode;
}

export function Composer(properties: ComposerProperties): ReactNode {
  const { label, testId, inThread = false, autoFocus, onSend, children } = properties;
  const { world } = useSession();
  const [text, setText] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const box = useGrowing(text);
  const listId = useId();
  const commands = inThread
    ? []
    : world.commands.map(({ command, usage }) => ({ text: command, says: usage }));
  const items = completionsOf(text, [{ text: BOT_MENTION, says: "the agent" }, ...commands]);
  const current = Math.min(active, items.length - 1);

  const type = (next: string): void => {
    setText(next);
    setActive(0);
    setError(null);
    box.current?.focus();
  };
  const pick = (item: Completion): void => type(text.replace(/[@/]\S*$/, `${item.text} `));
  const send = async (): Promise<void> => {
    const said = text.trim();
    if (!said) return;
    type("");
    try {
      await onSend(said);
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      setText((since) => since || text);
      setError(refused.message);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const item = items[current];
    if (item && (event.key === "Tab" || event.key === "Enter")) {
      event.preventDefault();
      pick(item);
    } else if (item && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setActive((current + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };
  const insert = (word: string): void => {
    if (text.includes(word)) return box.current?.focus();
    return type(
      word.startsWith("/")
        ? `${word} ${text}`
        : `${text && !text.endsWith(" ") ? `${text} ` : text}${word} `,
    );
  };
  return (
    <div className="composer" data-testid={testId}>
      {error && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {items.length > 0 && <Completions id={listId} items={items} active={current} onPick={pick} />}
      <div className="composer-box">
        <textarea
          ref={box}
          rows={1}
          aria-label={label}
          placeholder={label}
          autoFocus={autoFocus}
          aria-controls={items.length ? listId : undefined}
          aria-activedescendant={items.length ? `${listId}-${current}` : undefined}
          value={text}
          onChange={(event) => type(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <div className="composer-tools">
          <button
            type="button"
            className="tool"
            onClick={() => insert(BOT_MENTION)}
            title="Ask the agent"
          >
            {BOT_MENTION}
          </button>
          {commands.map(({ text: command, says }) => (
            <button
              key={command}
              type="button"
              className="tool"
              onClick={() => insert(command)}
              title={says}
            >
              {command}
            </button>
          ))}
          {children}
          <button
            type="button"
            className="send"
            aria-label="Send"
            disabled={!text.trim()}
            onClick={() => void send()}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M2.5 3l11 5-11 5 1.6-5z" />
            </svg>
          </button>
        </div>
      </div>
    </div>
  );
}
