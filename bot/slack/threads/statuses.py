"""The line that Slack shows below a thread while a run's progress may not be edited yet.

Edits are fifty a minute for a whole workspace; this line has a budget of its own for each channel, so
people see that work goes on also where many runs share the edits. Nothing depends on it. Slack writes the
app's name before it.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from bot.domain.run import Run
from bot.domain.turn import Person, Place
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.people.speaking import Languages
from bot.slack.text.safe import shorten, tidy
from bot.slack.words import ENGLISH, general as say, speaking

log = structlog.get_logger(__name__)

METHOD = "assistant.threads.setStatus"
BETWEEN = 5.0  # seconds between two lines of a run
STANDS_FOR = 90.0  # seconds; Slack removes a line after two minutes
PER_MINUTE = 40  # of Slack's sixty for each channel
MINUTE = 61.0
LONGEST = 100
AT_MOST = 200  # calls under way


@dataclass(slots=True)
class _Said:
    text: str
    at: float
    place: Place


class Statuses:
    """Sets and removes these lines, by tasks of its own."""

    def __init__(self, outbound: Outbound, languages: Languages | None = None) -> None:
        self._outbound = outbound
        self._languages = languages
        self._said: dict[str, _Said] = {}  # by run
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)  # by channel
        self._tasks: set[asyncio.Task[None]] = set()
        self._without: set[str] = set()  # workspaces that have no such line

    def say(self, run: Run, place: Place) -> None:
        """Show the newest progress of a run, if it is news or about to vanish, and Slack grants it."""
        text = shorten(tidy(run.progress[-1]).strip(), LONGEST) if run.progress else ""
        now, before = self._outbound.now(), self._said.get(run.id)
        if not text or place.ts is None or place.workspace in self._without:
            return
        if before is not None:
            same = before.text == text
            if now - before.at < (STANDS_FOR if same else BETWEEN):
                return
        if len(self._tasks) < AT_MOST and self._is_granted(place.channel, now):
            self._said[run.id] = _Said(text, now, place)
            self._own(self._say(run.turn.asker, place, text))

    def end(self, run: Run) -> None:
        """Nothing goes on any more: remove the line, if there is one."""
        said = self._said.pop(run.id, None)
        if said is not None and said.place.workspace not in self._without:
            self._own(self._tell(said.place, ""))

    async def close(self) -> None:
        """Stop what has not been sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_granted(self, channel: str, now: float) -> bool:
        calls = self._calls[channel]
        while calls and calls[0] <= now - MINUTE:
            calls.popleft()
        if len(calls) >= PER_MINUTE:
            return False
        calls.append(now)
        return True

    def _own(self, telling: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(telling)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _say(self, asker: Person, place: Place, text: str) -> None:
        language = await self._languages.language(asker) if self._languages else ENGLISH
        with speaking(language):
            await self._tell(place, say.doing(text))

    async def _tell(self, place: Place, text: str) -> None:
        arguments = {"channel_id": place.channel, "thread_ts": place.ts, "status": text}
        try:
            await self._outbound.call(METHOD, place.workspace, arguments)
        except SlackRefused as refused:
            if refused.error in {"unknown_method", "missing_scope", "not_allowed_token_type"}:
                self._without.add(place.workspace)
            log.info("no_status", channel=place.channel, error=refused.error)
        except (SlackUnavailable, SlackUnanswered) as trouble:
            log.info("no_status", channel=place.channel, error=str(trouble))
