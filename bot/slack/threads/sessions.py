"""Agent sessions: Slack's own sign that work goes on in a thread, with its own Stop.

Nothing depends on them. What a thread's session shall be is remembered, the newest counts, and one
task tells Slack at the pace that it grants; a workspace that has no sessions is not told again.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.domain.run import Run, State
from bot.domain.turn import Place
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.text.safe import shorten

log = structlog.get_logger(__name__)

METHOD = "agents.sessions.setStatus"
TITLE = "assistant.threads.setTitle"  # what a thread of direct messages is called in its list
AT_MOST = 1000  # threads that wait to be told of, or that are remembered
PACE = 1.5  # seconds between two calls: well within Slack's fifty a minute
LONGEST_TITLE = 200
# Of this thread alone; any other refusal means that this workspace has no sessions.
OF_THE_THREAD = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", "thread_not_found"}
)


class Session(StrEnum):
    """What a thread's session is."""

    PROCESSING = "processing"  # Slack shows that work goes on, and its Stop
    SUSPENDED = "suspended"  # somebody must act
    ACTIVE = "active"  # nothing goes on


@dataclass(frozen=True, slots=True)
class _Wanted:
    place: Place
    session: Session
    title: str
    initiator: str
    is_first: bool = False


def session_of(run: Run) -> Session:
    """What the session of a run's thread is while this run is the newest one there."""
    if run.ended_at is not None:
        return Session.ACTIVE
    pending = run.pending
    waits = run.state is State.WAITING and pending is not None and pending.waiting.answerable
    return Session.SUSPENDED if waits or run.needs_sign_in else Session.PROCESSING


class Sessions:
    """Tells Slack of sessions."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._wanted: dict[tuple[str, str, str], _Wanted] = {}
        self._told: OrderedDict[tuple[str, str, str], Session] = OrderedDict()
        self._without: set[str] = set()  # workspaces that have no sessions
        self._task: asyncio.Task[None] | None = None

    def show(self, run: Run, place: Place, title: str) -> None:
        """The session of this thread shall be as its run is; returns at once."""
        waits_its_turn = run.state is State.QUEUED or run.ahead > 0  # or did, and was withdrawn
        if place.ts is None or waits_its_turn or place.workspace in self._without:
            return
        key, session = (place.workspace, place.channel, place.ts), session_of(run)
        if self._told.get(key) is session:
            self._wanted.pop(key, None)
            return
        if key in self._wanted and key not in self._told and session is Session.ACTIVE:
            del self._wanted[key]  # over before Slack heard that it had begun
            return
        if len(self._wanted) >= AT_MOST and key not in self._wanted:
            return
        self._wanted[key] = _Wanted(
            place,
            session,
            shorten(title, LONGEST_TITLE),
            run.turn.asker.user,
            key not in self._told,
        )
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._tell_all())

    async def close(self) -> None:
        """Tell nothing any more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _tell_all(self) -> None:
        while self._wanted:
            key = next(iter(self._wanted))
            wanted = self._wanted.pop(key)
            if await self._tell(wanted):
                self._told[key] = wanted.session
                self._told.move_to_end(key)
            while len(self._told) > AT_MOST:
                self._told.popitem(last=False)
            await asyncio.sleep(PACE if len(self._wanted) > 1 else 0)

    async def _tell(self, wanted: _Wanted) -> bool:
        """Whether Slack knows now, or never will: what it did not hear counts as not told."""
        place = wanted.place
        arguments = {
            "channel_id": place.channel,
            "thread_ts": place.ts,
            "status": wanted.session.value,
            "title": wanted.title,
            "initiator_user_id": wanted.initiator,
        }
        try:
            await self._outbound.call(METHOD, place.workspace, arguments)
        except SlackRefused as refused:
            if refused.error not in OF_THE_THREAD:
                self._without.add(place.workspace)
                log.info("no_agent_sessions", workspace=place.workspace, error=refused.error)
            return True
        except (SlackUnavailable, SlackUnanswered) as trouble:
            log.info("session_not_told", channel=place.channel, error=str(trouble))
            return False
        if place.channel.startswith("D") and wanted.is_first and wanted.title:
            await self._name(place, wanted.title)
        return True

    async def _name(self, place: Place, title: str) -> None:
        arguments = {"channel_id": place.channel, "thread_ts": place.ts, "title": title}
        try:
            await self._outbound.call(TITLE, place.workspace, arguments)
        except (SlackRefused, SlackUnavailable, SlackUnanswered) as trouble:
            log.info("thread_not_named", channel=place.channel, error=str(trouble))
