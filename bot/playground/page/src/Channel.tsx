/** The channel in the middle: its head, its messages or the App Home, and the composer. */

import { useEffect, useState, type ReactNode } from "react";
import { Avatar } from "./Avatar";
import { Composer } from "./Composer";
import { Home } from "./Home";
import { MessageList } from "./MessageList";
import { useSession } from "./session";
import type { Channel } from "./types";
import { channelTitle, rootMessages } from "./world";

interface ChannelPaneProperties {
  channel: Channel;
  openThread: string | null;
  onThread: (ts: string) => void;
  onDrawer: () => void;
  suggesting: boolean;
  onSuggest: () => void;
  onSay: (text: string) => Promise<void>;
}

function Intro({ channel }: { channel: Channel }): ReactNode {
  const { world } = useSession();
  if (channel.type === "im") {
    return (
      <div className="intro">
        <Avatar world={world} id={world.bot.user_id} />
        <h2>{world.bot.name}</h2>
        <p>
          This is between you and {world.bot.name}. Each message that you send is a new question.
        </p>
      </div>
    );
  }
  return (
    <div className="intro">
      <h2># {channel.name}</h2>
      {channel.bot_is_member ? (
        <p>
          Mention <strong>@{world.bot.name}</strong> to ask the agent. It answers in a thread.
        </p>
      ) : (
        <p>{world.bot.name} is not in this channel.</p>
      )}
    </div>
  );
}

type Tab = "messages" | "home";

/** The tabs of the bot's DM. Opening one is told to the bot, as Slack does. */
function Tabs({ tab, onTab }: { tab: Tab; onTab: (tab: Tab) => void }): ReactNode {
  const label = { messages: "Messages", home: "Home" };
  return (
    <div className="tabs" role="tablist" aria-label="Views of this app">
      {(["home", "messages"] as const).map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={tab === name}
          onClick={() => onTab(name)}
        >
          {label[name]}
        </button>
      ))}
    </div>
  );
}

function Head(properties: ChannelPaneProperties & { tabs: ReactNode }): ReactNode {
  const { channel, onDrawer, suggesting, onSuggest, tabs } = properties;
  const { world } = useSession();
  return (
    <header className="pane-head">
      <button
        type="button"
        className="icon-button drawer-button"
        aria-label="Channels"
        onClick={onDrawer}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2.5 4.5h11m-11 3.5h11m-11 3.5h11" />
        </svg>
      </button>
      <h1>
        {channel.type === "im" && <Avatar world={world} id={world.bot.user_id} size="small" />}
        {channelTitle(world, channel)}
        {channel.type === "im" && <span className="badge">APP</span>}
      </h1>
      {tabs}
      <button type="button" className="button try" aria-pressed={suggesting} onClick={onSuggest}>
        Try this
      </button>
    </header>
  );
}

export function ChannelPane(properties: ChannelPaneProperties): ReactNode {
  const { channel, openThread, onThread, onSay } = properties;
  const { world, acts, attempt, change } = useSession();
  const [tab, setTab] = useState<Tab>("messages");
  const title = channelTitle(world, channel);
  const isDm = channel.type === "im";
  const messages = rootMessages(world, channel.id);
  useEffect(() => {
    change({ kind: "read", channel: channel.id });
    if (isDm) void attempt(acts.openHome("messages"));
  }, [channel.id, isDm, acts, attempt, change]);
  const openTab = (next: Tab): void => {
    setTab(next);
    void attempt(acts.openHome(next));
  };
  return (
    <main className="channel" aria-label={title} data-testid="channel">
      <Head {...properties} tabs={isDm && <Tabs tab={tab} onTab={openTab} />} />
      {isDm && tab === "home" ? (
        <Home />
      ) : (
        <>
          <MessageList
            label={`Messages in ${title}`}
            messages={messages}
            openThread={openThread}
            onThread={onThread}
            intro={<Intro channel={channel} />}
          />
          <Composer
            label={`Message ${title}`}
            testId="composer"
            autoFocus={matchMedia("(min-width: 900px)").matches}
            onSend={onSay}
          />
        </>
      )}
    </main>
  );
}
