"""Signing in on another device (RFC 8628): codes that were given, and asking whether they were typed.

A device code is asked about by one replica, which holds a lock; where it dies, another goes on. The
code belongs to one person: a token of anybody else is refused, so a code that is passed on is of no
use to whoever passed it on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.domain import reasons
from bot.domain.acting import SignInEnded, SignInOffer
from bot.domain.agent import NotSignedIn, Unavailable
from bot.domain.turn import Person
from bot.identity.device import DeviceSignIn, Pending
from bot.identity.keeping import TokenKeeper
from bot.identity.sign_in_row import SignIn, Step, read_sign_in
from bot.identity.tokens import AccessToken
from bot.identity.who import Who
from storage.errors import StorageError
from storage.rows import SignInRow
from storage.store import Store

log = structlog.get_logger(__name__)

LOOK_INTERVAL = 1.0  # seconds between looks at what was begun here or elsewhere
LOCKED_FOR = timedelta(seconds=90)  # longer than an answer of the identity domain can take
WORTH_GOING_ON = timedelta(minutes=1)

Start = Callable[[], Awaitable[DeviceSignIn]]
Poll = Callable[[str, timedelta], Awaitable[AccessToken | Pending]]
Ended = Callable[[SignInEnded], Awaitable[None]]


@dataclass(slots=True)
class _Pace:
    """When a code is asked about next, and how often."""

    at: datetime
    interval: timedelta


class DeviceSignIns:
    """Sign-ins by device code. `ended` is told what became of each."""

    def __init__(
        self,
        store: Store,
        keeper: TokenKeeper,
        who: Who,
        start: Start,
        poll: Poll,
        *,
        take_back: Callable[[AccessToken], Awaitable[None]],
        clock: Callable[[], datetime],
        ended: Ended,
    ) -> None:
        self._store = store
        self._keeper = keeper
        self._who = who
        self._start = start
        self._poll = poll
        self._take_back = take_back
        self._clock = clock
        self._ended = ended
        self._paces: dict[str, _Pace] = {}
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to ask."""
        self._loop = asyncio.create_task(self._look_on(), name="device sign-ins")

    async def close(self) -> None:
        """Stop asking: what was begun is for who comes next."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def offer(self, person: Person, note: str) -> SignInOffer:
        """A code for this person; the one that they have where it is good for a while yet."""
        await self._who.user_name(person)
        row = await self._store.sign_in_of(person.key)
        begun = read_sign_in(row) if row is not None else None
        now = self._clock()
        if (
            begun is None
            or begun.step is not Step.DEVICE
            or begun.expires_at - now < WORTH_GOING_ON
        ):
            device = await self._start()
            begun = SignIn(
                person,
                Step.DEVICE,
                device.device_code,
                device.expires_at,
                {
                    "user_code": device.user_code,
                    "url": device.verification_uri_complete or device.verification_uri,
                    "interval": device.interval.total_seconds(),
                },
            )
        begun = replace(begun, note=note)
        await self._store.begin_sign_in(begun.row)
        secrets = begun.secrets
        return SignInOffer(secrets["url"], begun.expires_at, secrets["user_code"])

    async def _look_on(self) -> None:
        while True:
            try:
                await self.look()
            except StorageError:
                log.warning("storage_failed", doing="looking at device sign-ins")
            await asyncio.sleep(LOOK_INTERVAL)

    async def look(self) -> None:
        """Ask about every code whose time has come, and that no other replica asks about."""
        codes = _codes(await self._store.sign_ins())
        self._paces = {
            each.key: self._paces.get(each.key) or self._first_pace(each) for each in codes
        }
        now = self._clock()
        due = [each for each in codes if min(self._paces[each.key].at, each.expires_at) <= now]
        await asyncio.gather(*(self._ask_alone(each) for each in due))

    def _first_pace(self, begun: SignIn) -> _Pace:
        interval = timedelta(seconds=float(begun.secrets["interval"]))
        return _Pace(self._clock() + interval, interval)

    async def _ask_alone(self, begun: SignIn) -> None:
        name, now = f"device:{begun.row.id}", self._clock()
        if not await self._store.lock(name, now + LOCKED_FOR, now):
            self._paces[begun.key].at = now + self._paces[begun.key].interval
            return
        over = await self._ask(begun)
        if over is not None and await self._store.end_sign_in(begun.row.id):
            await self._ended(over)
        if over is not None:
            await self._store.unlock(name)

    async def _ask(self, begun: SignIn) -> SignInEnded | None:
        """What became of it; None where nobody has signed in yet."""
        pace = self._paces[begun.key]
        person, note = begun.person, begun.note
        if self._clock() >= begun.expires_at:
            return SignInEnded(person, why_not=reasons.NOBODY_CAME, note=note)
        try:
            token = await self._poll(begun.key, pace.interval)
            if isinstance(token, Pending):
                pace.interval = token.interval
                pace.at = self._clock() + pace.interval
                return None
            user_name = await self._kept(person, token)
        except Unavailable:
            pace.interval *= 2  # RFC 8628 section 3.5
            pace.at = self._clock() + pace.interval
            return None
        except NotSignedIn as refused:
            return SignInEnded(person, why_not=refused.detail, note=note)
        return SignInEnded(person, user_name, note=note)

    async def _kept(self, person: Person, token: AccessToken) -> str:
        """Whose it is, once it is kept; what is another's is taken back at once."""
        try:
            return await self._keeper.keep(person, token)
        except NotSignedIn:
            await self._take_back(token)
            raise


def _codes(rows: Sequence[SignInRow]) -> list[SignIn]:
    """The sign-ins by code; what another version wrote is left to it, or to its end."""
    found = []
    for row in rows:
        try:
            begun = read_sign_in(row)
        except (ValueError, KeyError):
            log.warning("sign_in_not_readable")
            continue
        if begun.step is Step.DEVICE:
            found.append(begun)
    return found
