"""What the bot shows beside its messages: thread statuses, agent sessions, titles, prompts."""

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.playground.slack.changes import Changes

Json = dict[str, Any]
Thread = tuple[str, str]
"""A channel's id and a thread's root ts."""

STATUS_LIFE = 120.0
SESSION_STATUSES = ("active", "processing", "suspended", "closed")


@dataclass(slots=True, eq=False)
class Session:
    """An agent session: one per thread."""

    channel: str
    thread_ts: str
    status: str
    title: str = ""
    initiator: str | None = None


class AgentSessions:
    """Statuses go away by themselves after two minutes, as Slack documents."""

    def __init__(self, changes: Changes) -> None:
        self.status_life = STATUS_LIFE
        self.statuses: dict[Thread, str] = {}
        self.history: list[tuple[str, str, str]] = []
        self.sessions: dict[Thread, Session] = {}
        self.titles: dict[Thread, str] = {}
        self.prompts: dict[tuple[str, str | None], list[Json]] = {}
        self._changes = changes
        self._timers: dict[Thread, asyncio.TimerHandle] = {}

    def set_status(self, channel: str, thread_ts: str, status: str) -> None:
        """Shows a status below a thread; an empty one removes it."""
        thread = (channel, thread_ts)
        self._forget_timer(thread)
        if status:
            self.statuses[thread] = status
            self._timers[thread] = asyncio.get_running_loop().call_later(
                self.status_life, self.set_status, channel, thread_ts, ""
            )
        else:
            self.statuses.pop(thread, None)
        self.history.append((channel, thread_ts, status))
        shown = {"channel": channel, "thread_ts": thread_ts, "status": status}
        self._changes.note("status", shown, channel=channel)

    def message_came(self, channel: str, thread_ts: str) -> None:
        """A message of the bot in the thread ends its status."""
        if (channel, thread_ts) in self.statuses:
            self.set_status(channel, thread_ts, "")

    def set_session(
        self, channel: str, thread_ts: str, status: str, title: str, initiator: str | None
    ) -> Session:
        """Creates the thread's session or changes its status; a title counts only at creation."""
        session = self.sessions.get((channel, thread_ts))
        if session is None:
            session = Session(channel, thread_ts, status, title, initiator)
            self.sessions[channel, thread_ts] = session
        session.status = status
        shown = {"channel": channel, "thread_ts": thread_ts, "status": status}
        self._changes.note("session", shown, channel=channel)
        return session

    def _forget_timer(self, thread: Thread) -> None:
        timer = self._timers.pop(thread, None)
        if timer is not None:
            timer.cancel()

    def stop(self) -> None:
        """Lets no timer outlive the server."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
