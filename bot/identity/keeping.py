"""Keeps access tokens: one for each person, or one for all; sealed at rest, renewed by one caller.

A refresh token may be good for one use only (RFC 9700 section 4.14.2), so whoever renews holds a
lock in the store: over all replicas one caller asks, and everybody else waits and reads. What was
read is trusted for half a minute: a sign-out in another replica is noticed then.
"""

import asyncio
import random
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot.domain.agent import SignInNeeded, Unavailable
from bot.domain.turn import Person
from bot.identity.kept_token import KeptToken, decode_token, encode_token
from bot.identity.obtaining import Obtains
from bot.identity.tokens import AccessToken
from bot.one_answer import Closed, OneAnswer
from storage.errors import StorageError
from storage.rows import TokenRow
from storage.store import Store

log = structlog.get_logger(__name__)

EVERYBODY = "everybody"  # no person's key: those have a colon in them
TRUSTED_FOR = timedelta(seconds=30)
REMEMBERED = 5000
LOCKED_FOR = timedelta(seconds=60)  # longer than any request to the identity domain takes
LOCK_PATIENCE = timedelta(seconds=30)
LOOK_AGAIN = 0.2  # seconds, while another replica renews
# While a renewal ahead of time fails, the old token serves; this long between tries.
RENEW_PAUSE = timedelta(seconds=30)
KEEP_TRIES = 10
KEEP_PAUSE = 0.5
CLOSES_WITHIN = 3.0  # seconds: a renewal under way may have spent a refresh token already


class Ownership(Protocol):
    """Whose tokens are, and who may use them."""

    async def expect(self, person: Person) -> str:
        """Whose token this person needs. Raises NoFusionUser for who may have none, or Unavailable.

        Asked each time, and before a token is asked for: a refresh token is not spent on a guest.
        """

    def owner(self, expected: str, token: AccessToken) -> str:
        """Whose it is. Raises NotSignedIn where that is not who was expected."""


@dataclass(frozen=True, slots=True)
class _Remembered:
    kept: KeptToken = field(repr=False)
    until: datetime


