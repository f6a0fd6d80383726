"""The clock that leases are measured by."""

import time
from datetime import datetime, timedelta

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from storage.times import build_time


class LeaseClock:
    """The database's clock, so that replicas need not agree on the time.

    In between two looks at it this machine's monotonic clock is added, which no jump moves. With
    `by_database` False it is the caller's `now`, as tests want it.
    """

    def __init__(self, *, by_database: bool) -> None:
        self._by_database = by_database
        self._seen: tuple[datetime, float] | None = None  # the database's time, and ours, at once

    async def look(self, here: "PoolConnectionProxy[asyncpg.Record]", now: datetime) -> datetime:
        """The time as the database has it."""
        if not self._by_database:
            return now
        found: datetime = await here.fetchval("SELECT clock_timestamp()")
        self._seen = (found, time.monotonic())
        return found

    def moment(self, now: datetime) -> int:
        """The time as it must be there now, as it is kept in rows."""
        if self._by_database and self._seen is not None:
            theirs, ours = self._seen
            return build_time(theirs + timedelta(seconds=time.monotonic() - ours))
        return build_time(now)
