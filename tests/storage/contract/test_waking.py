"""What waited for a person is due at once when they have come."""

from dataclasses import replace

from storage.rows import Change
from storage.store import Store
from tests.storage.conftest import OpenStore
from tests.storage.sample_rows import (
    AGENT,
    LATER,
    LEASE,
    NOW,
    QUEUED,
    SECOND,
    SHOW,
    a_run,
    end,
    next_version,
    owes,
    take,
    take_one,
)

FAR = NOW + 1000 * SECOND


async def test_what_waits_for_a_person_can_be_claimed_at_once(store: Store) -> None:
    for number in (1, 2):
        run = a_run(f"r{number}", f"t{number}")
        await take(store, run, [owes(run.id, kind="invoke", due_at=FAR)])
    assert await store.claim(10, NOW) == []
    assert await store.wake("T1:U1", "invoke", NOW) == 2
    claims = await store.claim(10, NOW)
    assert [(each.run, each.attempt, each.interrupted) for each in claims] == [
        ("r1", 1, False),
        ("r2", 1, False),
    ]
    assert claims[0].row == a_run("r1", "t1")


async def test_nobody_is_woken_twice(store: Store) -> None:
    await take(store, a_run(), [owes("r1", due_at=FAR)])
    assert await store.wake("T1:U1", "poll", NOW) == 1
    assert await store.wake("T1:U1", "poll", NOW) == 0
    assert await store.wake("T1:U1", "poll", NOW + SECOND) == 0
    assert len(await store.claim(10, NOW)) == 1


async def test_other_people_and_other_kinds_are_left_to_wait(store: Store) -> None:
    await take(store, a_run(), [owes("r1", AGENT, "poll", FAR), owes("r1", SHOW, "show", FAR)])
    await take(store, a_run("r2", "t2", asker="T1:U2"), [owes("r2", AGENT, "invoke", FAR)])
    assert await store.wake("T1:U1", "invoke", NOW) == 0
    assert await store.wake("T1:U3", "poll", NOW) == 0
    assert await store.claim(10, NOW) == []
    assert await store.wake("T1:U1", "show", NOW) == 1
    assert [each.slot for each in await store.claim(10, NOW)] == [SHOW]


async def test_runs_that_are_not_live_are_left(store: Store) -> None:
    await take(store, a_run())
    await take(store, a_run("r2", standing=QUEUED), [owes("r2", due_at=FAR)])
    await take(store, a_run("r3", "t3"), [owes("r3", due_at=FAR)])
    await end(store, a_run("r3", "t3"))
    assert await store.wake("T1:U1", "poll", NOW) == 0


async def test_what_is_held_is_left_to_its_holder(open_store: OpenStore) -> None:
    a, b = await open_store("a"), await open_store("b")
    first = await take_one(a, owes("r1", SHOW, "first"))
    row = next_version(a_run())
    assert await a.save(Change(row, (owes("r1", SHOW, "second", FAR),)), NOW) == []
    assert await b.wake("T1:U1", "second", NOW) == 0
    assert await a.settle(first, NOW) is None
    assert await b.wake("T1:U1", "second", NOW) == 1


async def test_what_was_due_already_keeps_its_place(store: Store) -> None:
    for number, wait in ((1, 2), (2, 1), (3, 900)):
        run = a_run(f"r{number}", f"t{number}")
        await take(store, run, [owes(run.id, due_at=NOW + wait * SECOND)])
    assert await store.wake("T1:U1", "poll", NOW + LEASE) == 1
    assert [each.run for each in await store.claim(10, NOW + LEASE)] == ["r2", "r1", "r3"]


async def test_a_deferred_claim_is_woken_as_its_next_attempt(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    await store.begin(claim)
    await store.defer(claim, FAR)
    assert await store.wake("T1:U1", "poll", NOW) == 1
    assert await store.claim(10, NOW) == [replace(claim, attempt=2)]


async def test_what_one_replica_wakes_another_may_claim_and_only_once(
    open_store: OpenStore,
) -> None:
    a, b = await open_store("a"), await open_store("b")
    await take(a, a_run(), [owes("r1", due_at=FAR)])
    assert await b.wake("T1:U1", "poll", LATER) == 1
    assert len(await b.claim(10, LATER)) == 1
    assert await a.wake("T1:U1", "poll", LATER) == 0
