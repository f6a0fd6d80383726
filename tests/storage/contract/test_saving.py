"""One step of a run is saved whole or not at all."""

from dataclasses import replace

import pytest

from storage.errors import AlreadyDecided, ClaimLost, StaleRun, StorageError, ThreadBusy
from storage.rows import Change, Claim, ThreadRow
from storage.store import Store
from tests.storage.sample_rows import (
    AGENT,
    LIVE,
    NOW,
    QUEUED,
    SECOND,
    SHOW,
    a_run,
    a_thread,
    an_approval,
    end,
    next_version,
    owes,
    take,
    take_one,
)


async def test_a_step_replaces_the_run(store: Store) -> None:
    await take(store, a_run())
    row = next_version(a_run())
    assert await store.save(Change(row), NOW) == []
    assert await store.run("r1") == row


@pytest.mark.parametrize("version", [1, 3])
async def test_a_step_from_another_version_is_stale(store: Store, version: int) -> None:
    await take(store, a_run())
    with pytest.raises(StaleRun):
        await store.save(Change(replace(a_run(), version=version, state="x")), NOW)
    assert await store.run("r1") == a_run()


async def test_a_step_of_an_unknown_run_is_stale(store: Store) -> None:
    with pytest.raises(StaleRun):
        await store.save(Change(next_version(a_run())), NOW)


async def test_of_two_steps_from_one_version_the_first_wins(store: Store) -> None:
    await take(store, a_run())
    await store.save(Change(next_version(a_run())), NOW)
    with pytest.raises(StaleRun):
        await store.save(Change(replace(next_version(a_run()), state="late")), NOW)


