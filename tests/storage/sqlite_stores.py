"""Stores on SQLite for tests that look at what only this engine does."""

import asyncio
import sqlite3
import threading
from pathlib import Path

from storage.crypto import Sealer
from storage.sqlite import SqliteStore
from storage.sqlite.one_thread import OneThread
from tests.storage.sample_rows import KEY, LEASE


def make_store(
    path: Path | str, replica: str = "a", *keys: str, exclusive: bool = True
) -> SqliteStore:
    sealer = Sealer(keys or [KEY])
    return SqliteStore(path, replica=replica, lease=LEASE, sealer=sealer, exclusive=exclusive)


def thread_of(store: SqliteStore) -> OneThread:
    assert store._thread is not None
    return store._thread


async def configure(store: SqliteStore, pragma: str) -> object:
    """Set, or read, something on the store's connection."""
    return await thread_of(store).run(
        lambda connection: connection.execute(f"PRAGMA {pragma}").fetchone()
    )


def storage_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "storage"]


class Gate:
    """A piece of work that keeps the thread busy until it is opened."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._opened = threading.Event()
        self.reached = asyncio.Event()

    def __call__(self, _connection: sqlite3.Connection) -> None:
        self._loop.call_soon_threadsafe(self.reached.set)
        self._opened.wait(10)

    def open(self) -> None:
        self._opened.set()


async def hold(store: SqliteStore) -> Gate:
    """Keep the thread busy, so that callers queue up behind it until the gate is opened."""
    gate = Gate()
    thread_of(store)._submit(gate)
    await gate.reached.wait()
    return gate
