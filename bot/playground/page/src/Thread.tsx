/** The thread on the right: its messages, what the bot is doing, Stop, and the composer. */

import type { ReactNode } from "react";
import { Composer } from "./Composer";
import { MessageList } from "./MessageList";
import { useSession } from "./session";
import { ThreadSuggestions } from "./Suggestions";
import type { Channel } from "./types";
import { channelTitle, statusOf, threadMessages } from "./world";

interface ThreadPaneProperties {
  channel: Channel;
  thread: string;
  onSay: (text: string, thread: string) => Promise<void>;
  onLeave: () => void;
}

/** What the bot says that it is doing now. Slack puts the app's name before it. */
function ThreadStatus({ channel, thread }: { channel: string; thread: string }): ReactNode {
  const { world } = useSession();
  const status = statusOf(world.statuses, channel, thread);
  if (!status) return null;
  return (
    <div className="status" role="status" data-testid="status">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {status.startsWith(world.bot.name) ? status : `${world.bot.name} ${status}`}
    </div>
  );
}

/** Slack's own Stop, there while the session is processing. */
function StopSession({ channel, thread }: { channel: string; thread: string }): ReactNode {
  const { world, acts, attempt } = useSession();
  if (statusOf(world.sessions, channel, thread) !== "processing") return null;
  return (
    <button
      type="button"
      className="stop"
      aria-label={`Stop ${world.bot.name}`}
      data-testid="session-stop"
      onClick={() => void attempt(acts.stop(channel, thread))}
    >
      <span aria-hidden="true">■</span> Stop
    </button>
  );
}

export function ThreadPane({ channel, thread, onSay, onLeave }: ThreadPaneProperties): ReactNode {
  const { world } = useSession();
  const messages = threadMessages(world, channel.id, thread);
  const status = statusOf(world.statuses, channel.id, thread);
  const say = (text: string): Promise<void> => onSay(text, thread);
  return (
    <aside className="side thread" aria-label="Thread" data-testid="thread" data-thread-ts={thread}>
      <header className="pane-head">
        <div>
          <h2>Thread</h2>
          <p>{channelTitle(world, channel)}</p>
        </div>
        <button type="button" className="icon-button" aria-label="Close thread" onClick={onLeave}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M4 4l8 8m0-8l-8 8" />
          </svg>
        </button>
      </header>
      <MessageList
        label="Messages in the thread"
        messages={messages}
        status={status && <ThreadStatus channel={channel.id} thread={thread} />}
      />
      <ThreadSuggestions onSay={say} />
      <Composer label="Reply in thread" testId="thread-composer" inThread onSend={say}>
        <StopSession channel={channel.id} thread={thread} />
      </Composer>
    </aside>
  );
}
