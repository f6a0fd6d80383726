"""The pool, transactions, leases, and news from other replicas.

A transaction that the connection was lost in may have been committed or not. Callers may repeat
theirs; what such a transaction may have claimed for this replica without its knowing is found by
`_let_go_of_orphans` and given back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeAlias, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from storage.crypto import Sealer
from storage.errors import StorageError
from storage.postgres.errors import LOST, PASSING, TROUBLE, read_error
from storage.postgres.held import Held
from storage.postgres.lease_clock import LeaseClock
from storage.postgres.migrations import migrate
from storage.postgres.pool import ANSWER_WITHIN, CONNECT_WITHIN, Pool, open_pool
from storage.rows import Claim, RunRow, Standing
from storage.times import build_time, read_time

T = TypeVar("T")
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"  # generic in the stubs alone

log = logging.getLogger(__name__)

CHANNEL = "fusion_slack"
TRIES = 4  # of a transaction that another one was preferred to
FORGOTTEN_AFTER = timedelta(days=1)  # replicas that were last seen before that
LET_GO = (
    "UPDATE owed SET holder = NULL WHERE run = $1 AND slot = $2 AND holder = $3"
    " AND claimed_revision = $4 AND claimed_attempt = $5"
)
RUN = "id, thread, asker, state, standing, version, created_at, body"


class PostgresCore:
    """A database on a PostgreSQL server, as one replica uses it.

    `replica` is unique to this process; `lease` is how long its claims outlast a heartbeat, by the
    LeaseClock.
    All methods belong to the event loop on which `open` was called.
    """

    def __init__(
        self,
        url: str,
        *,
        replica: str,
        lease: timedelta,
        sealer: Sealer,
        database_clock: bool = True,
    ) -> None:
        self._url = url
        self._replica = replica
        self._lease = lease
        self._sealer = sealer
        self._lease_clock = LeaseClock(by_database=database_clock)
        self._pool: Pool | None = None
        self._ear: asyncpg.Connection[asyncpg.Record] | None = None
        self._held = Held()
        self._may_hold_more = False
        self._returning: set[asyncio.Task[None]] = set()
        self.on_news: Callable[[str], None] = lambda _: None

    # Life

    async def open(self, now: datetime) -> None:
        """See Store.open."""
        if self._pool is not None:
            raise StorageError("This store was opened before.")
        try:
            pool = await open_pool(self._url)
        except (*TROUBLE, ValueError) as error:
            raise read_error(error) from error
        self._pool, opened = pool, False
        try:
            async with pool.acquire() as connection:
                await migrate(connection)
            await self._transact(lambda here: self._register(here, now))
            await self._listen()
            opened = True
        except TROUBLE as error:
            raise read_error(error) from error
        finally:
            if not opened:
                await self._shut()

    async def close(self) -> None:
        """See Store.close."""
        if self._pool is None or self._pool.is_closing():
            return
        await asyncio.gather(*self._returning, return_exceptions=True)
        try:
            with suppress(StorageError):  # its lease ends by itself
                await self._transact(self._leave)
        finally:
            await self._shut()

    async def _shut(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.terminate()
        pool = self._opened()
        try:
            await asyncio.wait_for(pool.close(), ANSWER_WITHIN)
        except TROUBLE:
            pool.terminate()

    async def _register(self, here: Connection, now: datetime) -> None:
        moment = await self._lease_clock.look(here, now)
        long_ago = build_time(moment - FORGOTTEN_AFTER)
        await here.execute(
            "DELETE FROM replicas WHERE name = $1 OR seen_until < $2", self._replica, long_ago
        )
        await self._beat(here, moment)

    async def _leave(self, here: Connection) -> None:
        """This replica goes; the schema makes its claims and locks nobody's."""
        await here.execute("DELETE FROM replicas WHERE name = $1", self._replica)
        await self._tell(here, "")

    # Leases

    async def heartbeat(self, now: datetime) -> None:
        """See Store.heartbeat."""

        async def beat(here: Connection) -> None:
            await self._beat(here, await self._lease_clock.look(here, now))

        await self._transact(beat)
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 4):
                await self._mend()
        except (StorageError, TimeoutError):  # the lease is kept all the same
            log.warning("what was lost with a connection is not mended yet")

    async def _mend(self) -> None:
        """What a lost connection has broken; the next heartbeat tries again."""
        if self._may_hold_more or self._held.has_suspects:
            looked, self._may_hold_more = False, False
            try:
                await self._let_go_of_orphans()
                looked = True
            finally:
                self._may_hold_more |= not looked
        if self._ear is None or self._ear.is_closed():
            await self._listen()

    async def living(self, now: datetime) -> int:
        """See Store.living."""
        found = await self._fetch(
            "SELECT count(*) AS n FROM replicas WHERE seen_until >= $1 OR name = $2",
            self._lease_clock.moment(now),
            self._replica,
        )
        return int(found[0]["n"])

    async def healthy(self) -> None:
        """See Store.healthy."""
        await self._execute(
            "UPDATE replicas SET checks = checks + 1 WHERE name = $1", self._replica
        )

    async def _beat(self, here: Connection, moment: datetime) -> None:
        await here.execute(
            "INSERT INTO replicas (name, seen_until) VALUES ($1, $2) ON CONFLICT (name)"
            " DO UPDATE SET seen_until = greatest(replicas.seen_until, excluded.seen_until)",
            self._replica,
            build_time(moment + self._lease),
        )

    # Transactions

    def _opened(self) -> Pool:
        if self._pool is None or self._pool.is_closing():
            raise StorageError("The store is not open.")
        return self._pool

    async def _transact(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """One transaction; repeated where another one was preferred to it."""
        pool, left = self._opened(), TRIES
        while True:
            try:
                async with pool.acquire(timeout=ANSWER_WITHIN) as here, here.transaction():
                    return await work(here)
            except PASSING as error:
                left -= 1
                if not left:
                    raise read_error(error) from error
            except TROUBLE as error:
                self._may_hold_more = True
                raise read_error(error) from error

    async def _claims(self, work: Callable[[Connection], Awaitable[list[Claim]]]) -> list[Claim]:
        """A transaction that claims; a caller that is cancelled meanwhile loses no claim."""
        task = asyncio.ensure_future(self._transact(work))
        try:
            made = await asyncio.shield(task)
        except asyncio.CancelledError:
            returning = asyncio.create_task(self._give_back(task))
            self._returning.add(returning)
            returning.add_done_callback(self._returning.discard)
            raise
        self._held.note(made)
        return made

    async def _give_back(self, task: "asyncio.Future[list[Claim]]") -> None:
        """Let go of what a caller that went away has claimed, so that `claim` finds it again."""
        with suppress(StorageError):
            for claim in await task:
                await self._release(claim)

    async def _release(self, claim: Claim) -> None:
        self._may_hold_more = True  # until this has worked
        await self._execute(LET_GO, *self._name_claim(claim))

    def _name_claim(self, claim: Claim) -> tuple[str, str, str, int, int]:
        return claim.run, claim.slot.value, self._replica, claim.revision, claim.attempt

    async def _fetch(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """Read; once more on another connection where this one was lost."""
        pool = self._opened()
        try:
            try:
                return await pool.fetch(sql, *values)
            except LOST:
                return await pool.fetch(sql, *values)
        except TROUBLE as error:
            raise read_error(error) from error

    async def _execute(self, sql: str, *values: Any) -> int:
        """Write by one statement; returns how many rows it was about."""
        try:
            return _count(await self._opened().execute(sql, *values))
        except TROUBLE as error:
            raise read_error(error) from error

    def _read_run(self, row: asyncpg.Record) -> RunRow:
        """A run from RUN's columns; raises Unsealable."""
        return RunRow(
            id=row["id"],
            thread=row["thread"],
            asker=row["asker"],
            state=row["state"],
            standing=Standing(row["standing"]),
            version=row["version"],
            created_at=read_time(row["created_at"]),
            body=self._sealer.unseal(row["body"]),
        )

    # Claims that nobody knows of

    async def _let_go_of_orphans(self) -> None:
        before = self._held.known()
        rows = await self._fetch(
            "SELECT run, slot, claimed_revision, claimed_attempt FROM owed WHERE holder = $1",
            self._replica,
        )
        held = {(r["run"], r["slot"]): (r["claimed_revision"], r["claimed_attempt"]) for r in rows}
        for (run, slot), number in self._held.find_orphans(before, held).items():
            await self._execute(LET_GO, run, slot, self._replica, *number)

    # News

    async def _listen(self) -> None:
        try:
            self._ear = await asyncpg.connect(self._url, timeout=CONNECT_WITHIN)
            await self._ear.add_listener(CHANNEL, self._heard)
        except TROUBLE as error:
            raise read_error(error) from error

    def _heard(self, *heard: Any) -> None:
        sender, _, run = str(heard[-1]).partition(" ")
        if sender != self._replica:
            self.on_news(run)

    async def _tell(self, here: Connection, run: str) -> None:
        """Tell the others, once this is committed: a run has moved, or "" for work for anybody."""
        await here.execute("SELECT pg_notify($1, $2)", CHANNEL, f"{self._replica} {run}")


def _count(status: str) -> int:
    """How many rows a command was about: the last word of its tag."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdecimal() else 0
