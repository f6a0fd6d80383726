/** One message: who, when, what, and what one can do with it. */

import { memo, useCallback, useMemo, useState, type ReactNode } from "react";
import { Avatar } from "./Avatar";
import { Blocks } from "./blocks/Blocks";
import { ClickContext } from "./blocks/clicks";
import { LibraryBlock, Link, Words } from "./blocks/Words";
import { decoded } from "./blocks/mrkdwn";
import { ConfirmDialog } from "./Dialog";
import { useSession } from "./session";
import type { Click, Message, Reaction, SharedFile } from "./types";
import { authorOf, type World } from "./world";

/** A message's moment; `ts` counts seconds since 1970. */
export function timeOf(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

export const shortTime = (ts: string): string =>
  timeOf(ts).toLocaleTimeString([], { timeStyle: "short" });

function Time({ ts, bare }: { ts: string; bare?: boolean }): ReactNode {
  const time = timeOf(ts);
  const words = shortTime(ts);
  return (
    <time className="time" dateTime={time.toISOString()} title={time.toLocaleString()}>
      {bare ? words.replace(/\s?[AP]M$/i, "") : words}
    </time>
  );
}

function Files({ files }: { files: SharedFile[] }): ReactNode {
  return (
    <div className="files">
      {files.map((file) => (
        <Link key={file.id} href={file.url}>
          <span className="file">
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M4 2.5h5L12.5 6v7.5h-8.5zM9 2.5V6h3.5" />
            </svg>
            {file.name}
          </span>
        </Link>
      ))}
    </div>
  );
}

function Reactions({ reactions, world }: { reactions: Reaction[]; world: World }): ReactNode {
  return (
    <div className="reactions">
      {reactions.map(({ name, users }) => {
        const who = users.map((id) => authorOf(world, { user: id, bot_id: null } as Message).name);
        const element = { type: "rich_text_section", elements: [{ type: "emoji", name }] };
        return (
          <span key={name} className="reaction" title={`${who.join(", ")} reacted with :${name}:`}>
            <LibraryBlock block={{ type: "rich_text", elements: [element] }} />
            {users.length}
          </span>
        );
      })}
    </div>
  );
}

/** The sender's own words as they were typed: mentions and entities read back. */
function typedText(world: World, text: string): string {
  const named = text.replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (token, id: string) => {
    const { name } = authorOf(world, { user: id, bot_id: null } as Message);
    return name === id ? token : `@${name}`;
  });
  return decoded(named);
}

function Editor({ message, onDone }: { message: Message; onDone: () => void }): ReactNode {
  const { world, acts, attempt } = useSession();
  const [text, setText] = useState(() => typedText(world, message.text));
  const save = (): void => {
    if (text.trim()) void attempt(acts.edit(message.channel, message.ts, text.trim())).then(onDone);
  };
  return (
    <div className="editor">
      <textarea
        className="field"
        aria-label="Edit message"
        autoFocus
        rows={2}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            save();
          }
        }}
      />
      <div className="editor-buttons">
        <button type="button" className="button" onClick={onDone}>
          Cancel
        </button>
        <button type="button" className="button button-primary" onClick={save}>
          Save
        </button>
      </div>
    </div>
  );
}

const DELETING = {
  title: { type: "plain_text", text: "Delete message" },
  text: {
    type: "plain_text",
    text: "Are you sure that you want to delete this message? This cannot be undone.",
  },
  confirm: { type: "plain_text", text: "Delete" },
  deny: { type: "plain_text", text: "Cancel" },
  style: "danger",
};

interface ToolsProperties {
  message: Message;
  mine: boolean;
  onThread?: () => void;
  onEdit: () => void;
}

/** What appears at a message's corner when one points at it. */
function Tools({ message, mine, onThread, onEdit }: ToolsProperties): ReactNode {
  const { acts, attempt } = useSession();
  const [deleting, setDeleting] = useState(false);
  if (message.ephemeral_for || (!mine && !onThread)) return null;
  return (
    <div className="tools" role="group" aria-label="Message actions">
      {onThread && (
        <button type="button" onClick={onThread}>
          Open thread
        </button>
      )}
      {mine && (
        <>
          <button type="button" onClick={onEdit}>
            Edit
          </button>
          <button type="button" onClick={() => setDeleting(true)}>
            Delete
          </button>
        </>
      )}
      {deleting && (
        <ConfirmDialog
          confirmation={DELETING}
          onDeny={() => setDeleting(false)}
          onConfirm={() => {
            setDeleting(false);
            void attempt(acts.remove(message.channel, message.ts));
          }}
        />
      )}
    </div>
  );
}

const Body = memo(function Body({ message }: { message: Message }): ReactNode {
  const text = useMemo(() => ({ type: "mrkdwn", text: message.text }), [message.text]);
  if (message.blocks && message.blocks.length > 0) return <Blocks blocks={message.blocks} />;
  return message.text ? <Words text={text} /> : null;
});

interface MessageRowProperties {
  message: Message;
  /** Follows another of the same author within minutes: no face and name again. */
  compact: boolean;
  onThread?: () => void;
  children?: ReactNode;
}

export function MessageRow({
  message,
  compact,
  onThread,
  children,
}: MessageRowProperties): ReactNode {
  const { world, acts, attempt } = useSession();
  const [editing, setEditing] = useState(false);
  const author = authorOf(world, message);
  const mine = author.id === world.me;
  const { channel, ts } = message;
  const send = useCallback(
    async (click: Click) => {
      await attempt(acts.clickInMessage({ channel, ts } as Message, click));
    },
    [acts, attempt, channel, ts],
  );
  return (
    <article
      className={`message ${compact ? "is-compact" : ""} ${message.ephemeral_for ? "is-ephemeral" : ""}`}
      data-ts={ts}
      data-author={author.id}
      data-ephemeral={message.ephemeral_for ? "true" : undefined}
      aria-label={`${author.name}, ${shortTime(ts)}`}
    >
      <div className="gutter">
        {compact ? <Time ts={ts} bare /> : <Avatar world={world} id={author.id} />}
      </div>
      <div className="message-main">
        {message.ephemeral_for && <div className="only-you">Only visible to you</div>}
        {!compact && (
          <div className="byline">
            <strong>{author.name}</strong>
            {author.bot && <span className="badge">APP</span>}
            <Time ts={ts} />
          </div>
        )}
        {editing ? (
          <Editor message={message} onDone={() => setEditing(false)} />
        ) : (
          <ClickContext.Provider value={send}>
            <Body message={message} />
          </ClickContext.Provider>
        )}
        {message.edited && !author.bot && <span className="edited">(edited)</span>}
        {message.files.length > 0 && <Files files={message.files} />}
        {message.reactions.length > 0 && <Reactions reactions={message.reactions} world={world} />}
        {children}
      </div>
      <Tools message={message} mine={mine} onThread={onThread} onEdit={() => setEditing(true)} />
    </article>
  );
}
