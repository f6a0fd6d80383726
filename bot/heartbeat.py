"""Keeps this replica's lease; after it has lapsed, finds out what is still ours before acting again.

It beats on meanwhile: whoever holds thousands of claims needs longer than a lease to ask for all of
them, and would otherwise lose it over that again and again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from bot.lease import Lease
from storage.errors import StorageError

log = structlog.get_logger(__name__)


class Heartbeat:
    """Tells the store that this replica lives, four times a lease.

    `beat` tells it, and returns how many live; `let_go` leaves what others have taken over. Both
    raise StorageError.
    """

    def __init__(
        self,
        lease: Lease,
        beat: Callable[[], Awaitable[int]],
        let_go: Callable[[], Awaitable[None]],
        on_living: Callable[[int], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._lease = lease
        self._beat = beat
        self._let_go = let_go
        self._on_living = on_living
        self._clock = clock
        self._letting_go: asyncio.Task[None] | None = None
        self._beaten_at = 0.0
        self._beaten_when = clock()

    async def keep(self) -> None:
        """Beat until cancelled."""
        self._note(asyncio.get_running_loop().time())
        try:
            while True:
                await self._pause()
                await self._beat_once()
        finally:
            self._forget_letting_go()

    async def _pause(self) -> None:
        """A quarter of the lease, or until it is known what is still ours."""
        quarter = self._lease.length.total_seconds() / 4
        if self._letting_go is None:
            await asyncio.sleep(quarter)
        else:
            await asyncio.wait([self._letting_go], timeout=quarter)

    async def _beat_once(self) -> None:
        began, lapsed = asyncio.get_running_loop().time(), self._has_lapsed()
        try:
            self._on_living(await self._beat())
        except StorageError:
            log.warning("storage_failed", doing="keeping the lease")
            return
        self._note(began)
        if lapsed:
            log.warning("lease_lapsed")
            self._begin_letting_go()
        elif self._knows_what_is_ours():
            self._lease.prolong(began)

    def _has_lapsed(self) -> bool:
        """Whether others may have taken over since the last beat; engines may go by either clock."""
        length = self._lease.length
        since = asyncio.get_running_loop().time() - self._beaten_at
        jumped = self._clock() - self._beaten_when > length
        return self._lease.can_lapse and (jumped or since > length.total_seconds())

    def _note(self, began: float) -> None:
        self._beaten_at, self._beaten_when = began, self._clock()

    def _begin_letting_go(self) -> None:
        self._forget_letting_go()
        self._letting_go = asyncio.create_task(self._try_to_let_go())

    async def _try_to_let_go(self) -> None:
        while True:
            try:
                return await self._let_go()
            except StorageError:
                log.warning("storage_failed", doing="finding out what is still ours")
                await asyncio.sleep(self._lease.length.total_seconds() / 4)

    def _knows_what_is_ours(self) -> bool:
        if self._letting_go is None or not self._letting_go.done():
            return self._letting_go is None
        self._letting_go.result()
        self._letting_go = None
        return True

    def _forget_letting_go(self) -> None:
        if self._letting_go is not None:
            self._letting_go.cancel()
            self._letting_go = None
