/** The words of the page's HTTP interface, as the emulated Slack sends them. */

export interface Person {
  id: string;
  name: string;
  display_name: string;
  email: string;
  is_bot: boolean;
  is_guest: boolean;
  color: string;
}

export interface Channel {
  id: string;
  name: string;
  type: "channel" | "im";
  member: boolean;
  bot_is_member: boolean;
  with?: string;
}

export interface Reaction {
  name: string;
  users: string[];
}

export interface SharedFile {
  id: string;
  name: string;
  url: string;
}

/** A Block Kit object. Its shape depends on its `type`; what draws it reads what that type has. */
export type Block = { type: string; block_id?: string } & Record<string, any>;

export interface Message {
  channel: string;
  ts: string;
  thread_ts: string | null;
  user: string | null;
  bot_id: string | null;
  text: string;
  blocks: Block[] | null;
  edited: boolean;
  ephemeral_for: string | null;
  reactions: Reaction[];
  files: SharedFile[];
}

/** What a `title`, `submit` or `close` of a view is: Slack's own text object, or only its text. */
export type ViewText = string | { type: string; text: string } | null;

export interface View {
  id: string;
  callback_id: string;
  type: "modal" | "home";
  title: ViewText;
  submit: ViewText;
  close: ViewText;
  blocks: Block[];
  private_metadata: string;
  errors: Record<string, string> | null;
  /** A sentence above the blocks, when the app did not take what was submitted. */
  notice?: string | null;
}

export interface ThreadState {
  channel: string;
  thread_ts: string;
  status: string;
}

export interface Suggestion {
  title: string;
  message: string;
  what: string;
}

export interface Command {
  command: string;
  usage: string;
}

export interface State {
  workspace: { id: string; name: string };
  me: string;
  bot: { user_id: string; name: string };
  people: Person[];
  channels: Channel[];
  suggestions: Suggestion[];
  commands: Command[];
  messages: Message[];
  views: View[];
  home: View | null;
  statuses: ThreadState[];
  sessions: ThreadState[];
  clock: Clock | null;
  cursor: number;
}

/** The playground's clock: how far ahead of real time it was put, and what it shows (seconds). */
export interface Clock {
  ahead_hours: number;
  now: number;
}

export type Happened =
  | { kind: "message"; message: Message }
  | { kind: "deleted"; channel: string; ts: string }
  | { kind: "view"; view: View }
  | { kind: "view_closed"; id: string }
  | { kind: "home"; home: View | null }
  | { kind: "status"; status: ThreadState }
  | { kind: "session"; session: ThreadState }
  | { kind: "clock"; clock: Clock };

/** What a form's field holds: one value, several, or nothing yet. */
export type FieldValue = string | string[] | null;

/** An option of a select, radio group, checkbox group or overflow menu. */
export interface Option {
  text: { type: string; text: string };
  value: string;
  description?: { type: string; text: string };
}

/** One click on a block's element, as `block_actions` reports it. */
export interface Click {
  action_id: string;
  block_id?: string;
  value?: string;
  selected_option?: Option;
}
