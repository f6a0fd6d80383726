"""What somebody could ask first: the starter questions of their agent team, in the direct messages."""

import asyncio
from collections import OrderedDict

import structlog

from bot.choosing import Choosing
from bot.domain.turn import Person
from bot.slack.outbound import Outbound, SlackRefused, SlackUnanswered, SlackUnavailable
from bot.slack.text.safe import shorten
from storage.errors import StorageError

log = structlog.get_logger(__name__)

METHOD = "assistant.threads.setSuggestedPrompts"
MOST = 4  # of Slack's
REMEMBERED = 5000


class Prompts:
    """Offers them when somebody opens their direct messages; best effort."""

    def __init__(self, choosing: Choosing, outbound: Outbound) -> None:
        self._choosing = choosing
        self._outbound = outbound
        self._offered: OrderedDict[str, str] = OrderedDict()  # by person: of which team
        self._tasks: set[asyncio.Task[None]] = set()

    def offer(self, person: Person, channel: str) -> None:
        """Offer the questions of the team that would answer here; returns at once."""
        task = asyncio.create_task(self._offer(person, channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop what has not been sent."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _offer(self, person: Person, channel: str) -> None:
        try:
            team = await self._choosing.team_for(person, channel)
            questions = team.starter_questions[:MOST]
            if not questions or self._offered.get(person.key) == team.code:
                return
            self._offered[person.key] = team.code
            if len(self._offered) > REMEMBERED:
                self._offered.popitem(last=False)
            prompts = [{"title": shorten(each, 70), "message": each} for each in questions]
            arguments = {"channel_id": channel, "prompts": prompts}
            await self._outbound.call(METHOD, person.workspace, arguments)
        except (SlackRefused, SlackUnavailable, SlackUnanswered, StorageError) as error:
            log.info("no_prompts", error=str(error))
