/** Messages in order, days between them, kept scrolled to the newest unless one reads further up. */

import { Fragment, useLayoutEffect, useRef, type ReactNode } from "react";
import { Avatar } from "./Avatar";
import { MessageRow, shortTime, timeOf } from "./Message";
import { useSession } from "./session";
import type { Message } from "./types";
import { authorOf, threadMessages, type World } from "./world";

const SAME_BREATH = 5 * 60 * 1000;

function dayOf(ts: string): string {
  const time = timeOf(ts);
  const days = Math.round(
    (new Date().setHours(0, 0, 0, 0) - new Date(time).setHours(0, 0, 0, 0)) / 86_400_000,
  );
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return time.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" });
}

/** Whether a message is drawn under the one before, as one breath of the same author. */
function continues(world: World, before: Message | undefined, message: Message): boolean {
  if (!before || before.ephemeral_for || message.ephemeral_for) return false;
  if (authorOf(world, before).id !== authorOf(world, message).id) return false;
  const apart = timeOf(message.ts).getTime() - timeOf(before.ts).getTime();
  return apart < SAME_BREATH;
}

function hasReplies(world: World, root: Message): boolean {
  return threadMessages(world, root.channel, root.ts).some(({ ts }) => ts !== root.ts);
}

/** "2 replies" under a message that began a thread. */
function Replies({ message, onThread }: { message: Message; onThread: () => void }): ReactNode {
  const { world } = useSession();
  const replies = threadMessages(world, message.channel, message.ts).filter(
    ({ ts, ephemeral_for }) => ts !== message.ts && !ephemeral_for,
  );
  const last = replies.at(-1);
  if (!last) return null;
  const authors = [...new Set(replies.map((reply) => authorOf(world, reply).id))].slice(0, 4);
  return (
    <button type="button" className="replies" onClick={onThread}>
      {authors.map((id) => (
        <Avatar key={id} world={world} id={id} size="tiny" />
      ))}
      <strong>{replies.length === 1 ? "1 reply" : `${replies.length} replies`}</strong>
      <span className="time">Last at {shortTime(last.ts)}</span>
    </button>
  );
}

/** Keeps the end in view while one is at the end; one's own new message always brings it there. */
function useFollowedEnd(
  messages: Message[],
  me: string,
  extra: unknown,
): React.RefObject<HTMLDivElement> {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const lastTs = useRef("");
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return undefined;
    const onScroll = (): void => {
      atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    };
    const stay = (): void => {
      if (atEnd.current) box.scrollTop = box.scrollHeight;
    };
    box.addEventListener("scroll", onScroll, { passive: true });
    const sizes = new ResizeObserver(stay);
    sizes.observe(box);
    return () => {
      box.removeEventListener("scroll", onScroll);
      sizes.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    const last = messages.at(-1);
    const isMyNewest = last !== undefined && last.ts !== lastTs.current && last.user === me;
    lastTs.current = last?.ts ?? "";
    if (list.current && (atEnd.current || isMyNewest))
      list.current.scrollTop = list.current.scrollHeight;
  }, [messages, me, extra]);
  return list;
}

interface MessageListProperties {
  label: string;
  messages: Message[];
  openThread?: string | null;
  /** In a channel: opens a message's thread. A thread's own list has none. */
  onThread?: (ts: string) => void;
  /** What stands before the first message. */
  intro?: ReactNode;
  /** What stands after the last one, as "Fusion is thinking…". */
  status?: ReactNode;
}

export function MessageList(properties: MessageListProperties): ReactNode {
  const { label, messages, openThread, onThread, intro, status } = properties;
  const { world } = useSession();
  const list = useFollowedEnd(messages, world.me, status);
  return (
    <div
      className="messages"
      ref={list}
      role="log"
      aria-label={label}
      aria-live="polite"
      tabIndex={0}
    >
      <div className="messages-inner">
        {intro}
        {messages.map((message, index) => {
          const before = messages[index - 1];
          const isNewDay = !before || dayOf(before.ts) !== dayOf(message.ts);
          const isAfterThread = onThread && before && hasReplies(world, before);
          const compact = !isAfterThread && !isNewDay && continues(world, before, message);
          const open = onThread && !message.ephemeral_for ? () => onThread(message.ts) : undefined;
          return (
            <Fragment key={`${message.ts} ${message.ephemeral_for ?? ""}`}>
              {isNewDay && (
                <div className="day">
                  <span>{dayOf(message.ts)}</span>
                </div>
              )}
              <div className={openThread === message.ts ? "is-open" : undefined}>
                <MessageRow message={message} compact={compact} onThread={open}>
                  {open && <Replies message={message} onThread={open} />}
                </MessageRow>
              </div>
            </Fragment>
          );
        })}
        {status}
      </div>
    </div>
  );
}
