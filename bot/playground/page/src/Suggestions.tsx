/** "Try this": things worth saying. A click says one. */

import { useState, type ReactNode } from "react";
import { useSession } from "./session";
import type { Channel, Suggestion } from "./types";
import { BOT_MENTION, channelTitle } from "./world";

interface ListProperties {
  onChoose: (suggestion: Suggestion) => Promise<void>;
}

function SuggestionList({ onChoose }: ListProperties): ReactNode {
  const { world, attempt } = useSession();
  const [busy, setBusy] = useState(false);
  const choose = (suggestion: Suggestion): void => {
    setBusy(true);
    void attempt(onChoose(suggestion)).finally(() => setBusy(false));
  };
  return (
    <ul className="suggestions" data-testid="suggestions">
      {world.suggestions.map((suggestion) => (
        <li key={suggestion.title}>
          <button
            type="button"
            className="suggestion"
            disabled={busy}
            onClick={() => choose(suggestion)}
          >
            <strong>{suggestion.title}</strong>
            <span className="suggestion-says">“{suggestion.message}”</span>
            <span className="suggestion-what">{suggestion.what}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A message as one says it in a channel: mentions the bot, unless it is a command or does so already. */
function asked(message: string, channel: Channel): string {
  const isAddressed =
    channel.type === "im" || message.startsWith("/") || message.includes(BOT_MENTION);
  return isAddressed ? message : `${BOT_MENTION} ${message}`;
}

interface PaneProperties {
  channel: Channel;
  onSay: (text: string) => Promise<void>;
  onLeave: () => void;
}

export function SuggestionsPane({ channel, onSay, onLeave }: PaneProperties): ReactNode {
  const { world } = useSession();
  return (
    <aside className="side" aria-label="Try this">
      <header className="pane-head">
        <div>
          <h2>Try this</h2>
          <p>
            A click says it {channel.type === "im" ? "to" : "in"} {channelTitle(world, channel)}.
          </p>
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label="Close suggestions"
          onClick={onLeave}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8m0-8l-8 8" />
          </svg>
        </button>
      </header>
      <div className="side-scroll">
        <SuggestionList onChoose={({ message }) => onSay(asked(message, channel))} />
      </div>
    </aside>
  );
}

/** The same list inside a thread, folded away; there a suggestion is said as plain text. */
export function ThreadSuggestions({
  onSay,
}: {
  onSay: (text: string) => Promise<void>;
}): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <div className="thread-suggestions">
      <button type="button" className="link" aria-expanded={open} onClick={() => setOpen(!open)}>
        Try this in the thread {open ? "▾" : "▸"}
      </button>
      {open && (
        <SuggestionList
          onChoose={async ({ message }) => {
            await onSay(message);
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}
