"""In which language somebody is spoken to: that of their Slack."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain.turn import Person
from bot.slack.words import speak

PATIENCE = 0.5  # seconds: an acknowledgement does not wait longer for a language


class Languages(Protocol):
    """Knows people's languages."""

    async def language(self, person: Person) -> str:
        """The language of a person; English where Slack does not say. Never fails."""


class Speaking(AsyncMiddleware):
    """Before a listener runs: from now on speak the language of whoever this is from."""

    def __init__(self, languages: Languages) -> None:
        self._languages = languages

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
        **_: Any,
    ) -> BoltResponse | None:
        """See AsyncMiddleware."""
        del resp
        user, team = req.context.user_id, req.context.team_id
        if user and team:
            try:
                async with asyncio.timeout(PATIENCE):
                    speak(await self._languages.language(Person(team, user)))
            except TimeoutError:
                pass  # in English, then
        return await next()