class TokenKeeper:
    """Access tokens, as `bot.fusion.client.AccessTokens` wants them."""

    def __init__(
        self,
        store: Store,
        obtains: Obtains,
        ownership: Ownership,
        *,
        is_shared: bool,
        origin: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._obtains = obtains
        self._ownership = ownership
        self._is_shared = is_shared
        self._origin = origin
        self._clock = clock
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._renewing: OneAnswer[KeptToken] = OneAnswer()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def token(self, person: Person) -> str:
        """This person's access token; a new one when less than five minutes remain.

        Raises NotSignedIn (SignInNeeded where signing in would help), Unavailable or StorageError;
        Unavailable only once the old token has expired.
        """
        expected = await self._ownership.expect(person)
        remembered = self._remembered.get(self._owner(person))
        if remembered is not None and self._clock() < remembered.until:
            return remembered.kept.token.value
        return (await self._renewed(person, expected, "")).token.value

    async def renew(self, person: Person, stale: str) -> str:
        """Another token than `stale`; asked for only if nobody has renewed it meanwhile."""
        remembered = self._remembered.get(self._owner(person))
        if remembered is not None and remembered.kept.token.value != stale:
            return await self.token(person)
        expected = await self._ownership.expect(person)
        return (await self._renewed(person, expected, stale)).token.value

    async def kept(self, person: Person) -> KeptToken | None:
        """What is kept for this person, whether it is still good or not."""
        found, _ = await self._read(self._owner(person))
        return found

    async def keep(self, person: Person, token: AccessToken) -> str:
        """Keep what a sign-in brought, if it is this person's; returns their user name.

        Raises NotSignedIn where it is not, and StorageError.
        """
        user_name = self._ownership.owner(await self._ownership.expect(person), token)
        owner = self._owner(person)
        async with self._alone(owner):
            _, version = await self._read(owner)
            kept = KeptToken(token, user_name, self._origin, self._clock())
            await self._write(owner, kept, version)
        return user_name

    async def drop(self, person: Person) -> KeptToken | None:
        """Forget this person's token; what it was, to be taken back at the domain."""
        owner = self._owner(person)
        async with self._alone(owner):
            kept, _ = await self._read(owner)
            await self._store.drop_token(owner)
            self._remembered.pop(owner, None)
        return kept

    async def close(self) -> None:
        """Let renewals under way come to an end, if that is soon."""
        await self._renewing.close(CLOSES_WITHIN)

    def _owner(self, person: Person) -> str:
        return EVERYBODY if self._is_shared else person.key

    # Renewing

    async def _renewed(self, person: Person, expected: str, stale: str) -> KeptToken:
        """What the one renewal under way brings; starts it if there is none."""
        about = (self._owner(person), stale)
        try:
            return await self._renewing.ask(about, lambda: self._renew(person, expected, stale))
        except Closed:
            raise Unavailable("The bot is stopping.") from None

    async def _renew(self, person: Person, expected: str, stale: str) -> KeptToken:
        owner = self._owner(person)
        kept, _ = await self._read(owner)
        if kept is not None and self._is_good(kept, stale):
            return self._checked(owner, kept, expected)
        async with self._alone(owner):
            kept, version = await self._read(owner)
            if kept is not None and self._is_good(kept, stale):
                return self._checked(owner, kept, expected)
            token = await self._obtained(person, owner, kept, version)
            if token is None and kept is not None and kept.token.value != stale:
                return self._remember(owner, kept, self._clock() + RENEW_PAUSE)
            if token is None:
                raise Unavailable("The identity domain cannot be reached.")
            user_name = self._ownership.owner(expected, token)
            renewed = KeptToken(token, user_name, self._origin, self._clock())
            await self._write(owner, renewed, version)
            return renewed

    def _is_good(self, kept: KeptToken, stale: str) -> bool:
        return kept.token.value != stale and kept.serves(self._clock())

    def _checked(self, owner: str, kept: KeptToken, expected: str) -> KeptToken:
        """What is kept, if it still is whose it should be: e-mail addresses change."""
        self._ownership.owner(expected, kept.token)
        return self._remember(owner, kept)

    async def _obtained(
        self, person: Person, owner: str, kept: KeptToken | None, version: int
    ) -> AccessToken | None:
        """A new token; None where none is to be had now and the old one still serves."""
        try:
            return await self._obtains.obtain(person, kept.token if kept else None)
        except SignInNeeded:
            if version:
                await self._store.drop_token(owner)
            self._remembered.pop(owner, None)
            raise
        except Unavailable:
            if kept is None or not kept.is_valid(self._clock()):
                raise
            return None

    # The store

    async def _read(self, owner: str) -> tuple[KeptToken | None, int]:
        """What is kept by the present settings, and the version of whatever is kept."""
        row = await self._store.token(owner)
        if row is None:
            return None, 0
        kept = decode_token(row.body)
        return (kept if kept and kept.origin == self._origin else None), row.version

    async def _write(self, owner: str, kept: KeptToken, version: int) -> None:
        """Keep it, trying again where the store fails: its refresh token may be the only one."""
        self._remember(owner, kept)
        row = TokenRow(owner, encode_token(kept), version + 1)
        for left in reversed(range(KEEP_TRIES)):
            try:
                await self._store.keep_token(row)
            except StorageError:
                if not left:
                    self._remembered.pop(owner, None)
                    raise
                log.warning("storage_failed", doing="keeping a token")
                await asyncio.sleep(KEEP_PAUSE)
            else:
                return

    def _remember(self, owner: str, kept: KeptToken, until: datetime | None = None) -> KeptToken:
        trusted = until or self._clock() + TRUSTED_FOR
        self._remembered[owner] = _Remembered(kept, min(trusted, kept.token.expires_at))
        self._remembered.move_to_end(owner)
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        return kept

    @asynccontextmanager
    async def _alone(self, owner: str) -> AsyncIterator[None]:
        """Nobody else changes this owner's token meanwhile, in this replica or another."""
        turn = self._turns.setdefault(owner, asyncio.Lock())  # goes with the last who waits for it
        async with turn:
            name = f"token:{owner}"
            await self._lock(name)
            try:
                yield
            finally:
                try:
                    await self._store.unlock(name)
                except StorageError:
                    log.warning("storage_failed", doing="unlocking")  # it ends by itself

    async def _lock(self, name: str) -> None:
        """Wait until the lock is ours. Raises Unavailable where that takes too long."""
        late = self._clock() + LOCK_PATIENCE
        while True:
            now = self._clock()
            if await self._store.lock(name, now + LOCKED_FOR, now):
                return
            if now >= late:
                raise Unavailable("Another replica is busy with this access token.")
            await asyncio.sleep(LOOK_AGAIN * random.uniform(0.5, 1.5))
