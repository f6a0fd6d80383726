/** Requests to the emulated Slack, and the stream of what happens there. */

import type { Click, Clock, FieldValue, Happened, Message, State, ThreadState, View } from "./types";

/** The emulated Slack said no, or could not be reached. The message is a sentence for people. */
export class Refused extends Error {}

async function answer<T>(asked: Promise<Response>): Promise<T> {
  let response: Response;
  try {
    response = await asked;
  } catch {
    throw new Refused("The playground cannot be reached. Is it still running?");
  }
  const body: unknown = await response.json().catch(() => ({}));
  if (!response.ok) {
    const error = (body as { error?: string }).error;
    throw new Refused(error ?? `The playground answered with status ${response.status}.`);
  }
  return body as T;
}

function post<T>(path: string, body: object): Promise<T> {
  return answer<T>(
    fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** Everything that one person does, each as one request. */
export class Acts {
  constructor(readonly person: string) {}

  say(channel: string, text: string, thread_ts?: string): Promise<{ ts?: string }> {
    return post("page/say", { person: this.person, channel, text, thread_ts });
  }
  edit(channel: string, ts: string, text: string): Promise<unknown> {
    return post("page/edit", { person: this.person, channel, ts, text });
  }
  remove(channel: string, ts: string): Promise<unknown> {
    return post("page/delete", { person: this.person, channel, ts });
  }
  clickInMessage(message: Message, click: Click): Promise<unknown> {
    const { channel, ts } = message;
    return post("page/click", { person: this.person, channel, message_ts: ts, ...click });
  }
  clickInView(view: View, click: Click): Promise<unknown> {
    return post("page/click", { person: this.person, view_id: view.id, ...click });
  }
  submit(
    view: View,
    values: Record<string, Record<string, FieldValue>>,
  ): Promise<{ errors?: Record<string, string> | null }> {
    return post("page/submit", { person: this.person, view_id: view.id, values });
  }
  close(view: View): Promise<unknown> {
    return post("page/close", { person: this.person, view_id: view.id });
  }
  openHome(tab: "home" | "messages"): Promise<unknown> {
    return post("page/home", { person: this.person, tab });
  }
  putForward(hours: number): Promise<unknown> {
    return post("page/clock", { person: this.person, hours });
  }
  stop(channel: string, thread_ts: string): Promise<unknown> {
    return post("page/stop", { person: this.person, channel, thread_ts });
  }
}

/** What a person sees now. Without a person the emulated Slack may choose one, or refuse. */
export function readState(person: string): Promise<State> {
  return answer<State>(fetch(`page/state?person=${encodeURIComponent(person)}`));
}

type Sent = Record<string, unknown> & { kind: string };

/** The payload of an event, whether it stands under its kind's name or beside it. */
function payload<T>(sent: Sent, name: string): T {
  const nested = sent[name];
  return (typeof nested === "object" ? nested : sent) as T;
}

/** One event of the stream in our words, or null for a kind that this page does not know. */
export function readHappened(data: string): Happened | null {
  const sent = JSON.parse(data) as Sent;
  switch (sent.kind) {
    case "message":
      return { kind: "message", message: payload<Message>(sent, "message") };
    case "deleted": {
      const { channel, ts } = payload<{ channel: string; ts: string }>(sent, "deleted");
      return { kind: "deleted", channel, ts };
    }
    case "view":
      return { kind: "view", view: payload<View>(sent, "view") };
    case "view_closed":
      return { kind: "view_closed", id: payload<{ id: string }>(sent, "view_closed").id };
    case "home":
      return { kind: "home", home: payload<View | null>(sent, "home" in sent ? "home" : "view") };
    case "status":
      return { kind: "status", status: payload<ThreadState>(sent, "status") };
    case "session":
      return { kind: "session", session: payload<ThreadState>(sent, "session") };
    case "clock":
      return { kind: "clock", clock: payload<Clock>(sent, "clock") };
    default:
      return null;
  }
}

export interface Listener {
  state(state: State): void;
  happened(event: Happened): void;
  connected(connected: boolean): void;
  refused(sentence: string): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8000;

/**
 * Reads the state, then follows the stream; returns how to stop.
 *
 * After a broken connection the whole state is read again: the playground may be a new one, whose
 * cursors mean something else. Pauses double from 0.5 s to 8 s.
 */
export function follow(person: string, listener: Listener): () => void {
  let stream: EventSource | null = null;
  let timer: number | undefined;
  let pause = FIRST_PAUSE;
  let stopped = false;

  const again = (): void => {
    stream?.close();
    listener.connected(false);
    timer = window.setTimeout(connect, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  };
  const connect = async (): Promise<void> => {
    let state: State;
    try {
      state = await readState(person);
    } catch (error) {
      if (stopped) return;
      listener.refused(error instanceof Refused ? error.message : String(error));
      again();
      return;
    }
    if (stopped) return;
    listener.state(state);
    const query = new URLSearchParams({ person, after: String(state.cursor) });
    stream = new EventSource(`page/events?${query}`);
    stream.onopen = () => {
      pause = FIRST_PAUSE;
      listener.connected(true);
    };
    stream.onmessage = ({ data }) => {
      const event = readHappened(data as string);
      if (event) listener.happened(event);
    };
    stream.onerror = again;
  };
  void connect();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    stream?.close();
  };
}
