/** The left sidebar: the workspace, who one is, the channels, and the DM with the bot. */

import { useId, type ReactNode } from "react";
import { Avatar } from "./Avatar";
import { ClockControl } from "./ClockControl";
import { useSession } from "./session";
import type { Channel } from "./types";
import { channelTitle } from "./world";

function ChannelButton({
  channel,
  open,
  onOpen,
}: {
  channel: Channel;
  open: boolean;
  onOpen: () => void;
}): ReactNode {
  const { world } = useSession();
  const unread = world.unread[channel.id] ?? 0;
  return (
    <li>
      <button
        type="button"
        className={`channel-link ${unread ? "is-unread" : ""}`}
        aria-current={open ? "page" : undefined}
        data-channel={channel.id}
        onClick={onOpen}
      >
        {channel.type === "im" ? (
          <Avatar world={world} id={world.bot.user_id} size="tiny" />
        ) : (
          <span className="hash" aria-hidden="true">
            #
          </span>
        )}
        <span className="channel-name">
          {channel.type === "im" ? channelTitle(world, channel) : channel.name}
        </span>
        {channel.type === "im" && <span className="badge">APP</span>}
        {unread > 0 && (
          <span className="unread" aria-label={`${unread} new`}>
            {unread}
          </span>
        )}
      </button>
    </li>
  );
}

function PersonSwitcher({ onPerson }: { onPerson: (person: string) => void }): ReactNode {
  const { world } = useSession();
  const id = useId();
  const people = world.people.filter(({ is_bot }) => !is_bot);
  const other = people.find((person) => person.id !== world.me);
  return (
    <div className="switcher">
      <label htmlFor={id}>You are</label>
      <div className="switcher-row">
        <Avatar world={world} id={world.me} size="small" />
        <select id={id} value={world.me} onChange={(event) => onPerson(event.target.value)}>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
              {person.is_guest ? " (guest)" : ""}
            </option>
          ))}
        </select>
      </div>
      {other && (
        <a className="second" href={`?person=${other.id}`} target="_blank" rel="noopener">
          Be {other.name.split(" ")[0]} in another tab ↗︎
        </a>
      )}
    </div>
  );
}

interface SidebarProperties {
  open: Channel;
  onChannel: (id: string) => void;
  onPerson: (person: string) => void;
}

export function Sidebar({ open, onChannel, onPerson }: SidebarProperties): ReactNode {
  const { world } = useSession();
  const list = (type: Channel["type"]): ReactNode =>
    world.channels
      .filter((channel) => channel.type === type)
      .map((channel) => (
        <ChannelButton
          key={channel.id}
          channel={channel}
          open={channel.id === open.id}
          onOpen={() => onChannel(channel.id)}
        />
      ));
  return (
    <nav className="sidebar" aria-label="Channels and messages">
      <div className="workspace">{world.workspace.name}</div>
      <PersonSwitcher onPerson={onPerson} />
      <div className="channels">
        <h2>Channels</h2>
        <ul>{list("channel")}</ul>
        <h2>Direct messages</h2>
        <ul>{list("im")}</ul>
      </div>
      <ClockControl />
      <p className="note">
        <span className={`lamp ${world.connected ? "is-on" : ""}`} aria-hidden="true" />
        <span role="status">{world.connected ? "Connected" : "Connecting again…"}</span>
        <small>Slack and Fusion are emulated here. The bot between them is the real one.</small>
      </p>
    </nav>
  );
}
