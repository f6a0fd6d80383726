"""A named lock is one replica's until it lets go, closes, or its time is over."""

import asyncio

from tests.storage.conftest import Engine, OpenStore
from tests.storage.sample_rows import LATER, LEASE, NOW, SECOND

UNTIL = NOW + SECOND


async def test_a_lock_is_one_replicas_until_its_time_is_over(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("refresh", UNTIL, NOW)
    assert not await b.lock("refresh", LATER, UNTIL - SECOND / 1000)
    assert await b.lock("refresh", LATER, UNTIL)
    assert not await a.lock("refresh", LATER, UNTIL)


async def test_a_lock_outlasts_the_lease_of_its_holder(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("refresh", LATER + SECOND, NOW)
    await b.claim(10, LATER)
    assert not await b.lock("refresh", LATER + SECOND, LATER)


async def test_a_replica_may_hold_its_own_lock_for_longer_or_less_long(
    open_store: OpenStore,
) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("refresh", UNTIL, NOW)
    assert await a.lock("refresh", UNTIL + SECOND, NOW)
    assert not await b.lock("refresh", LATER, UNTIL)
    assert await a.lock("refresh", UNTIL, UNTIL)
    assert await b.lock("refresh", LATER, UNTIL)


async def test_a_lock_that_is_let_go_is_free(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("refresh", UNTIL, NOW)
    await a.unlock("refresh")
    await a.unlock("refresh")
    assert await b.lock("refresh", UNTIL, NOW)


async def test_nobody_lets_go_of_anothers_lock(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("refresh", UNTIL, NOW)
    await b.unlock("refresh")
    assert not await b.lock("refresh", UNTIL, NOW)
    assert await b.lock("refresh", LATER, UNTIL)
    await a.unlock("refresh")
    assert not await a.lock("refresh", LATER, UNTIL)


async def test_locks_of_different_names_have_nothing_to_do_with_each_other(
    open_store: OpenStore,
) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("refresh T1:U1", UNTIL, NOW)
    assert await b.lock("refresh T1:U2", UNTIL, NOW)
    await a.unlock("refresh T1:U1")
    assert not await a.lock("refresh T1:U2", UNTIL, NOW)


async def test_of_two_replicas_that_want_a_lock_at_once_one_gets_it(
    open_store: OpenStore,
) -> None:
    stores = [await open_store("a"), await open_store("b")]
    for number in range(10):
        name = f"refresh {number}"
        got = await asyncio.gather(*(store.lock(name, UNTIL, NOW) for store in stores))
        assert sorted(got) == [False, True]
        again = await asyncio.gather(*(store.lock(name, LATER, UNTIL) for store in stores))
        assert sorted(again) == [False, True]


async def test_the_locks_of_a_replica_that_closes_are_free(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("refresh", UNTIL, NOW)
    await a.close()
    assert await b.lock("refresh", UNTIL, NOW)


async def test_the_locks_of_a_replica_that_opens_again_under_its_name_are_free(
    open_store: OpenStore, engine: Engine
) -> None:
    a, b, again = await open_store("a"), await open_store("b"), engine.store("a")
    assert await a.lock("refresh", UNTIL, NOW)
    await again.open(NOW)
    assert await b.lock("refresh", UNTIL, NOW)
    await again.close()


async def test_locks_that_are_held_stay_when_what_is_old_is_purged(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    assert await a.lock("over", NOW, NOW)
    assert await a.lock("held", NOW + LEASE, NOW)
    await b.purge(NOW)
    assert not await b.lock("held", LATER, NOW)
    assert await b.lock("over", LATER, NOW)