async def test_a_lost_claim_is_told_before_a_stale_version(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    await store.settle(claim, NOW)
    with pytest.raises(ClaimLost):
        await store.save(Change(a_run(), claim=claim), NOW)


async def test_a_stale_version_is_told_before_a_decided_approval(store: Store) -> None:
    await take(store, a_run())
    with pytest.raises(StaleRun):
        await store.save(Change(a_run(), approvals=((an_approval(), "open"),)), NOW)


async def test_a_failed_step_changes_nothing(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    change = Change(
        next_version(a_run()),
        owe=(owes("r1", SHOW, "show"),),
        claim=claim,
        approvals=((an_approval("p1"), None), (an_approval("p2"), "open")),
        conversation=("c1",),
    )
    with pytest.raises(AlreadyDecided):
        await store.save(change, NOW)
    assert await store.run("r1") == a_run()
    assert await store.thread("t1") == a_thread()
    assert await store.claim(10, NOW) == []
    await store.begin(claim)
    await store.save(Change(next_version(a_run()), approvals=((an_approval("p1"), None),)), NOW)


async def test_what_a_step_owes_is_claimed_with_the_run_as_saved(store: Store) -> None:
    await take(store, a_run())
    row = next_version(a_run())
    owe = (owes("r1", AGENT, "invoke"), owes("r1", SHOW, "show"))
    claims = await store.save(Change(row, owe), NOW)
    assert [(each.slot, each.kind, each.attempt, each.row) for each in claims] == [
        (AGENT, "invoke", 1, row),
        (SHOW, "show", 1, row),
    ]


async def test_what_is_not_due_yet_or_waits_for_an_idle_thread_is_left(store: Store) -> None:
    await take(store, a_run())
    owe = (owes("r1", AGENT, due_at=NOW + SECOND), owes("r1", SHOW, idle=True))
    assert await store.save(Change(next_version(a_run()), owe), NOW) == []
    assert [each.slot for each in await store.claim(10, NOW + SECOND)] == [AGENT]


async def test_a_claim_given_in_a_step_is_settled(store: Store) -> None:
    claim = await take_one(store, owes("r1"))
    await store.save(Change(next_version(a_run()), claim=claim), NOW)
    with pytest.raises(ClaimLost):
        await store.begin(claim)
    assert await store.settle(claim, NOW) is None


async def test_a_claimed_slot_that_is_filled_again_gives_a_new_claim(store: Store) -> None:
    for slot in (AGENT, SHOW):
        run, thread = f"r {slot}", f"t {slot}"
        (claim,) = await take(store, a_run(run, thread), [owes(run, slot, "first")])
        await store.begin(claim)
        row = next_version(a_run(run, thread))
        (again,) = await store.save(Change(row, (owes(run, slot, "then"),), claim=claim), NOW)
        assert again.revision > claim.revision
        assert again == Claim(run, slot, "then", again.revision, 1, interrupted=False, row=row)
        with pytest.raises(ClaimLost):
            await store.begin(claim)


async def test_settled_slots_are_emptied_whoever_holds_them(store: Store) -> None:
    claims = await take(store, a_run(), [owes("r1", AGENT), owes("r1", SHOW)])
    await store.save(Change(next_version(a_run()), settle=(AGENT, SHOW)), NOW)
    for claim in claims:
        with pytest.raises(ClaimLost):
            await store.begin(claim)


async def test_a_slot_that_is_emptied_and_filled_does_not_revive_its_old_claim(
    store: Store,
) -> None:
    old = await take_one(store, owes("r1"))
    second = next_version(a_run())
    await store.save(Change(second, settle=(AGENT,)), NOW)
    (new,) = await store.save(Change(next_version(second), (owes("r1"),)), NOW)
    assert (old.slot, old.attempt, new.attempt) == (new.slot, 1, 1)
    assert await store.settle(old, NOW) is None
    await store.begin(new)


async def test_a_slot_that_a_step_fills_and_settles_is_filled(store: Store) -> None:
    await take(store, a_run())
    change = Change(next_version(a_run()), (owes("r1"),), settle=(AGENT,))
    (claim,) = await store.save(change, NOW)
    await store.begin(claim)


async def test_a_conversation_is_set_cleared_or_left(store: Store) -> None:
    row = a_run()
    await take(store, row)
    for conversation, expected in ((("c1",), "c1"), (None, "c1"), ((None,), None)):
        row = next_version(row)
        await store.save(Change(row, conversation=conversation), NOW)
        assert await store.thread("t1") == replace(a_thread(), conversation_id=expected)


async def test_an_approval_is_decided_once(store: Store) -> None:
    await take(store, a_run())
    row = next_version(a_run())
    await store.save(Change(row, approvals=((an_approval(), None),)), NOW)
    decided = replace(an_approval(state="deciding"), decided_by="T1:U2", decided_at=NOW)
    row = next_version(row)
    await store.save(Change(row, approvals=((decided, "open"),)), NOW)
    with pytest.raises(AlreadyDecided):
        await store.save(Change(next_version(row), approvals=((decided, "open"),)), NOW)
    assert await store.run("r1") == row


async def test_an_approval_id_is_used_once(store: Store) -> None:
    await take(store, a_run())
    row = next_version(a_run())
    await store.save(Change(row, approvals=((an_approval(state="cancelled"), None),)), NOW)
    with pytest.raises(AlreadyDecided):
        await store.save(Change(next_version(row), approvals=((an_approval(), None),)), NOW)


async def test_a_job_waits_for_one_approval_at_a_time(store: Store) -> None:
    await take(store, a_run())
    row = next_version(a_run())
    await store.save(Change(row, approvals=((an_approval("p1"), None),)), NOW)
    with pytest.raises(AlreadyDecided):
        await store.save(Change(next_version(row), approvals=((an_approval("p2"), None),)), NOW)
    row = next_version(row)
    both = ((an_approval("p1", "elsewhere"), "open"), (an_approval("p2"), None))
    await store.save(Change(row, approvals=both), NOW)
    reopened = ((an_approval("p1"), "elsewhere"),)
    with pytest.raises(AlreadyDecided):
        await store.save(Change(next_version(row), approvals=reopened), NOW)
    other = ((an_approval("p3", job="j2"), None),)
    await store.save(Change(next_version(row), approvals=other), NOW)


async def test_an_approval_of_an_unknown_run_is_refused(store: Store) -> None:
    await take(store, a_run())
    stray = replace(an_approval(), run="nobody")
    with pytest.raises(StorageError) as refusal:
        await store.save(Change(next_version(a_run()), approvals=((stray, None),)), NOW)
    assert not isinstance(refusal.value, AlreadyDecided)


async def test_a_queued_run_goes_live_when_the_one_before_has_ended(store: Store) -> None:
    queued = a_run("r2", standing=QUEUED)
    await take(store, a_run())
    await take(store, queued)
    with pytest.raises(ThreadBusy) as refusal:
        await store.save(Change(next_version(queued, LIVE)), NOW)
    assert refusal.value.ahead == 1
    await end(store, a_run())
    await store.save(Change(next_version(queued, LIVE)), NOW)
    assert [run.id for run in await store.runs_in_thread("t1", [LIVE])] == ["r2"]


async def test_a_thread_keeps_its_place_when_a_conversation_is_set(store: Store) -> None:
    thread = ThreadRow("t1", "T1", "C1", None)
    await store.take(thread, a_run(), ["k1"], [], NOW)
    await store.save(Change(next_version(a_run()), conversation=("c1",)), NOW)
    assert await store.thread("t1") == replace(thread, conversation_id="c1")


async def test_what_another_run_owes_or_holds_is_a_mistake(store: Store) -> None:
    (claim,) = await take(store, a_run("r2", "t2"), [owes("r2")])
    await take(store, a_run())
    row = next_version(a_run())
    for change in (Change(row, (owes("r2"),)), Change(row, claim=claim)):
        with pytest.raises(ValueError, match="another run"):
            await store.save(change, NOW)


async def test_a_run_that_breaks_a_rule_of_the_schema_is_refused(store: Store) -> None:
    await take(store, a_run())
    with pytest.raises(StorageError):
        await take(store, replace(a_run("r2", "t2"), version=0))
    stateless = replace(next_version(a_run()), state=None)  # type: ignore[arg-type]
    with pytest.raises(StorageError) as refusal:
        await store.save(Change(stateless), NOW)
    assert not isinstance(refusal.value, ThreadBusy)
    assert await store.run("r1") == a_run()
