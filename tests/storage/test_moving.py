"""Moving from SQLite to PostgreSQL: everything arrives, or nothing."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage import moving
from storage.chain import first_break
from storage.crypto import Sealer, Unsealable
from storage.errors import StorageError
from storage.moving import TABLES, move
from storage.postgres import PostgresStore
from storage.rows import AuditRow, Change, FeedbackRow, InstallationRow
from tests.postgres import PostgresServer
from tests.storage.sample_rows import (
    KEY,
    LATER,
    LEASE,
    LIVE,
    NOW,
    QUEUED,
    SHOW,
    a_message,
    a_run,
    a_sign_in,
    a_token,
    an_approval,
    end,
    next_version,
    owes,
    take,
)
from tests.storage.sqlite_stores import make_store

NEW_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="  # made up


async def fill(path: Path) -> None:
    """Something in each table."""
    store = make_store(path)
    await store.open(NOW)
    (invoke, _) = await take(store, a_run(), [owes("r1", kind="invoke"), owes("r1", SHOW, "show")])
    await store.begin(invoke, [AuditRow(b"first", "p1", NOW)])
    waits = replace(an_approval(), waits_for=("T1:U1",))
    await store.save(Change(next_version(a_run()), approvals=((waits, None),)), NOW)
    await take(store, a_run("r2", standing=QUEUED), [owes("r2", kind="invoke", idle=True)])
    await take(store, a_run("r3", "t3"))
    await end(store, a_run("r3", "t3"))
    await store.put_on_record([AuditRow(b"second", "p1", NOW)])
    await store.note_message(a_message())
    await store.note_message(a_message(part="main", ts="6.0"))
    await store.keep_token(a_token())
    await store.begin_sign_in(a_sign_in())
    await store.keep_installation(InstallationRow("T1", b"installed"))
    await store.choose("T1:U1", "agent_team", "HR")
    await store.note_feedback(FeedbackRow("r1", "T1:U1", NOW, b"good"))
    await store.close()


def rows_of(path: Path) -> dict[str, int]:
    connection = sqlite3.connect(path)
    try:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in TABLES
        }
    finally:
        connection.close()


def reads(url: str, *keys: str) -> PostgresStore:
    sealer = Sealer(keys)
    return PostgresStore(url, replica="b", lease=LEASE, sealer=sealer, database_clock=False)


async def test_everything_arrives_and_goes_on(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    path, url = tmp_path / "bot.db", postgres_server.new_database()
    await fill(path)
    copied = await move(path, url, Sealer([KEY]), Sealer([NEW_KEY]))
    assert copied == rows_of(path)
    assert all(copied.values()), "the sample leaves no table out"
    store = reads(url, NEW_KEY)
    await store.open(LATER)
    try:
        run = await store.run("r1")
        assert run is not None
        assert run.body == b"body of r1, version 2"
        assert [each.id for each in await store.runs_in_thread("t1", [LIVE, QUEUED])] == [
            "r1",
            "r2",
        ]
        claims = await store.claim(10, LATER)
        assert {(each.run, each.kind, each.interrupted) for each in claims} == {
            ("r1", "invoke", True), ("r1", "show", False),
        }  # fmt: skip
        assert first_break(await store.record(0, 10)) is None
        assert (await store.token("T1:U1")) == a_token()
        assert [each.part for each in await store.messages("r1")] == ["card", "main"]
        await take(store, a_run("r4", "t4"))
        newest = await store.runs_of("T1:U1", [LIVE], 1)
        assert newest[0].id == "r4", "numbers go on after those that were moved"
        await store.put_on_record([AuditRow(b"third", "p1", NOW)])
        assert first_break(await store.record(0, 10)) is None
    finally:
        await store.close()


async def test_where_a_text_cannot_be_read_nothing_is_written(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    path, url = tmp_path / "bot.db", postgres_server.new_database()
    await fill(path)
    with pytest.raises(Unsealable):
        await move(path, url, Sealer([NEW_KEY]), Sealer([NEW_KEY]))
    store = reads(url, NEW_KEY)
    await store.open(NOW)
    assert await store.counts() == {}
    await store.close()


async def test_it_moves_only_what_nobody_uses_to_where_nothing_is(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    path, url = tmp_path / "bot.db", postgres_server.new_database()
    await fill(path)
    sealer = Sealer([KEY])
    busy = make_store(path)
    await busy.open(NOW)
    with pytest.raises(StorageError, match="Another process uses this database"):
        await move(path, url, sealer, sealer)
    await busy.close()
    await move(path, url, sealer, sealer)
    with pytest.raises(StorageError, match="not empty"):
        await move(path, url, sealer, sealer)
    with pytest.raises(StorageError, match="no database at"):
        await move(tmp_path / "none.db", url, sealer, sealer)
    with pytest.raises(StorageError, match="cannot be reached"):
        await move(path, "postgresql://127.0.0.1:1/none", sealer, sealer)


async def test_what_does_not_arrive_whole_is_not_moved(
    tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, url, sealer = tmp_path / "bot.db", postgres_server.new_database(), Sealer([KEY])
    await fill(path)
    real = moving._read

    def without(what: str) -> None:
        def read(source: Any, table: str, *rest: Any) -> Iterator[list[tuple[Any, ...]]]:
            rows = real(source, table, *rest)
            return (each[1:] for each in rows) if table == what else rows

        monkeypatch.setattr(moving, "_read", read)

    without("choices")
    with pytest.raises(StorageError, match="choices: 1 rows were read, and 0 arrived"):
        await move(path, url, sealer, sealer)
    without("threads")
    with pytest.raises(StorageError, match="A rule of the database forbids this"):
        await move(path, url, sealer, sealer)
    monkeypatch.setattr(moving, "_read", real)
    monkeypatch.setattr(moving, "FIRST", "another")
    (tmp_path / "empty").mkdir()
    empty = tmp_path / "empty" / "bot.db"
    store = make_store(empty)
    await store.open(NOW)
    await store.close()
    assert set((await move(empty, url, sealer, sealer)).values()) == {0}


async def test_a_record_that_ends_otherwise_is_not_moved(
    tmp_path: Path, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, url, sealer = tmp_path / "bot.db", postgres_server.new_database(), Sealer([KEY])
    await fill(path)
    real = moving._read

    def read(source: Any, table: str, *rest: Any) -> Iterator[list[tuple[Any, ...]]]:
        for rows in real(source, table, *rest):
            if table == "audit":
                yield [(*row[:4], f"not {row[4]}", row[5]) for row in rows]
            else:
                yield rows

    monkeypatch.setattr(moving, "_read", read)
    with pytest.raises(StorageError, match="record of approvals did not arrive"):
        await move(path, url, sealer, sealer)


async def test_a_file_that_is_no_database_is_said_to_be_none(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    path, sealer = tmp_path / "bot.db", Sealer([KEY])
    path.write_bytes(b"no database at all" * 500)
    with pytest.raises(StorageError, match="is damaged"):
        await move(path, postgres_server.new_database(), sealer, sealer)
    await fill(tmp_path / "other.db")
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("DROP TABLE choices")
    connection.close()
    with pytest.raises(StorageError, match="The database failed"):
        await move(tmp_path / "other.db", postgres_server.new_database(), sealer, sealer)
