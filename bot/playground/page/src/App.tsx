/** The page: sidebar, channel, and beside it the open thread or the suggestions. */

import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { NamesContext } from "./blocks/Words";
import { ChannelPane } from "./Channel";
import { Modals } from "./Modal";
import { usePlace, useTheme, type Place } from "./place";
import { SessionContext, useFollowing, type Session } from "./session";
import { Sidebar } from "./Sidebar";
import { SuggestionsPane } from "./Suggestions";
import { ThreadPane } from "./Thread";
import type { Channel, Happened } from "./types";
import { BOT_MENTION, type World } from "./world";

function openChannelOf(world: World | undefined, place: Place): Channel | undefined {
  const { channels = [] } = world ?? {};
  return (
    channels.find(({ id }) => id === place.channel) ??
    channels.find(({ bot_is_member, type }) => bot_is_member && type === "channel") ??
    channels[0]
  );
}

/** After a slash command the thread that the bot begins or answers in opens by itself. */
function useThreadAfterCommand(openThread: (thread: string) => void): {
  expect: (channel: string) => void;
  onHappened: (event: Happened) => void;
} {
  const awaited = useRef<{ channel: string; since: number } | null>(null);
  const expect = (channel: string): void => {
    awaited.current = { channel, since: Date.now() };
  };
  const onHappened = (event: Happened): void => {
    const waits = awaited.current;
    if (!waits || event.kind !== "message" || event.message.channel !== waits.channel) return;
    const { bot_id, ephemeral_for, thread_ts, ts } = event.message;
    if (!bot_id) return;
    awaited.current = null;
    const isFresh = Date.now() - waits.since < 10_000;
    if (isFresh && !ephemeral_for) openThread(thread_ts ?? ts);
  };
  return { expect, onHappened };
}

interface LayoutProperties {
  place: Place;
  go: (to: Partial<Place>) => void;
  session: Session;
  onCommand: (channel: string) => void;
}

function Layout({ place, go, session, onCommand }: LayoutProperties): ReactNode {
  const { world, acts } = session;
  const [suggesting, setSuggesting] = useState(() => matchMedia("(min-width: 1100px)").matches);
  const [drawer, setDrawer] = useState(false);
  const channel = openChannelOf(world, place);
  if (!channel) return <p className="empty">There is no channel for you here.</p>;

  const openThread = (thread: string | null): void => go({ channel: channel.id, thread });
  const say = async (text: string, thread?: string): Promise<void> => {
    const isCommand = !thread && text.startsWith("/");
    if (isCommand) onCommand(channel.id);
    const { ts } = await acts.say(channel.id, text, thread);
    const mentions = text.includes(BOT_MENTION) && text.replace(BOT_MENTION, "").trim() !== "";
    const asks = channel.type === "im" || mentions; // a bare mention is answered for its sender alone
    if (!thread && !isCommand && asks && ts) openThread(ts);
  };
  const choose = (to: Partial<Place>): void => {
    setDrawer(false);
    go(to);
  };
  const isOpen = place.thread !== null || suggesting;
  return (
    <div className={`page ${isOpen ? "has-side" : ""} ${drawer ? "has-drawer" : ""}`}>
      <Sidebar
        open={channel}
        onChannel={(id) => choose({ channel: id, thread: null })}
        onPerson={(person) => choose({ person, channel: null, thread: null })}
      />
      <div className="drawer-shade" onClick={() => setDrawer(false)} />
      <ChannelPane
        key={channel.id}
        channel={channel}
        openThread={place.thread}
        onThread={openThread}
        onDrawer={() => setDrawer(true)}
        suggesting={suggesting && place.thread === null}
        onSuggest={() => {
          setSuggesting(place.thread !== null || !suggesting);
          openThread(null);
        }}
        onSay={say}
      />
      {place.thread ? (
        <ThreadPane
          key={place.thread}
          channel={channel}
          thread={place.thread}
          onSay={say}
          onLeave={() => openThread(null)}
        />
      ) : (
        suggesting && (
          <SuggestionsPane channel={channel} onSay={say} onLeave={() => setSuggesting(false)} />
        )
      )}
      <Modals />
    </div>
  );
}

export function App(): ReactNode {
  const [place, go] = usePlace();
  const theme = useTheme();
  const { expect, onHappened } = useThreadAfterCommand((thread) => go({ thread }));
  const shown = useRef<string | null>(place.channel);
  const { session, problem, dismiss } = useFollowing(place.person, shown.current, onHappened);
  const world = session?.world;
  shown.current = openChannelOf(world, place)?.id ?? null;
  useEffect(() => {
    if (world) document.title = `${world.workspace.name} – ${world.bot.name}`;
  }, [world?.workspace.name, world?.bot.name]);

  const names = useMemo(
    () => ({
      me: place.person,
      theme,
      users: [
        ...(world?.people ?? []).map(({ id, name }) => ({ id, name })),
        ...(world ? [{ id: world.bot.user_id, name: world.bot.name }] : []),
      ],
      channels: (world?.channels ?? []).map(({ id, name }) => ({ id, name })),
    }),
    [place.person, theme, world?.people, world?.channels, world?.bot],
  );
  return (
    <NamesContext.Provider value={names}>
      {problem && (
        <div className="problem" role="alert">
          <span>{problem}</span>
          <button type="button" className="button" onClick={dismiss}>
            Dismiss
          </button>
        </div>
      )}
      {session ? (
        <SessionContext.Provider value={session}>
          <Layout key={place.person} place={place} go={go} session={session} onCommand={expect} />
        </SessionContext.Provider>
      ) : (
        <p className="empty">Opening the playground…</p>
      )}
    </NamesContext.Provider>
  );
}
