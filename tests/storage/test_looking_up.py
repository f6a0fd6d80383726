"""What is looked up by a key is had at once, whatever the storage thread is busy with."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.crypto import Sealer, Unsealable
from storage.errors import StorageError
from storage.rows import Standing
from storage.sqlite import SqliteStore
from storage.sqlite.file import reading
from tests.storage.sample_rows import NOW, a_run, take
from tests.storage.sqlite_stores import hold, make_store


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    return sqlite_store


async def test_nobody_waits_for_the_thread_to_look_something_up(store: SqliteStore) -> None:
    await take(store, a_run(), keys=["key"])
    gate = await hold(store)
    taking = asyncio.create_task(take(store, a_run("r2", "t2")))
    async with asyncio.timeout(5):
        assert await store.run("r1") is not None
        assert await store.run_of_turn("key") == "r1"
        assert len(await store.runs_in_thread("t1", list(Standing))) == 1
        assert await store.run("r2") is None, "it is not committed yet"
    gate.open()
    await taking
    assert await store.run("r2") is not None


async def test_where_it_cannot_be_read_at_once_the_thread_is_asked(store: SqliteStore) -> None:
    await take(store, a_run())
    assert store._reader is not None
    store._reader.close()
    assert await store.run("r1") is not None


async def test_what_cannot_be_opened_twice_is_done_without(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StorageError, match="cannot be opened"):
        reading(path.with_name("none") / "bot.db")

    def no_more(_: Path) -> None:
        raise StorageError("The database file cannot be opened.")

    monkeypatch.setattr("storage.sqlite.core.reading", no_more)
    store = make_store(path)
    await store.open(NOW)
    await take(store, a_run())
    assert await store.run("r1") is not None
    await store.close()


async def test_who_looks_up_cannot_write(store: SqliteStore) -> None:
    assert store._reader is not None
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store._reader.execute("DELETE FROM runs")


async def test_an_error_that_is_kept_does_not_stop_the_clock(path: Path) -> None:
    """A statement left half-read would show for ever what was there when it began."""
    writing, looking = make_store(path, exclusive=False), make_store(path, "b", exclusive=False)
    looking._sealer = Sealer([Fernet.generate_key().decode()])
    await writing.open(NOW)
    await looking.open(NOW)
    for number in range(3):
        await take(writing, a_run(f"r{number}", "t1", Standing.QUEUED if number else Standing.LIVE))
    with pytest.raises(Unsealable) as kept:
        await looking.runs_in_thread("t1", list(Standing))
    await take(writing, a_run("r9", "t9"), keys=["new"])
    assert await looking.run_of_turn("new") == "r9"
    assert kept.tb is not None, "and with it all that the statement needs"
    await looking.close()
    await writing.close()
