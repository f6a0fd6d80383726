"""One access token that all share, kept until shortly before it expires."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.agent import Unavailable
from bot.domain.turn import Person

RENEW_BEFORE = timedelta(minutes=5)
RENEW_AT_SHARE = 0.8  # of its life, for a token that lives less than 25 minutes
# While a renewal ahead of time fails, the old token serves; this long between tries.
RENEW_PAUSE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token, and what brings the next one where there is such a thing.

    `value` and `refresh_token` are secrets and stay out of its repr.
    """

    value: str = field(repr=False)
    expires_at: datetime
    scope: str = ""
    refresh_token: str | None = field(default=None, repr=False)


class SharedTokens:
    """The access token of a shared identity: every person gets the same one.

    `fetch` asks for a new one and raises NotSignedIn or Unavailable. However many wait, one
    request is made; one that stops waiting takes nothing from the others.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[AccessToken]], clock: Callable[[], datetime]
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._token: AccessToken | None = None
        self._renew_at: datetime | None = None
        self._fetching: asyncio.Task[AccessToken] | None = None

    async def token(self, person: Person) -> str:  # noqa: ARG002 – the same for all
        """The token; a new one when less than RENEW_BEFORE or a fifth of its life remains.

        Raises NotSignedIn or Unavailable; the latter only once the old one has expired.
        """
        old, now = self._token, self._clock()
        if old is None or self._renew_at is None or now >= old.expires_at:
            return (await self._fetched()).value
        if now < self._renew_at:
            return old.value
        try:
            return (await self._fetched()).value
        except Unavailable:
            if self._clock() >= old.expires_at:
                raise
            self._renew_at = self._clock() + RENEW_PAUSE
            return old.value

    async def renew(self, person: Person, stale: str) -> str:  # noqa: ARG002 – the same for all
        """Another token than `stale`; asked for only if nobody has renewed it meanwhile.

        Raises NotSignedIn or Unavailable.
        """
        kept = self._token
        if kept is not None and kept.value != stale and self._clock() < kept.expires_at:
            return kept.value
        return (await self._fetched()).value

    async def close(self) -> None:
        """End a request under way; whoever waits for it is told Unavailable."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait({self._fetching})

    async def _fetched(self) -> AccessToken:
        """The token that the one request under way brings; starts it if there is none."""
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._fetch_once(), name="access token")
            self._fetching.add_done_callback(self._done)
        task = self._fetching
        await asyncio.wait({task})  # unlike awaiting it, this leaves it alone when cancelled
        if task.cancelled():
            raise Unavailable("The bot is stopping.")
        return task.result()

    async def _fetch_once(self) -> AccessToken:
        token = await self._fetch()
        now = self._clock()
        life = token.expires_at - now
        self._token = token
        self._renew_at = now + max(life - RENEW_BEFORE, life * RENEW_AT_SHARE)
        return token

    def _done(self, task: asyncio.Task[AccessToken]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # looked at, so that it is not reported if nobody waits any more
