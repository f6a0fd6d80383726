"""The worker in virtual time: questions that wait for a sign-in, and sign-ins that end meanwhile."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.agent import SignInNeeded
from bot.domain.approval import ApprovalState, Reopened
from bot.domain.job import Job
from bot.domain.run import State
from tests.kept import ANNA, BEN, PATIENCE, FakeAgent
from tests.works import PAID, WAITS, WORKING, Works, at_work, now

pytestmark = pytest.mark.looptime

NEEDED = SignInNeeded("Sign in.")


async def a_question_that_waits(house: Works) -> str:
    house.doors.open = False
    run_id = await house.ask()
    await house.shown(run_id, State.SIGNED_OUT)
    return run_id


async def test_it_is_asked_as_soon_as_its_person_has_signed_in() -> None:
    async with at_work(FakeAgent(readings=[PAID], refusals=[NEEDED])) as house:
        run_id = await a_question_that_waits(house)
        await asyncio.sleep(180)
        assert house.agent.asked == []
        house.doors.open = True
        before = now()
        await house.worker.welcome(ANNA)
        run = await house.ended(run_id)
        assert run.state is State.COMPLETE
        assert now() - before < 2
        assert house.doors.invited == [ANNA]


async def test_nobody_elses_sign_in_sets_it_going() -> None:
    async with at_work(FakeAgent(readings=[PAID], refusals=[NEEDED])) as house:
        run_id = await a_question_that_waits(house)
        await house.worker.welcome(BEN)
        await asyncio.sleep(60)
        assert (await house.ledger.run(run_id)).state is State.SIGNED_OUT


async def test_a_sign_in_of_which_nobody_told_is_noticed_soon() -> None:
    async with at_work(FakeAgent(readings=[PAID], refusals=[NEEDED])) as house:
        run_id = await a_question_that_waits(house)
        house.doors.open = True
        await asyncio.sleep(40)
        assert (await house.ledger.run(run_id)).state is State.COMPLETE


async def test_it_expires_when_nobody_signs_in() -> None:
    async with at_work(FakeAgent(refusals=[NEEDED])) as house:
        run_id = await a_question_that_waits(house)
        began = now()
        run = await house.ended(run_id)
        assert run.state is State.EXPIRED
        assert 0 <= now() - began - PATIENCE.sign_in.total_seconds() < 40
        assert house.agent.asked == []
        await asyncio.sleep(1)
        assert house.worker.depths == {"claims": 0, "tasks": 0, "watched": 0}


async def test_it_is_asked_by_who_comes_next_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with at_work(FakeAgent(refusals=[NEEDED]), path) as first:
        run_id = await a_question_that_waits(first)
    async with at_work(path=path, replica="b") as second:
        run = await second.ended(run_id)
        assert run.state is State.COMPLETE
        assert second.agent.asked == [("Pay", None)]
        assert second.doors.invited == []


async def test_a_second_question_waits_behind_it_in_order() -> None:
    async with at_work(FakeAgent(readings=[PAID], refusals=[NEEDED])) as house:
        first = await a_question_that_waits(house)
        second = await house.ask("1700.2", thread="1700.1", text="And now?")
        await house.shown(second, State.QUEUED)
        house.doors.open = True
        await house.worker.welcome(ANNA)
        await house.ended(first)
        await house.ended(second)
        assert [text for text, _ in house.agent.asked] == ["Pay", "And now?"]


async def test_a_sign_in_that_ends_while_a_job_runs_is_asked_for_once_and_the_job_goes_on() -> None:
    outcomes: list[Job | Exception] = [WORKING, NEEDED, NEEDED, NEEDED]

    async def read() -> Job:
        outcome = outcomes.pop(0) if outcomes else NEEDED
        if isinstance(outcome, Exception) and not house.doors.open:
            raise outcome
        return PAID if not isinstance(outcome, Job) else outcome

    agent = FakeAgent(readings=[read])
    async with at_work(agent) as house:
        house.doors.open = False
        run_id = await house.ask()
        await house.view.until(lambda run: run.needs_sign_in)
        await asyncio.sleep(600)
        assert house.doors.invited == [ANNA]
        house.doors.open = True
        before = now()
        await house.worker.welcome(ANNA)
        run = await house.ended(run_id)
        assert run.state is State.COMPLETE
        assert now() - before < 2


async def test_a_decision_of_somebody_signed_out_is_open_again_and_not_sent() -> None:
    agent = FakeAgent(readings=[WAITS])
    async with at_work(agent) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.WAITING)
        agent.readings = [NEEDED, WAITS]
        await house.decide(run_id)
        run = await house.view.until(
            lambda run: run.approvals and run.approvals[-1].reopened is Reopened.SIGNED_OUT
        )
        assert run.approvals[-1].state is ApprovalState.OPEN
        assert agent.decided == []
        await house.decide(run_id)
        await house.view.until(
            lambda run: run.approvals and run.approvals[-1].state is ApprovalState.DECIDED
        )
        agent.readings = [PAID]
        assert (await house.ended(run_id)).state is State.COMPLETE
        assert len(agent.decided) == 1
