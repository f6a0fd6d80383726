"""Several replicas on one database: leases, takeovers, and what comes back as interrupted."""

from dataclasses import replace

import pytest

from storage.errors import ClaimLost, StaleRun, StorageError
from storage.rows import Change
from storage.store import Store
from tests.storage.conftest import Engine, OpenStore
from tests.storage.sample_rows import (
    AGENT,
    LATER,
    LEASE,
    NOW,
    SECOND,
    SHOW,
    a_run,
    next_version,
    owes,
    take,
    take_one,
)


async def test_what_a_living_replica_holds_is_its_own(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    claim = await take_one(a, owes("r1"))
    assert await b.claim(10, NOW + LEASE) == []
    await a.begin(claim)


async def test_a_heartbeat_prolongs_the_lease(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    await take_one(a, owes("r1"))
    await a.heartbeat(NOW + SECOND)
    assert await b.claim(10, NOW + LEASE + SECOND) == []
    await a.heartbeat(NOW)
    assert await b.claim(10, NOW + LEASE + SECOND) == []
    assert len(await b.claim(10, NOW + LEASE + 2 * SECOND)) == 1


async def test_what_a_dead_replica_held_is_claimed_by_another(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    claim = await take_one(a, owes("r1"))
    (taken,) = await b.claim(10, LATER)
    assert taken == replace(claim, attempt=2)
    with pytest.raises(ClaimLost):
        await a.begin(claim)
    with pytest.raises(ClaimLost):
        await a.save(Change(next_version(a_run()), claim=claim), LATER)
    assert await a.settle(claim, LATER) is None
    await a.defer(claim, LATER)
    await b.begin(taken)


async def test_what_a_dead_replica_had_begun_comes_back_as_interrupted_until_it_is_owed_anew(
    open_store: OpenStore,
) -> None:
    a, b, c = await open_store("a"), await open_store("b"), await open_store("c")
    await a.begin(await take_one(a, owes("r1", kind="invoke")))
    (first,) = await b.claim(10, LATER)
    assert first.interrupted
    await c.heartbeat(LATER + LEASE)
    (second,) = await c.claim(10, LATER + LEASE)
    assert (second.interrupted, second.attempt) == (True, 3)
    (third,) = await c.save(
        Change(next_version(a_run()), (owes("r1"),), claim=second), LATER + LEASE
    )
    assert not third.interrupted


async def test_a_replica_that_was_slow_keeps_what_nobody_took(open_store: OpenStore) -> None:
    a = await open_store("a")
    claim = await take_one(a, owes("r1"))
    assert await a.claim(10, LATER) == []
    await a.begin(claim)
    await a.save(Change(next_version(a_run()), claim=claim), LATER)


async def test_a_closed_replica_gives_back_its_claims_at_once(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    claims = await take(a, a_run(), [owes("r1", AGENT), owes("r1", SHOW)])
    await a.begin(claims[0])
    await a.close()
    await a.close()
    agent, show = await b.claim(10, NOW)
    assert (agent.slot, agent.interrupted, agent.attempt) == (AGENT, True, 2)
    assert (show.slot, show.interrupted, show.attempt) == (SHOW, False, 2)


async def test_a_replica_that_opens_again_under_its_name_finds_what_it_held(
    open_store: OpenStore, engine: Engine
) -> None:
    a, again = await open_store("a"), engine.store("a")
    claim = await take_one(a, owes("r1"))
    await again.open(NOW)
    assert await again.claim(10, NOW) == [replace(claim, attempt=2)]
    await again.close()


async def test_a_look_that_another_living_replica_shows_stays_with_it(
    open_store: OpenStore,
) -> None:
    a, b = await open_store("a"), await open_store("b")
    first = await take_one(a, owes("r1", SHOW, "first"))
    row = next_version(a_run())
    assert await b.save(Change(row, (owes("r1", SHOW, "second"),)), NOW) == []
    assert await b.claim(10, NOW) == []
    second = await a.settle(first, NOW)
    assert second is not None
    assert (second.kind, second.attempt, second.row) == ("second", 1, row)
    assert await b.settle(second, NOW) is None
    await a.begin(second)


async def test_a_look_stays_with_its_holder_to_the_end_of_its_lease_even_when_settled(
    open_store: OpenStore,
) -> None:
    a, b = await open_store("a"), await open_store("b")
    first = await take_one(a, owes("r1", SHOW, "first"))
    change = Change(next_version(a_run()), (owes("r1", SHOW, "second"),), settle=(SHOW,))
    assert await b.save(change, NOW + LEASE) == []
    second = await a.settle(first, NOW + LEASE)
    assert second is not None
    assert second.kind == "second"


async def test_a_look_that_a_dead_replica_showed_is_taken_over(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    first = await take_one(a, owes("r1", SHOW, "first"))
    await b.heartbeat(LATER)
    (second,) = await b.save(Change(next_version(a_run()), (owes("r1", SHOW, "second"),)), LATER)
    assert (second.kind, second.attempt) == ("second", 1)
    assert await a.settle(first, LATER) is None
    await b.begin(second)


async def test_a_look_owed_while_its_holder_died_begins_anew(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    await a.begin(await take_one(a, owes("r1", SHOW, "first")))
    await b.save(Change(next_version(a_run()), (owes("r1", SHOW, "second"),)), NOW)
    (second,) = await b.claim(10, LATER)
    assert (second.kind, second.attempt, second.interrupted) == ("second", 1, False)


async def test_what_the_agent_slot_owes_anew_is_taken_over_from_another_replica(
    open_store: OpenStore,
) -> None:
    a, b = await open_store("a"), await open_store("b")
    old = await take_one(a, owes("r1"))
    (new,) = await b.save(Change(next_version(a_run()), (owes("r1"),)), NOW)
    with pytest.raises(ClaimLost):
        await a.begin(old)
    assert await a.settle(old, NOW) is None
    await b.begin(new)


async def test_a_slot_is_settled_whichever_replica_holds_it(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    claim = await take_one(a, owes("r1", SHOW))
    await b.save(Change(next_version(a_run()), settle=(SHOW,)), NOW)
    with pytest.raises(ClaimLost):
        await a.begin(claim)


async def test_of_two_replicas_that_move_a_run_one_is_told_it_is_stale(
    open_store: OpenStore,
) -> None:
    a, b = await open_store("a"), await open_store("b")
    await take(a, a_run())
    await b.save(Change(next_version(a_run())), NOW)
    with pytest.raises(StaleRun):
        await a.save(Change(next_version(a_run())), NOW)
    assert await a.run("r1") == next_version(a_run())


async def test_nothing_is_kept_before_opening_or_after_closing(engine: Engine) -> None:
    store: Store = engine.store("a")
    await store.close()
    with pytest.raises(StorageError, match="not open"):
        await store.healthy()
    await store.open(NOW)
    with pytest.raises(StorageError, match="opened before"):
        await store.open(NOW)
    await store.healthy()
    await store.close()
    with pytest.raises(StorageError, match="not open"):
        await store.run("r1")


async def test_what_was_kept_is_there_after_opening_again(open_store: OpenStore) -> None:
    first = await open_store("a")
    await take(first, a_run())
    await first.close()
    second = await open_store("b")
    assert await second.run("r1") == a_run()
    assert await second.run_of_turn("key r1") == "r1"
