/** What the page knows: the state as read, moved on by each event. Pure. */

import type { Channel, Happened, Message, Person, State, ThreadState, View } from "./types";

/** How the bot is called in a typed message; the emulated Slack makes a mention of it. */
export const BOT_MENTION = "@Fusion";

export interface World extends State {
  connected: boolean;
  /** Messages that came while their channel was not open: channel id -> how many. */
  unread: Record<string, number>;
}

export type Change =
  | { kind: "state"; state: State }
  | { kind: "connected"; connected: boolean }
  | { kind: "read"; channel: string }
  | { kind: "view_errors"; id: string; errors: Record<string, string> }
  | { kind: "happened"; event: Happened; openChannel: string | null };

const sameMessage = (a: Message, b: Message): boolean =>
  a.channel === b.channel && a.ts === b.ts && a.ephemeral_for === b.ephemeral_for;

function withMessage(messages: Message[], message: Message): Message[] {
  const index = messages.findIndex((known) => sameMessage(known, message));
  if (index >= 0) return messages.with(index, message);
  return [...messages, message].sort(byTime);
}

/** Slack's timestamps compare as numbers of seconds and, within one, by their counter. */
export function byTime(a: { ts: string }, b: { ts: string }): number {
  const [aSeconds = "0", aCount = ""] = a.ts.split(".");
  const [bSeconds = "0", bCount = ""] = b.ts.split(".");
  return Number(aSeconds) - Number(bSeconds) || aCount.localeCompare(bCount);
}

function withView(views: View[], view: View): View[] {
  const index = views.findIndex(({ id }) => id === view.id);
  return index >= 0 ? views.with(index, view) : [...views, view];
}

function withThreadState(all: ThreadState[], state: ThreadState): ThreadState[] {
  const others = all.filter(
    ({ channel, thread_ts }) => channel !== state.channel || thread_ts !== state.thread_ts,
  );
  return state.status ? [...others, state] : others;
}

function counted(world: World, message: Message, openChannel: string | null): World["unread"] {
  const isNew = !world.messages.some((known) => sameMessage(known, message));
  if (!isNew || message.channel === openChannel || message.user === world.me) return world.unread;
  return { ...world.unread, [message.channel]: (world.unread[message.channel] ?? 0) + 1 };
}

function afterEvent(world: World, event: Happened, openChannel: string | null): World {
  switch (event.kind) {
    case "message":
      return {
        ...world,
        messages: withMessage(world.messages, event.message),
        unread: counted(world, event.message, openChannel),
      };
    case "deleted":
      return {
        ...world,
        messages: world.messages.filter(
          ({ channel, ts }) => channel !== event.channel || ts !== event.ts,
        ),
      };
    case "view":
      if (event.view.type === "home") return { ...world, home: event.view };
      return { ...world, views: withView(world.views, event.view) };
    case "view_closed":
      return { ...world, views: world.views.filter(({ id }) => id !== event.id) };
    case "home":
      return { ...world, home: event.home };
    case "status":
      return { ...world, statuses: withThreadState(world.statuses, event.status) };
    case "session":
      return { ...world, sessions: withThreadState(world.sessions, event.session) };
    case "clock":
      return { ...world, clock: event.clock };
  }
}

/** The world after a change. Before the first state there is none. */
export function afterChange(world: World | null, change: Change): World | null {
  if (change.kind === "state") {
    const { state } = change;
    const unread = world?.me === state.me ? world.unread : {};
    const messages = [...state.messages].sort(byTime);
    return { ...state, messages, connected: true, unread };
  }
  if (!world) return null;
  switch (change.kind) {
    case "connected":
      return { ...world, connected: change.connected };
    case "read":
      return { ...world, unread: { ...world.unread, [change.channel]: 0 } };
    case "view_errors":
      return {
        ...world,
        views: world.views.map((view) =>
          view.id === change.id ? { ...view, errors: change.errors } : view,
        ),
      };
    case "happened":
      return afterEvent(world, change.event, change.openChannel);
  }
}

/** A channel's own messages: those that are in no thread, or that began one. */
export function rootMessages(world: World, channel: string): Message[] {
  return world.messages.filter(
    (message) =>
      message.channel === channel && (!message.thread_ts || message.thread_ts === message.ts),
  );
}

/** A thread: the message that began it, if it is still there, and the replies. */
export function threadMessages(world: World, channel: string, root: string): Message[] {
  return world.messages.filter(
    (message) => message.channel === channel && (message.ts === root || message.thread_ts === root),
  );
}

export function personOf(world: World, id: string | null): Person | undefined {
  return world.people.find((person) => person.id === id);
}

/** Who wrote a message: the bot's messages may carry only its bot id. */
export function authorOf(
  world: World,
  message: Message,
): { id: string; name: string; bot: boolean } {
  const isBot = message.bot_id !== null || message.user === world.bot.user_id;
  if (isBot) return { id: world.bot.user_id, name: world.bot.name, bot: true };
  const person = personOf(world, message.user);
  return { id: message.user ?? "", name: person?.name ?? message.user ?? "Somebody", bot: false };
}

/** What a channel is called on the page: `#finance`, or the bot's name for the DM with it. */
export function channelTitle(world: World, channel: Channel): string {
  return channel.type === "im" ? world.bot.name : `#${channel.name}`;
}

export function statusOf(all: ThreadState[], channel: string, thread: string): string {
  const found = all.find((state) => state.channel === channel && state.thread_ts === thread);
  return found?.status ?? "";
}
