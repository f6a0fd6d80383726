"""Opening and closing the embedded engine, doing work on its thread, and looking things up beside it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from storage.crypto import Sealer
from storage.errors import StorageError
from storage.rows import Claim
from storage.sqlite import claims, keeping
from storage.sqlite.file import connected, reading
from storage.sqlite.one_thread import OneThread
from storage.sqlite.rows import Here

P = ParamSpec("P")
T = TypeVar("T")


class SqliteCore:
    """One SQLite file, or `:memory:`, and the thread that works on it.

    `replica` is unique to this process; `lease` is how long its claims outlast a heartbeat.
    With `exclusive`, the default, the process holds a lock on `<path>.lock` while it is open: a
    second process is refused ("Another process uses this database."), and since the lock proves
    that nobody else lives, what a crashed process held can be claimed as soon as the next one
    opens, without waiting for its lease to end. Without it, several stores may share the file,
    and the dead are known by their leases alone.
    All methods belong to the event loop on which `open` was called. A caller that is cancelled
    after its claims were made loses none of them: they are given back for `claim` to find.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        replica: str,
        lease: timedelta,
        sealer: Sealer,
        exclusive: bool = True,
    ) -> None:
        self._path = Path(path)
        self._replica = replica
        self._lease = lease
        self._sealer = sealer
        self._exclusive = exclusive
        self._thread: OneThread | None = None
        self._reader: sqlite3.Connection | None = None
        self.on_news: Callable[[str], None] = lambda _: None  # other processes cannot tell

    @property
    def commits(self) -> int:
        """How often the disk was synced since it was opened; fewer than calls under load."""
        return 0 if self._thread is None else self._thread.commits

    async def open(self, now: datetime) -> None:
        """See Store.open."""
        if self._thread is not None:
            raise StorageError("This store was opened before.")
        thread = OneThread(partial(self._registered, now + self._lease))
        await thread.start()
        self._thread = thread
        with suppress(StorageError):  # without it, the thread is asked
            self._reader = reading(self._path)

    @contextmanager
    def _registered(self, seen_until: datetime) -> Iterator[sqlite3.Connection]:
        with connected(self._path, exclusive=self._exclusive) as connection:
            keeping.register(self._here(connection), seen_until, exclusive=self._exclusive)
            yield connection

    def _here(self, connection: sqlite3.Connection) -> Here:
        return Here(connection, self._replica, self._sealer)

    async def close(self) -> None:
        """See Store.close."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self._thread is not None:
            await self._thread.stop(self._bind(keeping.leave))

    def _bind(
        self, work: Callable[Concatenate[Here, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Callable[[sqlite3.Connection], T]:
        return lambda connection: work(self._here(connection), *args, **kwargs)

    def _opened(self) -> OneThread:
        if self._thread is None:
            raise StorageError("The store is not open.")
        return self._thread

    async def _do(
        self, work: Callable[Concatenate[Here, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._opened().run(self._bind(work, *args, **kwargs))

    async def _look_up(
        self, work: Callable[Concatenate[Here, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What is committed, found by a key with one statement: at once, on the loop itself.

        The thread would first finish what it is doing, and sync it to the disk. It is asked all the
        same where this cannot read, and then says why.
        """
        if self._reader is not None:
            with suppress(sqlite3.Error):
                return work(self._here(self._reader), *args, **kwargs)
        return await self._do(work, *args, **kwargs)

    async def _claims(
        self, work: Callable[Concatenate[Here, P], list[Claim]], *args: P.args, **kwargs: P.kwargs
    ) -> list[Claim]:
        return await self._opened().run(self._bind(work, *args, **kwargs), self._give_back)

    def _give_back(self, made: list[Claim]) -> Callable[[sqlite3.Connection], None] | None:
        return self._bind(claims.give_back, made) if made else None
