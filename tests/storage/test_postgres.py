"""What only the distributed engine does: its clock, its errors, lost connections, news."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from storage.crypto import PUT_OFF, Sealer, Unsealable
from storage.errors import StorageError
from storage.postgres import PostgresStore, core
from storage.postgres.core import Connection
from storage.postgres.errors import read_error
from storage.postgres.held import Held
from storage.rows import AuditRow, Change, FeedbackRow, InstallationRow, Standing
from tests.postgres import PostgresServer
from tests.storage.sample_rows import (
    KEY,
    LEASE,
    NOW,
    SECOND,
    SHOW,
    a_run,
    a_sign_in,
    a_token,
    next_version,
    owes,
    take,
    take_one,
)

NEW_KEY = "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY="  # made up


def a_store(
    url: str, replica: str = "a", *keys: str, clock: bool = False, lease: timedelta = LEASE
) -> PostgresStore:
    sealer = Sealer(keys or [KEY])
    return PostgresStore(url, replica=replica, lease=lease, sealer=sealer, database_clock=clock)


@pytest.fixture
def url(postgres_server: PostgresServer) -> str:
    return postgres_server.new_database()


async def cut(server: PostgresServer) -> None:
    """Every connection breaks, as when the server is started anew."""
    await server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND application_name <> '' AND backend_type = 'client backend'"
    )


# Life


async def test_it_is_opened_once_and_used_while_it_is_open(url: str) -> None:
    store = a_store(url)
    with pytest.raises(StorageError, match="not open"):
        await store.counts()
    await store.close()
    await store.open(NOW)
    with pytest.raises(StorageError, match="opened before"):
        await store.open(NOW)
    await store.close()
    await store.close()
    with pytest.raises(StorageError, match="not open"):
        await store.healthy()


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("postgresql://127.0.0.1:1/none", "cannot be reached"),
        ("postgresql://%zz", "cannot be reached"),
    ],
)
async def test_a_database_that_is_not_there_is_said_to_be(where: str, says: str) -> None:
    with pytest.raises(StorageError, match=says):
        await a_store(where).open(NOW)


async def test_a_user_without_rights_is_told_so(url: str, postgres_server: PostgresServer) -> None:
    await postgres_server.run("DROP ROLE IF EXISTS guest")
    await postgres_server.run("CREATE ROLE guest LOGIN")
    store = a_store(url.replace("postgres:@", "guest:@"))
    with pytest.raises(StorageError, match="lacks a right"):
        await store.open(NOW)
    await store.close()


async def test_a_database_of_a_newer_version_is_left_alone(url: str) -> None:
    store = a_store(url)
    await store.open(NOW)
    await store._execute("INSERT INTO migrations (name) VALUES ('from_the_future')")
    await store.close()
    with pytest.raises(StorageError, match="newer version"):
        await a_store(url).open(NOW)


async def test_many_that_open_at_once_migrate_once(url: str) -> None:
    stores = [a_store(url, f"replica {number}") for number in range(5)]
    await asyncio.gather(*(each.open(NOW) for each in stores))
    assert await stores[0].living(NOW) == 5
    await asyncio.gather(*(each.close() for each in stores))


async def test_replicas_that_were_last_seen_long_ago_are_forgotten(url: str) -> None:
    old, new = a_store(url, "old"), a_store(url, "new")
    await old.open(NOW)
    await take_one(old, owes("r1"))
    await new.open(NOW + timedelta(days=2))
    assert len(await new.claim(10, NOW + timedelta(days=2))) == 1
    await old.close()
    await new.close()


# Leases


async def test_leases_go_by_the_databases_clock(url: str) -> None:
    a = a_store(url, "a", clock=True, lease=timedelta(seconds=1))
    b = a_store(url, "b", clock=True, lease=timedelta(hours=1))
    await a.open(NOW)
    await b.open(NOW)
    far = NOW + timedelta(days=1000)
    await take_one(a, owes("r1"))
    assert await b.claim(10, far) == [], "whatever the callers' clocks say"
    await b._execute("UPDATE replicas SET seen_until = 0 WHERE name = 'a'")  # long silent
    assert len(await b.claim(10, NOW)) == 1
    await a.heartbeat(NOW - timedelta(days=1000))
    assert await b.living(far) == 2
    await a.close()
    await b.close()


# Trouble


async def test_a_transaction_that_another_was_preferred_to_is_repeated(url: str) -> None:
    store = a_store(url)
    await store.open(NOW)
    tries: list[int] = []

    async def work(_: Connection) -> int:
        tries.append(1)
        if len(tries) < core.TRIES:
            raise asyncpg.DeadlockDetectedError("somebody waits for us")
        return 7

    async def never(_: Connection) -> int:
        raise asyncpg.SerializationError("again")

    assert await store._transact(work) == 7
    with pytest.raises(StorageError, match="The database failed"):
        await store._transact(never)
    await store.close()


async def test_a_lost_connection_is_replaced_and_what_was_claimed_unknown_given_back(
    url: str, postgres_server: PostgresServer
) -> None:
    store = a_store(url)
    await store.open(NOW)
    claim = await take_one(store, owes("r1"))
    store._held = Held()  # as if the reply to the commit had been lost

    async def break_off(here: Connection) -> None:
        await here.execute("SELECT 1")
        await cut(postgres_server)
        await here.execute("SELECT 1")

    with pytest.raises(StorageError):
        await store._transact(break_off)
    assert await store.run("r1") == a_run(), "a reading is made again on another connection"
    for _ in range(2):  # in one look it may be a claim that its caller is about to have
        assert await store.claim(10, NOW) == []
        await store.heartbeat(NOW)
    (again,) = await store.claim(10, NOW)
    assert again.attempt == claim.attempt + 1
    await store.heartbeat(NOW)
    await store.begin(again)
    await store.close()


async def test_what_fails_is_said_in_our_words(url: str) -> None:
    store = a_store(url)
    await store.open(NOW)
    for sql in ("SELECT 1 / 0", "SELECT nothing FROM nowhere"):
        with pytest.raises(StorageError):
            await store._fetch(sql)
        with pytest.raises(StorageError):
            await store._execute(sql)
    with pytest.raises(StorageError, match="A rule of the database forbids this"):
        await store._execute("DELETE FROM audit")

    async def cut_off_as_it_rolls_back(_: Connection) -> None:
        raise asyncpg.InternalClientError("another operation (2) is in progress")

    with pytest.raises(StorageError, match="cannot be reached"):
        await store._transact(cut_off_as_it_rolls_back)
    await store.close()
    assert str(read_error(TimeoutError())) == "The database did not answer in time."
    assert str(read_error(asyncpg.InterfaceError("x"))) == "The database cannot be reached."


class Gone:
    """A pool whose server is away for good."""

    terminated = False

    async def fetch(self, *_: Any) -> None:
        raise ConnectionRefusedError

    def is_closing(self) -> bool:
        return False

    def acquire(self, **_: Any) -> None:
        raise ConnectionRefusedError

    async def close(self) -> None:
        raise ConnectionResetError

    def terminate(self) -> None:
        self.terminated = True


async def test_a_server_that_goes_away_for_good_ends_no_process(url: str) -> None:
    store, gone = a_store(url), Gone()
    await store.open(NOW)
    pool, store._pool = store._pool, gone  # type: ignore[assignment]
    with pytest.raises(StorageError, match="cannot be reached"):
        await store.run("r1")
    with pytest.raises(StorageError, match="cannot be reached"):
        await store.heartbeat(NOW)
    await store.close()
    assert gone.terminated
    assert pool is not None
    await pool.close()


async def test_news_that_cannot_be_heard_just_now_are_heard_again_later(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, real = a_store(url), asyncpg.connect
    await store.open(NOW)
    assert store._ear is not None
    await store._ear.close()

    async def refused(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncpg, "connect", refused)
    await store.heartbeat(NOW)  # the lease is kept all the same
    assert store._ear.is_closed()
    monkeypatch.setattr(asyncpg, "connect", real)
    await store.heartbeat(NOW)
    assert not store._ear.is_closed()
    await store.close()


async def test_a_claim_whose_caller_went_away_is_not_kept_although_giving_back_fails(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = a_store(url)
    await store.open(NOW)
    await take(store, a_run(), [owes("r1", due_at=NOW + SECOND)])
    real = store._execute

    async def failing(*_: Any) -> int:
        raise StorageError("just now")

    monkeypatch.setattr(store, "_execute", failing)
    caller = asyncio.create_task(store.claim(10, NOW + SECOND))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await asyncio.gather(*store._returning)
    for _ in range(2):  # looks that are of no avail
        await store.heartbeat(NOW)
    monkeypatch.setattr(store, "_execute", real)
    for _ in range(2):
        assert await store.claim(10, NOW + SECOND) == []
        await store.heartbeat(NOW)
    assert len(await store.claim(10, NOW + SECOND)) == 1
    await store.close()


# News


async def test_who_shows_a_run_hears_that_another_replica_has_moved_it(url: str) -> None:
    a, b = a_store(url, "a"), a_store(url, "b")
    await a.open(NOW)
    await b.open(NOW)
    heard: asyncio.Queue[str] = asyncio.Queue()
    a.on_news = heard.put_nowait
    b.on_news = lambda run: heard.put_nowait(f"b: {run}")
    (show,) = await take(a, a_run(), [owes("r1", SHOW, "show")])
    await b.save(Change(next_version(a_run()), owe=(owes("r1", SHOW, "show"),)), NOW)
    async with asyncio.timeout(5):
        assert await heard.get() == "r1"
    assert (await a.settle(show, NOW)) is not None
    await b.close()
    async with asyncio.timeout(5):
        assert await heard.get() == "", "b has left what it held"
    await a.close()


async def test_what_a_replica_leaves_without_a_word_is_heard_of_by_nobody(url: str) -> None:
    store = a_store(url)
    store.on_news("r1")  # nobody listens
    await store.open(NOW)
    await store.close()


# Keys


async def test_every_body_is_sealed_anew_with_the_newest_key(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgres.keeping.RESEALED_AT_ONCE", 2)
    store = a_store(url)
    await store.open(NOW)
    for number in range(5):
        owed = [owes(f"r{number}", due_at=NOW + SECOND)]
        await take(store, a_run(f"r{number}", f"t{number}"), owed)
    await store.keep_token(a_token())
    await store.begin_sign_in(a_sign_in())
    await store.put_on_record([AuditRow(b"said", "p1", NOW)])
    await store.keep_installation(InstallationRow("T1", b"installed"))
    await store.note_feedback(FeedbackRow("r1", "T1:U1", NOW, b"good"))
    await store.close()
    both = a_store(url, "b", NEW_KEY, KEY)
    await both.open(NOW)
    assert await both.reseal() == 10
    await both.close()
    old, new = a_store(url, "c"), a_store(url, "d", NEW_KEY)
    await old.open(NOW)
    await new.open(NOW)
    with pytest.raises(Unsealable):
        await old.run("r1")
    assert await old.claim(10, NOW + timedelta(days=1)) == [], "put off, and stops no other"
    (claim, *_) = await new.claim(10, NOW + timedelta(days=1) + PUT_OFF)
    assert claim.row.body == a_run("r0", "t0").body
    assert await new.run("r1") == a_run("r1", "t1")
    assert (await new.record(0, 1))[0].body == b"said"
    await old.close()
    await new.close()


async def test_a_thread_in_which_a_turn_is_being_taken_is_not_purged(url: str) -> None:
    store = a_store(url)
    await store.open(NOW)
    await take(store, a_run())
    await store.save(Change(next_version(a_run(), Standing.ENDED)), NOW)
    taker = await asyncpg.connect(url)
    transaction = taker.transaction()
    await transaction.start()
    await taker.execute("UPDATE threads SET id = id WHERE id = 't1'")  # as `take` holds it
    purging = asyncio.create_task(store.purge(NOW + SECOND))
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    async with asyncio.timeout(10):
        while await taker.fetchval(waits) == 0:
            await taker.execute("SELECT pg_stat_clear_snapshot()")
    await taker.execute(
        "INSERT INTO runs (id, thread, asker, state, standing, version, created_at, body)"
        " SELECT 'r2', thread, asker, state, 'live', 1, created_at, body FROM"
        " (VALUES ('t1', 'T1:U1', 'live', 0::bigint, ''::bytea)) AS r"
        " (thread, asker, state, created_at, body)"
    )
    await transaction.commit()
    await taker.close()
    assert await purging == 1
    assert await store.thread("t1") is not None
    assert await store.counts() == {"live": 1}
    await store.close()
