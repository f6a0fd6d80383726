"""How much there is, and how many are at it."""

from dataclasses import replace

import pytest

from storage.errors import AlreadyTaken
from storage.room import Crowd, Room
from storage.rows import Change
from storage.store import Store
from tests.storage.conftest import OpenStore
from tests.storage.sample_rows import (
    LATER,
    LEASE,
    NOW,
    QUEUED,
    SECOND,
    a_run,
    a_thread,
    end,
    next_version,
    take,
)


async def test_replicas_live_as_long_as_their_lease(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.living(NOW) == await b.living(NOW) == 2
    await b.heartbeat(NOW + 10 * SECOND)
    assert await b.living(NOW + LEASE + SECOND) == 1
    assert await a.living(NOW + LEASE + SECOND) == 2, "whoever asks lives"
    await b.close()
    assert await a.living(LATER) == 1


async def test_the_oldest_of_each_unfinished_state_is_known(store: Store) -> None:
    assert await store.oldest() == {}
    await take(store, a_run("r1", "t1", created_at=NOW))
    await take(store, a_run("r2", "t2", created_at=NOW - SECOND))
    await take(store, a_run("r3", "t2", QUEUED, created_at=NOW + SECOND))
    await take(store, a_run("r4", "t4", created_at=NOW - 9 * SECOND))
    await end(store, a_run("r4", "t4", created_at=NOW - 9 * SECOND))
    assert await store.oldest() == {"live": NOW - SECOND, "queued": NOW + SECOND}


class Full(Exception):
    """What a check without room for anybody raises."""


async def count(store: Store, thread: str, asker: str) -> Crowd:
    """What the check of one more turn is told; the turn itself is refused."""
    told: list[Crowd] = []

    def refuse(crowd: Crowd) -> None:
        told.append(crowd)
        raise Full

    one_more = a_run("r0", thread, asker=asker)
    with pytest.raises(Full):
        await store.take(a_thread(thread), one_more, ["key r0"], [], NOW, Room("waits", refuse))
    assert await store.run("r0") is None
    assert await store.run_of_turn("key r0") is None, "what found no room may come again"
    return told[-1]


async def test_what_is_unfinished_is_counted_by_thread_person_and_state(store: Store) -> None:
    assert await count(store, "t1", "T1:U1") == Crowd(0, 0, 0)
    await take(store, a_run("r1", "t1"))
    await take(store, a_run("r2", "t1", QUEUED, asker="T1:U2"))
    await take(store, a_run("r3", "t3"))
    await store.save(Change(replace(next_version(a_run("r3", "t3")), state="waits")), NOW)
    await take(store, a_run("r4", "t4"))
    await end(store, a_run("r4", "t4"))
    assert await count(store, "t1", "T1:U1") == Crowd(2, 1, 1)
    assert await count(store, "t9", "T1:U2") == Crowd(0, 1, 0)
    assert await store.unfinished() == 3


async def test_a_turn_taken_before_is_known_even_where_there_is_no_room(store: Store) -> None:
    def refuse(crowd: Crowd) -> None:
        raise Full(crowd)

    await take(store, a_run("r1", "t1"))
    with pytest.raises(AlreadyTaken):
        await store.take(
            a_thread("t1"), a_run("r9", "t1"), ["key r1"], [], NOW, Room("waits", refuse)
        )
