"""Many callers share a commit; none of them takes anything from another."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from storage.errors import StorageError
from storage.sqlite import SqliteStore
from storage.sqlite.one_thread import OneThread
from tests.storage.sample_rows import NOW, a_run, owes, take
from tests.storage.sqlite_stores import (
    Gate,
    configure,
    hold,
    make_store,
    storage_threads,
    thread_of,
)


@pytest.fixture
def store(sqlite_store: SqliteStore) -> SqliteStore:
    return sqlite_store


async def test_many_callers_share_few_commits(store: SqliteStore) -> None:
    gate = await hold(store)
    callers = [
        asyncio.create_task(take(store, a_run(f"r{number}", f"t{number}"))) for number in range(200)
    ]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(*callers)
    assert await store.counts() == {"live": 200}
    assert store.commits <= 2


async def test_reading_costs_no_commit(store: SqliteStore) -> None:
    await store.counts()
    assert store.commits == 0
    await store.healthy()
    assert store.commits == 1


async def test_a_closed_store_has_no_commits_to_tell(path: Path) -> None:
    assert make_store(path).commits == 0


async def test_one_who_fails_takes_nothing_from_the_others(store: SqliteStore) -> None:
    gate = await hold(store)
    first = asyncio.create_task(take(store, a_run("r1", "t1"), keys=["k"]))
    second = asyncio.create_task(take(store, a_run("r2", "t2"), keys=["k"]))
    third = asyncio.create_task(take(store, a_run("r3", "t3")))
    await asyncio.sleep(0)
    gate.open()
    results = await asyncio.gather(first, second, third, return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["list", "AlreadyTaken", "list"]
    assert await store.run("r2") is None


async def test_one_who_fails_half_way_takes_nothing_from_the_others(store: SqliteStore) -> None:
    def place_and_fail(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE threads SET channel = 'C-WRONG'")
        raise ValueError("half-way")

    gate = await hold(store)
    first = asyncio.create_task(take(store, a_run("r1", "t1")))
    bad = asyncio.create_task(thread_of(store).run(place_and_fail))
    known = asyncio.create_task(take(store, a_run("r2", "t2"), keys=["key r1"]))
    last = asyncio.create_task(take(store, a_run("r3", "t3")))
    await asyncio.sleep(0)
    gate.open()
    results = await asyncio.gather(first, bad, known, last, return_exceptions=True)
    assert [type(each).__name__ for each in results] == [
        *("list", "ValueError", "AlreadyTaken", "list"),
    ]
    threads = [await store.thread(key) for key in ("t1", "t3")]
    assert [each.channel for each in threads if each] == ["C1", "C1"]
    assert await store.run("r2") is None


async def test_what_sqlite_gives_up_as_a_whole_fails_all_who_share_it(store: SqliteStore) -> None:
    def place_and_fail(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE threads SET channel = 'C-WRONG'")
        raise ValueError("half-way")

    def give_up(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")  # as SQLite does by itself when a disk is full
        raise sqlite3.OperationalError("database or disk is full")

    await take(store, a_run("r0", "t0"))
    gate = await hold(store)
    callers = [
        asyncio.create_task(take(store, a_run("r1", "t1"))),
        asyncio.create_task(thread_of(store).run(place_and_fail)),
        asyncio.create_task(thread_of(store).run(give_up)),
    ]
    await asyncio.sleep(0)
    gate.open()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert [type(each) for each in results] == [StorageError] * 3
    thread = await store.thread("t0")
    assert thread is not None
    assert thread.channel == "C1"
    assert await store.run("r1") is None


async def test_a_failing_commit_fails_all_who_share_it(store: SqliteStore) -> None:
    def owe_for_nobody(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        connection.execute(
            "INSERT INTO messages (run, part, channel, ts, digest) VALUES ('', '', '', '', '')"
        )

    gate = await hold(store)
    good = asyncio.create_task(take(store, a_run()))
    bad = asyncio.create_task(thread_of(store).run(owe_for_nobody))
    known = asyncio.create_task(take(store, a_run("r2", "t2"), keys=["key r1"]))
    await asyncio.sleep(0)
    gate.open()
    for result in await asyncio.gather(good, bad, known, return_exceptions=True):
        assert type(result) is StorageError
    assert await store.run("r1") is None
    await take(store, a_run())


async def test_a_full_disk_fails_what_was_being_written_and_nothing_that_was_kept(
    store: SqliteStore,
) -> None:
    await take(store, a_run())
    await configure(store, "max_page_count = 1")
    gate = await hold(store)
    callers = [
        asyncio.create_task(take(store, a_run(f"r{number}", f"t{number}")))
        for number in range(2, 200)
    ]
    await asyncio.sleep(0)
    gate.open()
    results = await asyncio.gather(*callers, return_exceptions=True)
    assert {str(result) for result in results} == {"The disk under the database is full."}
    assert await store.counts() == {"live": 1}
    await configure(store, "max_page_count = 100000")
    await take(store, a_run("r2", "t2"))


async def test_a_locked_database_is_told_as_such(store: SqliteStore, path: Path) -> None:
    await configure(store, "busy_timeout = 0")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked by another process"):
        await take(store, a_run())
    other.execute("ROLLBACK")
    other.close()
    await take(store, a_run())


async def test_a_mistake_in_one_piece_of_work_is_its_callers_alone(store: SqliteStore) -> None:
    with pytest.raises(TypeError):
        await store.claim(1, NOW.replace(tzinfo=None))
    await store.healthy()


# Cancelled callers


async def test_a_caller_cancelled_before_its_turn_changes_nothing(store: SqliteStore) -> None:
    gate = await hold(store)
    caller = asyncio.create_task(take(store, a_run()))
    other = asyncio.create_task(take(store, a_run("r2", "t2")))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gate.open()
    await other
    assert await store.run("r1") is None


async def cancel_while_it_commits(store: SqliteStore) -> tuple[Gate, asyncio.Task[None]]:
    """Cancel a take whose work is done, but whose commit waits for other work to go on."""
    gate, later = await hold(store), Gate()
    caller = asyncio.create_task(take(store, a_run(), [owes("r1")]))
    await asyncio.sleep(0)
    other = asyncio.create_task(thread_of(store).run(later))
    await asyncio.sleep(0)
    gate.open()
    await later.reached.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    return later, other


async def test_claims_of_a_caller_cancelled_during_the_commit_go_back(store: SqliteStore) -> None:
    gate, other = await cancel_while_it_commits(store)
    gate.open()
    await other
    (claim,) = await store.claim(10, NOW)
    assert (claim.run, claim.attempt, claim.interrupted) == ("r1", 2, False)


async def test_claims_of_a_caller_cancelled_while_the_store_closes_go_back(
    store: SqliteStore, path: Path
) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, about: complaints.append(about))
    gate, other = await cancel_while_it_commits(store)
    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(other, closing)
    after = make_store(path, "b")
    await after.open(NOW)
    assert len(await after.claim(10, NOW)) == 1
    await after.close()
    assert complaints == []


async def test_a_caller_cancelled_when_its_result_was_on_its_way_loses_no_claim(
    store: SqliteStore,
) -> None:
    gate = await hold(store)
    before = thread_of(store)._submit(lambda _: None)
    before.future.add_done_callback(lambda _: caller.cancel())
    caller = asyncio.create_task(take(store, a_run(), [owes("r1")]))
    await asyncio.sleep(0)
    gate.open()
    with pytest.raises(asyncio.CancelledError):
        await caller
    (claim,) = await store.claim(10, NOW)
    assert (claim.run, claim.attempt) == ("r1", 2)


async def test_an_error_that_nobody_waits_for_is_let_go(store: SqliteStore) -> None:
    gate = Gate()

    def fail(connection: sqlite3.Connection) -> None:
        gate(connection)
        raise StorageError

    caller = asyncio.create_task(thread_of(store).run(fail))
    await gate.reached.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    gate.open()
    await store.healthy()


# How the thread begins and ends


async def test_closing_finishes_what_was_submitted(store: SqliteStore, path: Path) -> None:
    gate = await hold(store)
    caller = asyncio.create_task(take(store, a_run()))
    await asyncio.sleep(0)
    closing = [asyncio.create_task(store.close()) for _ in range(2)]
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(caller, *closing)
    after = make_store(path)
    await after.open(NOW)
    assert await after.run("r1") == a_run()
    await after.close()


async def test_a_store_that_cannot_give_back_its_claims_is_closed_all_the_same(
    store: SqliteStore, path: Path
) -> None:
    await configure(store, "query_only = ON")
    with pytest.raises(StorageError, match="read-only"):
        await store.close()
    await store.close()
    after = make_store(path)
    await after.open(NOW)
    await after.close()


async def test_an_opening_that_is_cancelled_leaves_nothing_open(path: Path) -> None:
    store = make_store(path)
    opening = asyncio.create_task(store.open(NOW))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    for thread in storage_threads():
        await asyncio.to_thread(thread.join)
    await store.open(NOW)
    await store.close()


def test_a_loop_that_ends_without_closing_does_not_stop_the_thread(path: Path) -> None:
    store = make_store(path)

    async def leave() -> tuple[Gate, OneThread]:
        await store.open(NOW)
        return await hold(store), thread_of(store)

    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        gate, thread = runner.run(leave())
    gate.open()
    thread._jobs.put(None)
    for each in storage_threads():
        each.join()


async def test_callers_of_a_thread_that_ends_are_told(store: SqliteStore) -> None:
    thread = thread_of(store)
    gate = await hold(store)
    thread._jobs.put(None)
    thread._jobs.put(None)
    caller = asyncio.create_task(take(store, a_run()))
    await asyncio.sleep(0)
    gate.open()
    with pytest.raises(StorageError, match="ended unexpectedly"):
        await caller
    with pytest.raises(StorageError, match="not open"):
        await store.healthy()
