"""The ledger on a real store: turns once, steps whole, what is owed handed out, queues in order."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.answer import Answer
from bot.domain.approval import Decision
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.machine import IllegalEvent
from bot.domain.run import Run, State
from bot.domain.turn import Place
from bot.ledger import UnknownRun
from bot.places import Posted
from storage.errors import ClaimLost, ThreadIdle
from storage.rows import Claim, Slot
from tests.kept import ANNA, BEN, NOON, Kept, LoopStore, kept, turn

INVOKED = e.Invoked("job-1", "conversation-1", "trace-1")
PAYMENT = Waiting(WaitingFor.DECISION, key="payment")
DONE = e.Completed(Answer(output="Paid."))
APPROVED = Decision(Action.APPROVE, ANNA, NOON)


async def taken(house: Kept, *args: str, **rest: object) -> Run:
    took = await house.ledger.take(turn(*args, **rest))  # type: ignore[arg-type]
    return await house.ledger.run(took.run_id)


async def all_claims(house: Kept) -> dict[tuple[str, str], Claim]:
    found = {}
    while not house.ledger.claims.empty():
        claim = house.ledger.claims.get_nowait()
        found[claim.run, claim.kind] = claim
    return found


async def test_a_turn_becomes_a_live_run_that_owes_an_invoke_and_a_show() -> None:
    async with kept() as house:
        run = await taken(house)
        assert run.state is State.INVOKING
        assert (run.version, run.since, run.turn) == (1, NOON, turn())
        assert sorted(house.claims()) == [(run.id, "invoke"), (run.id, "show")]


async def test_a_turn_that_comes_again_or_under_another_name_is_the_same_run() -> None:
    async with kept() as house:
        first = await house.ledger.take(turn())
        assert first.fresh
        again = await house.ledger.take(turn())
        twin = await house.ledger.take(replace(turn("1800.1"), twins=("event:1700.1",)))
        assert again == twin == replace(first, fresh=False)
        house.claims()
        assert await house.ledger.counts() == {"invoking": 1}


async def test_the_same_turn_at_the_same_time_is_taken_once() -> None:
    async with kept() as house:
        every = await asyncio.gather(*(house.ledger.take(turn()) for _ in range(20)))
        assert sum(each.fresh for each in every) == 1
        assert len({each.run_id for each in every}) == 1


async def test_a_second_turn_of_a_thread_waits_for_its_turn() -> None:
    async with kept() as house:
        first = await taken(house)
        second = await taken(house, "1701.1", thread="1700.1")
        third = await taken(house, "1702.1", thread="1700.1")
        other = await taken(house, "1703.1")
        assert [each.state for each in (second, third)] == [State.QUEUED, State.QUEUED]
        assert [each.ahead for each in (second, third)] == [1, 2]
        assert other.state is State.INVOKING
        assert (second.id, "start") not in house.claims()
        unfinished = await house.ledger.unfinished_in(first.thread)
        assert [each.id for each in unfinished] == [first.id, second.id, third.id]


async def test_the_end_of_a_run_starts_the_next_and_moves_the_others_up() -> None:
    async with kept() as house:
        first = await taken(house)
        second = await taken(house, "1701.1", thread="1700.1")
        third = await taken(house, "1702.1", thread="1700.1")
        house.claims()
        await house.ledger.record(first, e.Stopped(ANNA))
        assert (second.id, "start") in house.claims()
        assert (await house.ledger.run(third.id)).ahead == 1
        await house.ledger.record(second, e.Started())
        assert (await house.ledger.run(second.id)).state is State.INVOKING


async def test_a_queued_run_that_is_stopped_lets_those_behind_it_move_up() -> None:
    async with kept() as house:
        await taken(house)
        second = await taken(house, "1701.1", thread="1700.1")
        third = await taken(house, "1702.1", thread="1700.1")
        await house.ledger.record(second, e.Stopped(ANNA))
        assert (await house.ledger.run(third.id)).ahead == 1


async def test_a_turn_that_comes_while_the_run_before_it_ends_is_not_lost() -> None:
    async with kept() as house:
        first = await taken(house)
        _, second = await asyncio.gather(
            house.ledger.record(first, e.Stopped(ANNA)),
            house.ledger.take(turn("1701.1", thread="1700.1")),
        )
        await house.ledger.claim_due()
        run = await house.ledger.run(second.run_id)
        owed = house.claims()
        assert (run.id, "invoke") in owed or (run.id, "start") in owed


async def test_an_idle_thread_between_busy_and_queued_is_tried_again() -> None:
    async with kept() as house:
        first = await taken(house)
        store, idle = house.store, 0
        take = store.take

        async def take_and_end_the_first(*args: object, **rest: object) -> list[Claim]:
            nonlocal idle
            run = args[1]
            if getattr(run, "state", "") == "queued" and idle == 0:
                idle += 1
                await house.ledger.record(first, e.Stopped(ANNA))
                with pytest.raises(ThreadIdle):
                    return await take(*args, **rest)  # type: ignore[arg-type]
                raise ThreadIdle("as the store says")
            return await take(*args, **rest)  # type: ignore[arg-type]

        store.take = take_and_end_the_first  # type: ignore[method-assign]
        second = await taken(house, "1701.1", thread="1700.1")
        assert idle == 1
        assert second.state is State.INVOKING


async def test_a_step_is_saved_with_what_it_owes_and_its_claim_is_settled() -> None:
    async with kept() as house:
        run = await taken(house)
        claims = await all_claims(house)
        run = await house.ledger.record(run, INVOKED, claims[run.id, "invoke"])
        assert run == await house.ledger.run(run.id)
        await house.ledger.settle(claims[run.id, "show"])
        assert sorted(house.claims()) == [(run.id, "poll"), (run.id, "show")]
        thread = await house.ledger.thread_of(run)
        assert thread.conversation_id == "conversation-1"


async def test_a_claim_is_kept_where_the_run_owes_the_same() -> None:
    async with kept() as house:
        run = await taken(house)
        claims = await all_claims(house)
        run = await house.ledger.record(run, INVOKED, claims[run.id, "invoke"])
        poll = (await all_claims(house))[run.id, "poll"]
        run = await house.ledger.record(run, e.Progressed(("Looking",)), poll)
        assert (run.id, "poll") not in house.claims()
        run = await house.ledger.record(run, DONE, poll)
        assert run.state is State.COMPLETE
        with pytest.raises(ClaimLost):
            await house.ledger.begin(poll)


async def test_an_event_that_changes_nothing_is_not_saved() -> None:
    async with kept() as house:
        run = await house.ledger.record(await taken(house), INVOKED)
        assert await house.ledger.record(run, e.Progressed()) is run


async def test_a_run_that_is_out_of_date_is_read_again() -> None:
    async with kept() as house:
        old = await house.ledger.record(await taken(house), INVOKED)
        await house.ledger.record(old, e.Progressed(("Looking",)))
        run = await house.ledger.record(old, e.Waited(PAYMENT))
        assert run.progress == ("Looking",)
        assert run.state is State.WAITING


async def test_only_the_machine_says_that_it_is_too_late() -> None:
    async with kept() as house:
        old = await taken(house)
        await house.ledger.record(old, e.Stopped(BEN))
        with pytest.raises(IllegalEvent):
            await house.ledger.record(old, INVOKED)
        assert (await house.ledger.run(old.id)).state is State.STOPPED


async def test_of_ten_decisions_at_once_one_is_taken() -> None:
    async with kept() as house:
        run = await house.ledger.record(await taken(house), INVOKED)
        run = await house.ledger.record(run, e.Waited(PAYMENT))
        every = await asyncio.gather(
            *(house.ledger.record(run, e.Decided(f"{run.id}-1", APPROVED)) for _ in range(10)),
            return_exceptions=True,
        )
        assert sum(isinstance(each, IllegalEvent) for each in every) == 9
        assert (await house.ledger.run(run.id)).state is State.RESUMING


async def test_a_stopped_job_ends_the_conversation() -> None:
    async with kept() as house:
        run = await house.ledger.record(await taken(house), INVOKED)
        await house.ledger.record(run, e.Stopped(ANNA))
        assert (await house.ledger.thread_of(run)).conversation_id is None


async def test_a_finished_job_leaves_the_conversation_to_the_next_turn() -> None:
    async with kept() as house:
        run = await house.ledger.record(await taken(house), INVOKED)
        await house.ledger.record(run, DONE)
        thread = await house.ledger.thread_of(await taken(house, "1701.1", thread="1700.1"))
        assert thread.conversation_id == "conversation-1"
        assert await house.ledger.end_conversation(thread)
        assert not await house.ledger.end_conversation(thread)


async def test_runs_are_found_by_turn_person_channel_and_thread() -> None:
    async with kept() as house:
        ledger = house.ledger
        first = await taken(house)
        house.clock.forward(seconds=1)
        took = await ledger.take(replace(turn("1800.1", channel="C2"), taken_at=house.clock()))
        second = await ledger.run(took.run_id)
        found = await ledger.run_of_turn(turn().key)
        assert found == first
        assert await ledger.run_of_turn("message:T1:C1:none") is None
        assert await ledger.unfinished_runs_of(ANNA) == [second, first]
        assert await ledger.unfinished_runs_of(BEN) == []
        assert await ledger.last_run_of(ANNA, "C1") == first
        assert await ledger.last_run_of(ANNA, "C9") is None
        thread = await ledger.thread_at(Place("T1", "C1", "1700.1"))
        assert thread is not None
        assert thread.id == first.thread
        assert await ledger.has_asked(thread, ANNA)
        assert not await ledger.has_asked(thread, BEN)
        assert await ledger.thread_at(Place("T1", "C1", None)) is None
        assert await ledger.thread_at(Place("T1", "C1", "1")) is None


async def test_what_is_not_kept_is_unknown() -> None:
    async with kept() as house:
        run = await taken(house)
        with pytest.raises(UnknownRun):
            await house.ledger.run("none")
        with pytest.raises(UnknownRun):
            await house.ledger.thread_of(replace(run, thread="none"))


async def test_a_thread_without_a_first_message_gets_its_place_later() -> None:
    async with kept() as house:
        ledger = house.ledger
        command = replace(turn(), place=Place("T1", "C1", None), message_ts=None)
        run = await ledger.run((await ledger.take(command)).run_id)
        thread = await ledger.thread_of(run)
        assert thread.place == Place("T1", "C1", None)
        await ledger.place_thread(thread, "C1", "1900.1")
        reply = await taken(house, "1901.1", thread="1900.1")
        assert reply.thread == run.thread
        assert reply.state is State.QUEUED


async def test_a_step_that_is_kept_is_not_said_to_have_failed() -> None:
    async with kept(store=LoopStore) as house:
        assert isinstance(house.store, LoopStore)
        run = await taken(house)
        queued = await taken(house, "1701.1", thread="1700.1")
        assert queued.state is State.QUEUED
        house.store.failing["claim"] = 1
        stopped = await house.ledger.record(run, e.Stopped(ANNA))
        assert stopped.state is State.STOPPED
        assert (await house.ledger.run(run.id)) == stopped


async def test_where_parts_stand_is_kept_in_order() -> None:
    async with kept() as house:
        run = await taken(house)
        for part, ts, digest in (("root", "1", "a"), ("main", "", ""), ("main", "2", "b")):
            await house.ledger.note_posted(run, Posted(part, "C1", ts, digest))
        assert await house.ledger.posted(run) == {
            "root": Posted("root", "C1", "1", "a"),
            "main": Posted("main", "C1", "2", "b"),
        }


async def test_every_change_is_announced() -> None:
    async with kept() as house:
        seen: list[State] = []
        house.ledger.on_change = lambda run: seen.append(run.state)
        run = await house.ledger.record(await taken(house), INVOKED)
        await house.ledger.record(run, DONE)
        assert seen == [State.RUNNING, State.COMPLETE]


async def test_a_healthy_ledger_returns() -> None:
    async with kept() as house:
        await house.ledger.healthy()
        assert Slot.AGENT.value == "agent"
