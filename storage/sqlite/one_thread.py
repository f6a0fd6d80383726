"""One thread that owns the connection, and one commit for all who wait.

SQLite syncs the disk once for each commit, so callers share commits: while one is being synced the
next callers queue up, and the thread then takes all that waits into one transaction. One who fails
takes nothing from the others: nearly all who fail have changed nothing by then. Where one has, all is
undone and done once more with a savepoint for each, which would be a third of all statements.
"""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from storage.errors import StorageError
from storage.sqlite.errors import read_error

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

LARGEST_BATCH = 256  # bounds how long the first caller of a batch waits for the last


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    """What one caller wants done, and how it went."""

    work: Work[T]
    future: asyncio.Future[T]
    result: T | None = None
    error: BaseException | None = None
    abandoned: bool = False


Doing = Callable[[sqlite3.Connection, _Job[Any]], None]


class OneThread:
    """Runs functions on the connection, in the order in which they were submitted.

    `connect` is entered and left on the thread; it raises StorageError where it cannot connect.
    All methods belong to the event loop that called `start`. `commits` counts the transactions
    that changed something, which is how often the disk was synced.
    """

    def __init__(self, connect: Callable[[], AbstractContextManager[sqlite3.Connection]]) -> None:
        self._connect = connect
        self._jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self._accepting = False
        self._loop = asyncio.get_running_loop()
        self._started: asyncio.Future[None] = self._loop.create_future()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self.commits = 0

    async def start(self) -> None:
        """Connect. Raises StorageError; the thread is gone then."""
        # A daemon, so that a process which forgets to stop it can still exit; SQLite recovers.
        threading.Thread(target=self._main, name="storage", daemon=True).start()
        try:
            await asyncio.shield(self._started)
        except asyncio.CancelledError:
            self._started.add_done_callback(_retrieve)
            self._jobs.put(None)
            raise
        self._accepting = True

    async def run(
        self, work: Work[T], give_back: Callable[[T], Work[None] | None] | None = None
    ) -> T:
        """Do this in a transaction, and return when it is on disk.

        It changes the database alone: it may be done a second time, after the first was undone.
        Raises what `work` raised, sqlite3's errors as StorageError. A caller that is cancelled
        before its work began changes nothing. One that is cancelled later has its work committed;
        `give_back` then says what to do with a result that nobody received.
        """
        job = self._submit(work)
        try:
            return await asyncio.shield(job.future)
        except asyncio.CancelledError:
            job.abandoned = True
            job.future.add_done_callback(lambda future: self._let_go(future, give_back))
            raise

    async def stop(self, last: Work[None]) -> None:
        """Finish what was submitted, do one last thing, and disconnect. Safe to repeat.

        Where the last thing fails its error is raised, after everything is disconnected.
        """
        job = None
        if self._accepting:
            job = self._submit(last)
            self._accepting = False
            self._jobs.put(None)
        await asyncio.shield(self._ended)
        if job is not None:
            job.future.result()

    def _submit(self, work: Work[T]) -> _Job[T]:
        if not self._accepting:
            raise StorageError("The store is not open.")
        job = _Job(work, self._loop.create_future())
        self._jobs.put(job)
        return job

    def _let_go(
        self, future: asyncio.Future[T], give_back: Callable[[T], Work[None] | None] | None
    ) -> None:
        if future.cancelled() or future.exception() is not None:
            return
        undo = give_back(future.result()) if give_back is not None else None
        if undo is not None and self._accepting:
            self._submit(undo)

    # On the thread

    def _main(self) -> None:
        refusal = StorageError("The storage thread ended unexpectedly.")
        try:
            with self._connect() as connection:
                self._on_loop(_settle, self._started)
                self._serve(connection)
        except StorageError as error:
            refusal = error
        finally:
            self._on_loop(self._end, refusal)

    def _serve(self, connection: sqlite3.Connection) -> None:
        going_on = True
        while going_on:
            waiting = self._all_that_waits()
            jobs = [job for job in waiting if job is not None]
            going_on = len(jobs) == len(waiting)
            try:
                self._commit_together(connection, jobs)
            finally:
                self._on_loop(_deliver, jobs)

    def _all_that_waits(self) -> list[_Job[Any] | None]:
        waiting = [self._jobs.get()]
        with contextlib.suppress(Empty):
            while waiting[-1] is not None and len(waiting) < LARGEST_BATCH:
                waiting.append(self._jobs.get_nowait())
        return waiting

    def _commit_together(self, connection: sqlite3.Connection, jobs: Sequence[_Job[Any]]) -> None:
        try:
            self._commit(connection, jobs, _do)
        except _HalfDone:
            for job in jobs:  # should it not even be undone, nobody may take it for done
                job.result, job.error = None, StorageError("The database failed.")
            connection.rollback()
            for job in jobs:
                job.error = None
            self._commit(connection, jobs, _do_apart)

    def _commit(self, connection: sqlite3.Connection, jobs: Sequence[_Job[Any]], do: Doing) -> None:
        changes = connection.total_changes
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                if not job.abandoned:
                    do(connection, job)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            for job in jobs:
                job.error = error
            connection.rollback()  # does nothing where SQLite has rolled back by itself
        else:
            self.commits += connection.total_changes != changes

    def _on_loop(self, callback: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(callback, *args)

    # Back on the loop

    def _end(self, refusal: StorageError) -> None:
        self._accepting = False
        if not self._started.done():
            self._started.set_exception(refusal)
        with contextlib.suppress(Empty):
            while True:
                job = self._jobs.get_nowait()
                if job is not None:
                    job.future.set_exception(StorageError(*refusal.args))
        self._ended.set_result(None)


class _HalfDone(Exception):
    """A job has changed something and failed."""


def _do(connection: sqlite3.Connection, job: _Job[Any]) -> None:
    """Do a job that succeeds, or fails before it has changed anything; raises _HalfDone else."""
    changes = connection.total_changes
    try:
        job.result = job.work(connection)
    except BaseException as error:
        if _gave_up(connection, error):
            raise
        if connection.total_changes != changes:
            raise _HalfDone from error
        job.error = error


def _do_apart(connection: sqlite3.Connection, job: _Job[Any]) -> None:
    """Do a job so that what it changes can be undone alone."""
    connection.execute("SAVEPOINT one_job")
    try:
        job.result = job.work(connection)
    except BaseException as error:
        if _gave_up(connection, error):
            raise
        job.error = error
        connection.execute("ROLLBACK TO one_job")
    connection.execute("RELEASE one_job")


def _gave_up(connection: sqlite3.Connection, error: BaseException) -> bool:
    """Whether SQLite has given up the whole transaction, as a full disk makes it do."""
    return isinstance(error, sqlite3.Error) and not connection.in_transaction


def _settle(future: asyncio.Future[None]) -> None:
    future.set_result(None)


def _retrieve(future: asyncio.Future[None]) -> None:
    future.exception()


def _deliver(jobs: Sequence[_Job[Any]]) -> None:
    for job in jobs:
        if isinstance(job.error, sqlite3.Error):
            job.future.set_exception(read_error(job.error))
        elif job.error is not None:
            job.future.set_exception(job.error)
        elif job.abandoned and job.result is None:
            job.future.cancel()
        else:
            job.future.set_result(job.result)
