"""What is owed is claimed once, begun, settled or deferred."""

import asyncio

import pytest

from storage.errors import ClaimLost
from storage.rows import Change, Claim, Slot
from storage.store import Store
from tests.storage.sample_rows import (
    AGENT,
    ENDED,
    LIVE,
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


async def test_the_oldest_is_claimed_first_and_no_more_than_asked_for(store: Store) -> None:
    for number, seconds in enumerate((3, 1, 2)):
        due = NOW + SECOND * seconds
        await take(store, a_run(f"r{number}", f"t{number}"), [owes(f"r{number}", due_at=due)])
    assert [each.run for each in await store.claim(2, NOW + 9 * SECOND)] == ["r1", "r2"]
    assert [each.run for each in await store.claim(2, NOW + 9 * SECOND)] == ["r0"]
    assert await store.claim(2, NOW + 9 * SECOND) == []


async def test_nothing_is_claimed_where_nothing_is_wanted(store: Store) -> None:
    await take(store, a_run(), [owes("r1", due_at=NOW + SECOND)])
    assert await store.claim(0, NOW + SECOND) == []


async def test_each_thing_is_claimed_by_one_of_many_callers(store: Store) -> None:
    for number in range(10):
        run = a_run(f"r{number}", f"t{number}")
        await take(store, run, [owes(run.id, due_at=NOW + SECOND)])
    claims = await asyncio.gather(*(store.claim(3, NOW + SECOND) for _ in range(8)))
    names = [each.run for some in claims for each in some]
    assert sorted(names) == [f"r{number}" for number in range(10)]


async def test_a_claim_carries_the_run_as_it_stands(store: Store) -> None:
    await take(store, a_run(), [owes("r1", SHOW, "show", NOW + SECOND)])
    row = next_version(a_run())
    await store.save(Change(row), NOW)
    (claim,) = await store.claim(1, NOW + SECOND)
    assert claim == Claim("r1", SHOW, "show", 1, 1, interrupted=False, row=row)


async def test_a_queued_run_starts_when_its_thread_is_idle(store: Store) -> None:
    await take(store, a_run())
    for run in ("r2", "r3"):
        await take(store, a_run(run, standing=QUEUED), [owes(run, AGENT, "start", idle=True)])
    assert await store.claim(10, NOW) == []
    await end(store, a_run())
    assert [each.run for each in await store.claim(10, NOW)] == ["r2"]
    assert await store.claim(10, NOW) == []
    started = next_version(a_run("r2", standing=QUEUED), LIVE)
    await store.save(Change(started), NOW)
    assert await store.claim(10, NOW) == []
    await end(store, started)
    assert [each.run for each in await store.claim(10, NOW)] == ["r3"]


async def test_a_queued_run_that_is_stopped_lets_the_next_one_start(store: Store) -> None:
    await take(store, a_run())
    for run in ("r2", "r3"):
        await take(store, a_run(run, standing=QUEUED), [owes(run, AGENT, "start", idle=True)])
    stopped = next_version(a_run("r2", standing=QUEUED), ENDED)
    await store.save(Change(stopped, settle=(AGENT,)), NOW)
    assert await store.claim(10, NOW) == []
    await end(store, a_run())
    assert [each.run for each in await store.claim(10, NOW)] == ["r3"]


async def test_the_queue_of_another_thread_holds_nothing_back(store: Store) -> None:
    await take(store, a_run())
    await take(store, a_run("r2", standing=QUEUED), [owes("r2", idle=True)])
    await take(store, a_run("r3", "t2"))
    await take(store, a_run("r4", "t2", QUEUED), [owes("r4", idle=True)])
    await end(store, a_run("r3", "t2"))
    assert [each.run for each in await store.claim(10, NOW)] == ["r4"]


async def test_a_settled_claim_is_done(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    assert await store.settle(claim, NOW) is None
    assert await store.claim(10, NOW) == []
    with pytest.raises(ClaimLost):
        await store.begin(claim)


async def test_settling_twice_is_let_go(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    await store.settle(claim, NOW)
    assert await store.settle(claim, NOW) is None
    await store.defer(claim, NOW)
    assert await store.claim(10, NOW) == []


async def test_a_deferred_claim_comes_back_at_its_time_as_the_next_attempt(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    await store.begin(claim)
    await store.defer(claim, NOW + SECOND)
    assert await store.claim(10, NOW) == []
    (again,) = await store.claim(10, NOW + SECOND)
    assert (again.revision, again.attempt, again.interrupted) == (claim.revision, 2, False)


async def test_a_deferred_claim_is_not_held_any_more(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    await store.defer(claim, NOW)
    with pytest.raises(ClaimLost):
        await store.begin(claim)
    with pytest.raises(ClaimLost):
        await store.save(Change(next_version(a_run()), claim=claim), NOW)
    (again,) = await store.claim(10, NOW)
    await store.defer(claim, NOW + SECOND)
    assert await store.settle(claim, NOW) is None
    await store.begin(again)


async def test_attempts_begin_anew_with_each_revision(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    await store.defer(claim, NOW)
    (claim,) = await store.claim(1, NOW)
    (anew,) = await store.save(Change(next_version(a_run()), (owes("r1"),)), NOW)
    assert (claim.attempt, anew.attempt) == (2, 1)
    assert anew.revision > claim.revision


async def test_what_the_agent_slot_owes_anew_is_taken_from_its_earlier_claim(
    store: Store,
) -> None:
    old = await take_one(store, owes("r1"))
    (new,) = await store.save(Change(next_version(a_run()), (owes("r1"),)), NOW)
    with pytest.raises(ClaimLost):
        await store.begin(old)
    assert await store.settle(old, NOW) is None
    await store.begin(new)


async def test_what_the_agent_slot_owes_for_later_is_nobodys(store: Store) -> None:
    old = await take_one(store, owes("r1"))
    later = (owes("r1", due_at=NOW + SECOND),)
    assert await store.save(Change(next_version(a_run()), later), NOW) == []
    with pytest.raises(ClaimLost):
        await store.begin(old)
    (new,) = await store.claim(1, NOW + SECOND)
    assert new.attempt == 1


@pytest.mark.parametrize("slot", list(Slot))
async def test_a_begun_mark_goes_when_the_slot_is_owed_anew(store: Store, slot: Slot) -> None:
    claim = await take_one(store, owes("r1", slot))
    await store.begin(claim)
    later = (owes("r1", slot, due_at=NOW + SECOND),)
    await store.save(Change(next_version(a_run()), later, claim=claim), NOW)
    (again,) = await store.claim(1, NOW + SECOND)
    assert (again.interrupted, again.attempt) == (False, 1)


async def owe_another_look(store: Store, **owed: object) -> tuple[Claim, list[Claim]]:
    """A look that is being shown, and another one owed meanwhile by a step without its claim."""
    first = await take_one(store, owes("r1", SHOW, "first"))
    await store.begin(first)
    owe = (owes("r1", SHOW, "second", **owed),)  # type: ignore[arg-type]
    return first, await store.save(Change(next_version(a_run()), owe), NOW)


async def test_a_look_owed_while_one_is_shown_is_given_to_the_one_who_shows(
    store: Store,
) -> None:
    first, claims = await owe_another_look(store)
    assert claims == []
    assert await store.claim(10, NOW) == []
    second = await store.settle(first, NOW)
    assert second is not None
    row = next_version(a_run())
    assert second == Claim("r1", SHOW, "second", second.revision, 1, interrupted=False, row=row)
    assert second.revision > first.revision
    assert await store.settle(first, NOW) is None
    assert await store.settle(second, NOW) is None
    assert await store.claim(10, NOW) == []


async def test_a_look_that_showed_what_was_owed_anew_settles_that_as_well(store: Store) -> None:
    first, _ = await owe_another_look(store)
    assert await store.settle(first, NOW, next_version(a_run()).version) is None
    assert await store.claim(10, NOW) == []
    third = next_version(next_version(a_run()))
    (claim,) = await store.save(Change(third, (owes("r1", SHOW, "third"),)), NOW)
    fourth = next_version(third)
    assert await store.save(Change(fourth, (owes("r1", SHOW, "fourth"),)), NOW) == []
    anew = await store.settle(claim, NOW, third.version)
    assert anew is not None, "the fourth was not shown"
    assert anew.row == fourth


async def test_a_look_that_was_replaced_can_be_neither_begun_nor_saved(store: Store) -> None:
    first, _ = await owe_another_look(store)
    with pytest.raises(ClaimLost):
        await store.begin(first)
    row = next_version(next_version(a_run()))
    with pytest.raises(ClaimLost):
        await store.save(Change(row, claim=first), NOW)
    assert await store.settle(first, NOW) is not None


async def test_looks_owed_several_times_while_one_is_shown_become_one(store: Store) -> None:
    first, _ = await owe_another_look(store)
    third = next_version(next_version(a_run()))
    assert await store.save(Change(third, (owes("r1", SHOW, "third"),)), NOW) == []
    claim = await store.settle(first, NOW)
    assert claim is not None
    assert (claim.kind, claim.row) == ("third", third)


@pytest.mark.parametrize("owed", [{"due_at": NOW + SECOND}, {"idle": True}])
async def test_a_look_owed_for_later_is_left_when_the_one_before_settles(
    store: Store, owed: dict[str, object]
) -> None:
    first, _ = await owe_another_look(store, **owed)
    assert await store.settle(first, NOW) is None
    assert await store.claim(10, NOW) == []
    await end(store, next_version(a_run()))
    (claim,) = await store.claim(10, NOW + SECOND)
    assert (claim.kind, claim.attempt) == ("second", 1)


async def test_a_deferred_look_gives_back_what_was_owed_meanwhile(store: Store) -> None:
    first, _ = await owe_another_look(store)
    await store.defer(first, NOW + SECOND)
    assert await store.claim(10, NOW) == []
    (second,) = await store.claim(10, NOW + SECOND)
    assert (second.kind, second.attempt, second.interrupted) == ("second", 1, False)


async def test_a_deferred_look_does_not_hasten_what_was_owed_for_later(store: Store) -> None:
    first, _ = await owe_another_look(store, due_at=NOW + 2 * SECOND)
    await store.defer(first, NOW + SECOND)
    assert await store.claim(10, NOW + SECOND) == []
    assert len(await store.claim(10, NOW + 2 * SECOND)) == 1


@pytest.mark.parametrize("slot", list(Slot))
async def test_a_claim_of_an_unknown_run_is_lost(store: Store, slot: Slot) -> None:
    stray = Claim("nobody", slot, "poll", 1, 1, interrupted=False, row=a_run("nobody"))
    with pytest.raises(ClaimLost):
        await store.begin(stray)
    assert await store.settle(stray, NOW) is None
    await store.defer(stray, NOW)


async def test_a_cancelled_caller_loses_no_claim(store: Store) -> None:
    due = NOW + SECOND
    await take(store, a_run(), [owes("r1", due_at=due)])
    caller = asyncio.create_task(store.claim(10, due))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    claims: list[Claim] = []
    while not claims:  # the claim may be on its way back
        claims = await store.claim(10, due)
    assert claims[0].run == "r1"
