"""What a worker that died or lost its lease leaves behind is taken on, and not done twice."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.asking import Asking
from bot.domain.approval import ApprovalState, Reopened
from bot.domain.job import Job
from bot.domain.run import Run, State
from tests.kept import (
    LEASE,
    TEAMS,
    FakeAgent,
    LoopClock,
    LoopStore,
    PlainQuestions,
    kept,
)
from tests.works import PAID, WAITS, WORKING, at_work

pytestmark = pytest.mark.looptime


async def test_what_had_begun_when_the_process_died_is_uncertain(tmp_path: Path) -> None:
    path, never = tmp_path / "bot.db", asyncio.Event()

    async def hangs() -> Job:
        await never.wait()
        return WORKING

    async with at_work(FakeAgent(invokes=[hangs]), path) as dead:
        run_id = await dead.ask()
        await dead.shown(run_id, State.INVOKING)
        await asyncio.sleep(1)
        assert len(dead.agent.asked) == 1
    async with at_work(path=path, replica="b") as heir:
        run = await heir.ended(run_id)
        assert run.state is State.UNCERTAIN
        assert heir.agent.asked == []


@pytest.mark.parametrize("landed", [True, False])
async def test_a_decision_that_had_begun_when_the_process_died_is_looked_up(
    tmp_path: Path, landed: bool
) -> None:
    path, never = tmp_path / "bot.db", asyncio.Event()

    async def hangs() -> Job:
        await never.wait()
        return WORKING

    async with at_work(FakeAgent(readings=[WAITS], resumes=[hangs]), path) as dead:
        run_id = await dead.ask()
        await dead.shown(run_id, State.WAITING)
        await dead.decide(run_id)
        await asyncio.sleep(5)
        assert len(dead.agent.decided) == 1
    async with at_work(FakeAgent(readings=[PAID if landed else WAITS]), path, "b") as heir:
        if landed:
            run = await heir.ended(run_id)
            assert run.approvals[0].state is ApprovalState.DECIDED
        else:
            run = await heir.view.until(lambda run: run.pending and run.pending.reopened)
            assert run.approvals[0].reopened is Reopened.NOT_CONFIRMED
        assert heir.agent.decided == []


async def test_a_job_is_watched_on_by_who_comes_next(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with at_work(FakeAgent(readings=[WORKING]), path) as first:
        run_id = await first.ask()
        await first.shown(run_id, State.RUNNING)
        assert first.worker.depths["watched"] == 1
    assert first.worker.depths["watched"] == 0
    async with at_work(path=path, replica="b") as second:
        assert (await second.ended(run_id)).state is State.COMPLETE
        assert second.agent.asked == []


async def test_who_has_lost_the_lease_does_not_ask(tmp_path: Path) -> None:
    path, clock = tmp_path / "bot.db", LoopClock()
    looking, go_on = asyncio.Event(), asyncio.Event()

    class SlowQuestions(PlainQuestions):
        async def question(self, run: Run) -> object:  # type: ignore[override]
            looking.set()
            await go_on.wait()
            return await super().question(run)

    async with at_work(path=path, clock=clock) as paused:
        paused.worker._asking = Asking(paused.agent, TEAMS, SlowQuestions(), paused.crowd)  # type: ignore[arg-type]
        run_id = await paused.ask()
        await looking.wait()
        clock.forward(seconds=LEASE.total_seconds() + 1)  # as if it had been suspended
        async with at_work(path=path, replica="b", clock=clock) as heir:
            assert (await heir.ended(run_id)).state is State.COMPLETE
            go_on.set()
            await asyncio.sleep(120)
            assert paused.agent.asked == []
            assert len(heir.agent.asked) == 1
            assert paused.worker.depths["tasks"] == 0


async def test_who_has_lost_the_lease_lets_go_of_what_it_watched(tmp_path: Path) -> None:
    path, clock = tmp_path / "bot.db", LoopClock()
    async with at_work(FakeAgent(readings=[WAITS]), path, clock=clock) as paused:
        run_id = await paused.ask()
        await paused.shown(run_id, State.WAITING)
        mine = await paused.ask("1800.1")
        await paused.shown(mine, State.WAITING)
        clock.forward(seconds=LEASE.total_seconds() + 1)
        async with kept(path, clock=clock, replica="b", store=LoopStore) as heir:
            (claim, *_) = await heir.store.claim(1, clock())
            assert claim.run == run_id
            await asyncio.sleep(LEASE.total_seconds())
            assert paused.worker.depths["watched"] == 1
            await asyncio.sleep(120)
            assert paused.worker.is_alive


async def test_what_was_shown_as_the_lease_lapsed_is_shown_on_though_the_store_failed() -> None:
    job, clock = [replace(WORKING, progress=("Looking",))], LoopClock()

    async def status() -> Job:
        return job[0]

    async with at_work(FakeAgent(readings=[status]), clock=clock) as paused:
        run_id = await paused.ask()
        await paused.view.until(lambda run: run.progress)
        paused.store.failing["defer"] = 1
        clock.forward(seconds=LEASE.total_seconds() + 1)
        await asyncio.sleep(LEASE.total_seconds() * 2)
        assert not paused.store.failing["defer"]
        job[0] = PAID
        await paused.ended(run_id)
