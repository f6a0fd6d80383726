"""What cannot be taken back is done once, whatever fails in between."""

import asyncio

import pytest

from bot.domain.agent import OutcomeUnknown
from bot.domain.approval import ApprovalState, Reopened
from bot.domain.run import State
from storage.crypto import Sealer
from tests.kept import (
    KEY,
    FakeAgent,
)
from tests.works import DOWN, PAID, WAITS, WORKING, at_work, now

pytestmark = pytest.mark.looptime


async def test_an_invocation_without_a_reply_is_not_repeated() -> None:
    async with at_work(FakeAgent(invokes=[OutcomeUnknown("cut")])) as house:
        run = await house.ended(await house.ask())
        await asyncio.sleep(3600)
        assert run.state is State.UNCERTAIN
        assert len(house.agent.asked) == 1


async def test_a_decision_without_a_reply_is_looked_up() -> None:
    for landed in (True, False):
        after = [PAID] if landed else [WAITS]
        agent = FakeAgent(readings=[WAITS, WAITS, *after], resumes=[OutcomeUnknown("cut")])
        async with at_work(agent) as house:
            run_id = await house.ask()
            await house.shown(run_id, State.WAITING)
            await house.decide(run_id)
            if landed:
                run = await house.ended(run_id)
                assert run.approvals[0].state is ApprovalState.DECIDED
            else:
                run = await house.view.until(lambda run: run.pending and run.pending.reopened)
                assert run.approvals[0].reopened is Reopened.NOT_CONFIRMED
            assert len(agent.decided) == 1


async def test_when_the_store_fails_after_an_invocation_it_is_not_made_again() -> None:
    async with at_work() as house:
        house.store.failing["save"] = 30
        run = await house.ended(await house.ask())
        assert run.job_id == "job-1"
        assert len(house.agent.asked) == 1
        assert now() >= 30


async def test_when_the_store_fails_after_a_decision_was_sent_it_is_not_sent_again() -> None:
    agent = FakeAgent(readings=[WAITS, WAITS, PAID])
    async with at_work(agent) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.WAITING)
        await house.decide(run_id)
        house.store.failing["save"] = 30
        assert (await house.ended(run_id)).state is State.COMPLETE
        assert len(agent.decided) == 1


async def test_nothing_is_sent_before_it_is_marked_as_begun() -> None:
    async with at_work() as house:
        house.store.failing["begin"] = 5
        run_id = await house.ask()
        await asyncio.sleep(4)
        assert house.agent.asked == []
        await house.ended(run_id)
        assert len(house.agent.asked) == 1


@pytest.mark.parametrize("method", ["claim", "settle", "defer", "heartbeat", "save", "begin"])
async def test_a_store_that_fails_for_a_while_stops_nothing_for_good(method: str) -> None:
    agent = FakeAgent(invokes=[DOWN], readings=[PAID])
    async with at_work(agent) as house:
        house.store.failing[method] = 20
        run_id = await house.ask()
        assert (await house.ended(run_id)).state is State.COMPLETE
        assert house.worker.is_alive
        await house.ended(await house.ask("1800.1"))


async def test_a_defect_after_the_request_may_have_been_sent_is_an_unknown_outcome() -> None:
    async with at_work(FakeAgent(invokes=[KeyError("a defect")])) as house:
        run = await house.ended(await house.ask())
        await asyncio.sleep(3600)
        assert run.state is State.UNCERTAIN
        assert len(house.agent.asked) == 1


async def test_a_defect_while_a_decision_is_sent_is_an_unknown_outcome() -> None:
    agent = FakeAgent(readings=[WAITS, WAITS, PAID], resumes=[KeyError("a defect")])
    async with at_work(agent) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.WAITING)
        await house.decide(run_id)
        assert (await house.ended(run_id)).state is State.COMPLETE
        assert len(agent.decided) == 1


async def test_a_defect_in_one_runs_polling_is_tried_again_and_stops_no_other() -> None:
    async with at_work(FakeAgent(readings=[KeyError("a defect"), WORKING, PAID])) as house:
        first, second = await house.ask("1700.1"), await house.ask("1800.1")
        await house.ended(first)
        await house.ended(second)
        assert now() >= 60
        assert house.worker.is_alive


async def test_a_run_that_this_version_cannot_read_stops_no_other() -> None:
    async with at_work(FakeAgent(invokes=[DOWN], readings=[PAID])) as house:
        spoiled = await house.ask()
        await house.view.until(lambda run: run.troubled_since)
        row = await house.store.run(spoiled)
        assert row is not None
        body = Sealer([KEY]).seal(b'{"no": "run"}')
        await house.store._opened().run(
            lambda here: here.execute("UPDATE runs SET body = ? WHERE id = ?", (body, spoiled))
        )
        await house.ended(await house.ask("1800.1"))
        await asyncio.sleep(3600)
        assert house.worker.is_alive
        assert house.agent.asked == [("Pay", None)] * 2
