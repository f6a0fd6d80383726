"""What only the embedded engine does: its files, its schema, its seals."""

import asyncio
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storage.crypto import PUT_OFF, Unsealable
from storage.errors import StorageError
from storage.rows import AuditRow
from storage.sqlite import SqliteStore
from storage.sqlite.migrations import steps
from tests.storage.sample_rows import (
    KEY,
    LATER,
    NOW,
    SECOND,
    a_run,
    a_sign_in,
    a_token,
    owes,
    take,
    take_one,
)
from tests.storage.sqlite_stores import configure, make_store, thread_of


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    return sqlite_store


def modes_in(folder: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


def write(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)


async def test_a_second_process_is_refused(store: SqliteStore, path: Path) -> None:
    second = make_store(path, "b")
    with pytest.raises(StorageError, match="Another process uses this database"):
        await second.open(NOW)
    await store.close()
    await second.open(NOW)
    await second.close()


async def test_what_a_crashed_process_held_is_claimed_without_waiting_for_its_lease(
    path: Path,
) -> None:
    crashed = make_store(path, "a", exclusive=False)
    await crashed.open(NOW)
    await crashed.begin(await take_one(crashed, owes("r1")))
    store = make_store(path, "b")
    await store.open(NOW)
    (claim,) = await store.claim(10, NOW)
    assert claim.interrupted
    await store.close()
    await crashed.close()


async def test_what_a_crashed_process_had_locked_is_free_without_waiting(path: Path) -> None:
    crashed = make_store(path, "a", exclusive=False)
    await crashed.open(NOW)
    assert await crashed.lock("refresh", LATER, NOW)
    store = make_store(path, "b")
    await store.open(NOW)
    assert await store.lock("refresh", LATER, NOW)
    await store.close()
    await crashed.close()


async def test_a_database_in_memory_needs_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = make_store(":memory:")
    await store.open(NOW)
    await take(store, a_run())
    assert await store.run("r1") == a_run()
    await store.close()
    assert modes_in(tmp_path) == {}


async def test_files_are_their_owners_alone(store: SqliteStore, path: Path) -> None:
    await take(store, a_run())
    assert modes_in(path.parent) == dict.fromkeys(
        ("bot.db", "bot.db-wal", "bot.db-shm", "bot.db.lock"), 0o600
    )


async def test_a_healthy_store_has_really_written(store: SqliteStore, path: Path) -> None:
    def size_of_log() -> int:
        return path.with_name("bot.db-wal").stat().st_size

    before = await asyncio.to_thread(size_of_log)
    await store.healthy()
    assert await asyncio.to_thread(size_of_log) > before


async def test_what_is_committed_is_synced_and_rules_are_kept(store: SqliteStore) -> None:
    settings = {"synchronous": 2, "foreign_keys": 1, "journal_mode": "wal", "busy_timeout": 5000}
    for setting, value in settings.items():
        assert await configure(store, setting) == (value,)


async def test_a_file_that_is_no_database_is_told_as_such(path: Path) -> None:
    write(path, "no database " * 100)
    with pytest.raises(StorageError, match="is no database"):
        await make_store(path).open(NOW)


async def test_a_path_that_cannot_be_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be opened: File exists"):
        await make_store(tmp_path / "file" / "bot.db").open(NOW)


# The schema


async def test_opening_again_applies_no_step_twice(store: SqliteStore, path: Path) -> None:
    await store.close()
    again = make_store(path)
    await again.open(NOW)
    applied = await thread_of(again).run(
        lambda connection: connection.execute(
            "SELECT name FROM _sqlite_migrations ORDER BY id"
        ).fetchall()
    )
    assert applied[0] == ("keep_replicas",)
    assert len(applied) == len(set(applied)) == 17
    await again.close()


async def test_a_database_of_a_newer_version_is_refused(store: SqliteStore, path: Path) -> None:
    await store.close()
    other = sqlite3.connect(path)
    other.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, 'new', '')",
        (steps.name,),
    )
    other.commit()
    other.close()
    with pytest.raises(StorageError, match="newer version"):
        await make_store(path).open(NOW)


async def test_stores_that_open_at_once_wait_for_each_other(path: Path) -> None:
    stores = [make_store(path, name, exclusive=False) for name in "abcd"]
    await asyncio.gather(*(store.open(NOW) for store in stores))
    for store in stores:
        await store.close()


async def test_a_schema_that_cannot_be_brought_up_to_date_is_left_as_it_was(path: Path) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE messages (text)")
    with pytest.raises(StorageError, match="The database failed"):
        await make_store(path).open(NOW)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("messages",)]
    other.close()


async def test_what_is_searched_often_is_found_by_an_index(store: SqliteStore) -> None:
    searches = {
        "SELECT 1 FROM owed WHERE holder IS NULL AND due_at <= 5": "owed_and_held_by_nobody",
        "SELECT 1 FROM owed WHERE holder = 'a'": "owed_and_held",
        "UPDATE owed SET holder = NULL WHERE holder IN (SELECT name FROM replicas)": "owed_and_held",
        "SELECT 1 FROM runs WHERE thread = 'a' AND standing IN ('live', 'queued')": "runs_of_a",
        "SELECT 1 FROM runs WHERE thread = 'a' AND asker = 'b' LIMIT 1": "an_asker_in_a_thread",
        "SELECT 1 FROM threads WHERE workspace = 'a' AND channel = 'b' AND ts = 'c'": "one_thread",
        "SELECT 1 FROM messages WHERE channel = 'a' AND ts = 'b'": "messages_at_a_place",
        "SELECT state, count(*) FROM runs GROUP BY state": "COVERING INDEX runs_in_a_state",
        "UPDATE owed SET due_at = 5 WHERE holder IS NULL AND kind = 'a' AND due_at > 5 AND run IN"
        " (SELECT id FROM runs WHERE asker = 'b' AND standing = 'live')": "runs_of_an_asker",
        "SELECT 1 FROM tokens WHERE owner = 'a'": "INDEX sqlite_autoindex_tokens_1",
        "SELECT 1 FROM sign_ins WHERE id = 'a' AND expires_at > 5": "sqlite_autoindex_sign_ins_1",
        "DELETE FROM locks WHERE holder = 'a'": "locks_of_a_replica",
    }

    def explain(connection: sqlite3.Connection) -> dict[str, str]:
        return {
            search: str(connection.execute(f"EXPLAIN QUERY PLAN {search}").fetchall())
            for search in searches
        }

    plans = await thread_of(store).run(explain)
    assert {search for search, plan in plans.items() if searches[search] not in plan} == set()


# Sealing


async def test_bodies_are_sealed_at_rest(store: SqliteStore, path: Path) -> None:
    def content() -> bytes:
        return b"".join(each.read_bytes() for each in path.parent.iterdir())

    token = a_token(body=b"a token that nobody else may read")
    await take(store, a_run())
    await store.keep_token(token)
    await store.keep_token(replace(token, version=2))
    await store.begin_sign_in(a_sign_in())
    secrets = [a_run().body, token.body, a_sign_in().body]
    for _ in range(2):  # while the log is beside the database, and when it is in there
        read = await asyncio.to_thread(content)
        assert [secret for secret in secrets if secret in read] == []
        assert b"T1:U1" in read
        await store.close()


async def test_a_lost_key_is_told_as_such(store: SqliteStore, path: Path) -> None:
    await take(store, a_run(), [owes("r1", due_at=NOW + SECOND)])
    await store.close()
    other = make_store(path, "b", Fernet.generate_key().decode())
    await other.open(NOW)
    with pytest.raises(Unsealable, match="ENCRYPTION_KEYS"):
        await other.run("r1")
    await take(other, a_run("r2", "t2"), [owes("r2", due_at=NOW + 2 * SECOND)])
    (claim,) = await other.claim(2, LATER)
    assert claim.run == "r2", "one that cannot be read stops no other"
    assert await other.claim(2, LATER) == []
    await other.close()
    again = make_store(path)
    await again.open(NOW)
    (found,) = await again.claim(2, LATER + PUT_OFF)
    assert found.run == "r1"
    await again.close()


async def test_what_a_lost_key_sealed_is_not_used_up(store: SqliteStore, path: Path) -> None:
    await store.keep_token(a_token())
    await store.begin_sign_in(a_sign_in())
    await store.close()
    other = make_store(path, "b", Fernet.generate_key().decode())
    await other.open(NOW)
    with pytest.raises(Unsealable):
        await other.token("T1:U1")
    with pytest.raises(Unsealable):
        await other.take_sign_in("hash", NOW)
    await other.close()
    again = make_store(path)
    await again.open(NOW)
    assert await again.take_sign_in("hash", NOW) == a_sign_in()
    await again.close()


async def test_resealing_makes_the_earlier_key_needless(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite.keeping.RESEALED_AT_ONCE", 2)
    for number in range(5):
        await take(store, a_run(f"r{number}", f"t{number}"))
        await store.keep_token(a_token(owner=f"T1:U{number}"))
    for number in range(3):
        await store.begin_sign_in(a_sign_in(f"hash {number}", f"T1:U{number}"))
    await store.put_on_record([AuditRow(b"said", "p1", NOW)])
    before = await store.record(0, 1)
    await store.close()
    new = Fernet.generate_key().decode()
    rotating = make_store(path, "b", new, KEY)
    await rotating.open(NOW)
    assert await rotating.reseal() == 14
    assert await rotating.reseal() == 14
    await rotating.close()
    after = make_store(path, "c", new)
    await after.open(NOW)
    for number in range(5):
        run, owner = a_run(f"r{number}", f"t{number}"), f"T1:U{number}"
        assert await after.run(run.id) == run
        assert await after.token(owner) == a_token(owner=owner)
    for number in range(3):
        row = a_sign_in(f"hash {number}", f"T1:U{number}")
        assert await after.take_sign_in(row.id, NOW) == row
    assert await after.record(0, 1) == before, "the chain is over what was said, not its seal"
    await after.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "UPDATE audit SET at = 0",
        "UPDATE audit SET hash = 'other'",
        "UPDATE audit SET approval = 'other'",
    ],
)
async def test_the_record_is_only_added_to_whoever_writes(
    store: SqliteStore, path: Path, statement: str
) -> None:
    await store.put_on_record([AuditRow(b"said", "p1", NOW)])
    with sqlite3.connect(path) as database, pytest.raises(sqlite3.IntegrityError, match="added to"):
        database.execute(statement)
    database.close()
    assert len(await store.record(0, 10)) == 1
