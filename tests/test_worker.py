"""The worker in virtual time: the main job, in order, and while Fusion cannot be asked."""

import asyncio
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest

from bot import watching
from bot.domain.agent import NotSignedIn, Refused, Unavailable, Unreadable
from bot.domain.answer import Answer
from bot.domain.approval import ApprovalState, Reopened
from bot.domain.events import Stopped, Trouble
from bot.domain.job import Action, Job, JobStatus
from bot.domain.run import State
from bot.showing import NotShown
from tests.kept import (
    ANNA,
    FakeAgent,
    LoopStore,
    kept,
)
from tests.works import DOWN, PAID, STOP, WAITS, WORKING, at_work, now

pytestmark = pytest.mark.looptime

LOOKING = Job("job-1", JobStatus.RUNNING, progress=("Looking",))


# The main job


async def test_a_question_becomes_an_answer() -> None:
    async with at_work() as house:
        run = await house.ended(await house.ask())
        assert run.state is State.COMPLETE
        assert run.answer == Answer(output="Paid.")
        assert house.agent.asked == [("Pay", None)]
        assert house.agent.read == ["job-1"]
        states = [each.state for each in house.view.shown]
        assert states == sorted(states, key=list(State).index)
        await asyncio.sleep(60)
        assert house.agent.read == ["job-1"], "nobody reads an ended job"
        assert house.worker.depths == {"claims": 0, "tasks": 0, "watched": 0}


async def test_the_longer_a_job_runs_the_less_often_it_is_read() -> None:
    times: list[float] = []

    async def read() -> Job:
        times.append(now())
        return WORKING

    async with at_work(FakeAgent(readings=[read])) as house:
        began = now()
        await house.ask()
        await asyncio.sleep(600)
        pauses = [after - before for before, after in pairwise([began, *times])]
        assert 0.9 <= pauses[0] <= 1.2
        assert 1.8 <= pauses[1] <= 2.4
        assert sum(each - began < 30 for each in times) <= 12
        assert 6 < pauses[-1] < 9
        assert len(times) < 240


async def test_where_timers_come_late_readings_wait_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "LATE", -1.0)  # every one is late
    times: list[float] = []

    async def read() -> Job:
        times.append(now())
        return WORKING if len(times) < 5 else PAID

    async with at_work(FakeAgent(readings=[read])) as house:
        await house.ended(await house.ask())
        assert all(3 < after - before < 12 for before, after in pairwise(times))


async def test_a_wait_for_people_is_read_at_leisure() -> None:
    async with at_work(FakeAgent(readings=[WAITS])) as house:
        await house.shown(await house.ask(), State.WAITING)
        before = len(house.agent.read)
        await asyncio.sleep(600)
        assert 4 < len(house.agent.read) - before < 40


async def test_a_decision_is_sent_once_and_the_job_goes_on() -> None:
    agent = FakeAgent(readings=[WAITS, WAITS, PAID])
    async with at_work(agent) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.WAITING)
        await house.decide(run_id)
        run = await house.ended(run_id)
        assert run.approvals[0].state is ApprovalState.DECIDED
        assert [each.action for each in agent.decided] == [Action.APPROVE]


async def test_the_turns_of_a_thread_are_asked_in_order_and_one_at_a_time() -> None:
    async with at_work() as house:
        ids = [await house.ask("1700.1", text="0")]
        ids += [await house.ask(f"170{n}.1", thread="1700.1", text=f"{n}") for n in range(1, 5)]
        for each in ids:
            await house.ended(each)
        assert house.agent.asked == [
            ("0", None), *((f"{n}", "conversation-1") for n in range(1, 5))
        ]  # fmt: skip
        ends = [run.id for run in house.view.shown if run.ended_at]
        assert ends == ids


async def test_different_threads_do_not_wait_for_each_other() -> None:
    hold = asyncio.Event()

    async def held() -> Job:
        await hold.wait()
        return WORKING

    async with at_work(FakeAgent(invokes=[held], readings=[PAID])) as house:
        first = await house.ask("1700.1")
        await house.ended(await house.ask("1800.1"))
        hold.set()
        await house.ended(first)


# When Fusion cannot be asked


async def test_a_question_that_cannot_be_asked_now_is_asked_later() -> None:
    async with at_work(FakeAgent(invokes=[DOWN, DOWN], readings=[PAID])) as house:
        run_id = await house.ask()
        await house.view.until(lambda run: run.troubled_since)
        run = await house.ended(run_id)
        assert run.state is State.COMPLETE
        assert run.troubled_since is None
        assert len(house.agent.asked) == 3


async def test_it_is_not_asked_before_the_time_that_was_told() -> None:
    told = Unavailable("429", retry_after=timedelta(seconds=90))
    async with at_work(FakeAgent(invokes=[told], readings=[PAID])) as house:
        began = now()
        await house.ended(await house.ask())
        assert now() - began >= 90


async def test_what_cannot_be_asked_for_long_fails_without_having_begun() -> None:
    async with at_work(FakeAgent(invokes=[DOWN] * 500)) as house:
        run = await house.ended(await house.ask())
        assert run.failure is not None
        assert run.failure.trouble is Trouble.UNAVAILABLE
        assert 15 * 60 <= now() < 17 * 60
        assert len(house.agent.asked) < 80


@pytest.mark.parametrize(
    ("error", "trouble"),
    [(Refused(403, "no"), Trouble.NOT_ALLOWED), (NotSignedIn("no"), Trouble.NOT_SIGNED_IN)],
)
async def test_a_refusal_ends_the_run_at_once(error: Exception, trouble: Trouble) -> None:
    async with at_work(FakeAgent(invokes=[error])) as house:
        run = await house.ended(await house.ask())
        assert run.state is State.FAILED
        assert run.failure is not None
        assert run.failure.trouble is trouble


async def test_a_job_that_cannot_be_read_for_a_while_goes_on() -> None:
    agent = FakeAgent(readings=[WORKING, DOWN, Unreadable("page"), DOWN, PAID])
    async with at_work(agent) as house:
        run_id = await house.ask()
        await house.view.until(lambda run: run.troubled_since)
        assert (await house.ended(run_id)).state is State.COMPLETE


async def test_a_job_that_cannot_be_read_for_an_hour_expires() -> None:
    async with at_work(FakeAgent(readings=[Unreadable("page")])) as house:
        run = await house.ended(await house.ask())
        assert run.state is State.EXPIRED
        assert 3600 <= now() < 3800


async def test_a_reading_waits_as_long_as_it_was_told() -> None:
    times: list[float] = []

    async def told() -> Job:
        times.append(now())
        if len(times) == 1:
            raise Unavailable("429", retry_after=timedelta(seconds=40))
        return PAID

    async with at_work(FakeAgent(readings=[told])) as house:
        await house.ended(await house.ask())
        assert times[1] - times[0] >= 40


async def test_a_decision_that_cannot_be_sent_now_is_sent_later() -> None:
    agent = FakeAgent(readings=[WAITS, WAITS, WAITS, PAID], resumes=[DOWN])
    async with at_work(agent) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.WAITING)
        await house.decide(run_id)
        run = await house.ended(run_id)
        assert run.approvals[0].state is ApprovalState.DECIDED
        assert len(agent.decided) == 2


async def test_a_decision_that_cannot_be_sent_for_long_is_open_again() -> None:
    agent = FakeAgent(readings=[WAITS], resumes=[DOWN] * 500)
    async with at_work(agent) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.WAITING)
        await house.decide(run_id)
        again = await house.view.until(lambda run: run.pending and run.pending.reopened)
        assert again.approvals[0].reopened is Reopened.NOT_DELIVERED


# Stopping


async def test_what_is_being_done_is_finished_before_it_stops() -> None:
    async def slow() -> Job:
        await asyncio.sleep(3)
        return Job("job-1", JobStatus.RUNNING)

    async with at_work(FakeAgent(invokes=[slow])) as house:
        run_id = await house.ask()
        await asyncio.sleep(1)
        await house.worker.stop(STOP)
        assert now() == pytest.approx(3, abs=0.5)
        run = await house.ledger.run(run_id)
        assert run.state is State.RUNNING
        assert house.agent.read == []


async def test_a_stopped_run_is_not_read_any_more_and_its_late_answer_is_not_shown() -> None:
    late = asyncio.Event()

    async def slow() -> Job:
        await late.wait()
        return PAID

    async with at_work(FakeAgent(readings=[WORKING, slow])) as house:
        run_id = await house.ask()
        await asyncio.sleep(10)
        await house.intake.stop(run_id, ANNA)
        late.set()
        run = await house.ended(run_id)
        await asyncio.sleep(60)
        assert run.state is State.STOPPED
        assert (await house.ledger.run(run_id)).state is State.STOPPED
        assert house.agent.read == ["job-1", "job-1"]
        assert house.worker.depths == {"claims": 0, "tasks": 0, "watched": 0}


async def test_a_run_that_is_stopped_while_it_is_asked_stays_stopped() -> None:
    late = asyncio.Event()

    async def slow() -> Job:
        await late.wait()
        return Job("job-1", JobStatus.RUNNING, "conversation-1")

    async with at_work(FakeAgent(invokes=[slow], readings=[PAID])) as house:
        run_id = await house.ask()
        await asyncio.sleep(1)
        await house.intake.stop(run_id, ANNA)
        late.set()
        await house.ended(run_id)
        await house.ended(await house.ask("1701.1", thread="1700.1"))
        assert (await house.ledger.run(run_id)).state is State.STOPPED
        assert house.agent.asked == [("Pay", None), ("Pay", None)]


# Showing


async def test_a_thread_that_could_not_be_shown_is_shown_later() -> None:
    async with at_work() as house:
        told = NotShown("ratelimited", timedelta(seconds=20))
        house.view.troubles = [
            told
        ] * 4  # every change is shown anew: three are, and then one waits
        run = await house.ended(await house.ask())
        assert run.state is State.COMPLETE
        assert now() >= 20


async def test_a_defect_in_showing_is_tried_again_and_stops_nothing() -> None:
    async with at_work() as house:
        house.view.troubles = [KeyError("a defect")] * 3
        run = await house.ended(await house.ask())
        assert run.state is State.COMPLETE
        assert 50 < now() < 80


async def test_progress_is_held_back_and_only_the_newest_is_shown() -> None:
    told = [Job("job-1", JobStatus.RUNNING, progress=(f"{n}",)) for n in range(1, 4)]
    async with at_work(FakeAgent(readings=[*told, WORKING])) as house:
        house.view.pause = timedelta(seconds=60)
        await house.ask()
        await asyncio.sleep(59)
        assert house.view.shown == []
        house.view.pause = timedelta(0)
        run = await house.view.until(lambda run: run.progress)
        assert run.progress == ("3",)
        assert len(house.view.shown) == 1


async def test_progress_is_shown_from_memory_and_not_written() -> None:
    told = [Job("job-1", JobStatus.RUNNING, progress=(f"{n}",)) for n in range(1, 9)]
    async with at_work(FakeAgent(readings=[*told, told[-1], PAID])) as house:
        run_id = await house.ask()
        before = await house.view.until(lambda run: run.progress)  # the first one may be owed
        last = await house.view.until(lambda run: run.progress == ("8",))
        assert last.version == before.version
        stored = await house.ledger.run(run_id)
        assert stored.version == before.version
        assert stored.progress in {(), ("1",)}
        assert house.worker.depths["tasks"] == 1, "one task shows it as long as it goes on"
        run = await house.ended(run_id)
        assert run.version == before.version + 1
        assert run.progress == ("8",)


async def test_once_a_minute_progress_is_written_so_that_nobody_holds_it_for_ever() -> None:
    readings = (Job("job-1", JobStatus.RUNNING, progress=(f"{n}",)) for n in count(1))

    async def read() -> Job:
        return next(readings)

    async with at_work(FakeAgent(readings=[read])) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.RUNNING)
        await asyncio.sleep(600)
        stored = await house.ledger.run(run_id)
        assert 8 <= stored.version <= 16
        shown = [int(run.progress[0]) for run in house.view.shown if run.progress]
        assert shown == sorted(set(shown))
        assert shown[-1] == len(house.agent.read)


async def test_what_another_replica_does_to_a_run_that_is_shown_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with at_work(FakeAgent(readings=[LOOKING]), path) as house:
        run_id = await house.ask()
        await house.view.until(lambda run: run.progress)
        assert house.worker.depths["tasks"] == 1, "it is being shown"
        async with kept(path, clock=house.clock, replica="b", store=LoopStore) as other:
            await other.ledger.record(await other.ledger.run(run_id), Stopped(ANNA))
        began = now()
        await house.shown(run_id, State.STOPPED)
        assert now() - began < 70, "although nobody told"


async def test_who_stops_does_not_wait_for_a_run_that_goes_on() -> None:
    async with at_work(FakeAgent(readings=[LOOKING])) as house:
        await house.ask()
        await house.view.until(lambda run: run.progress)
        assert house.worker.depths["tasks"] == 1
        began = now()
        await house.worker.stop(STOP)
        assert now() - began < 1


async def test_who_stops_waits_for_what_is_being_shown_and_for_no_more() -> None:
    async with at_work(FakeAgent(readings=[LOOKING])) as house:
        house.view.takes = timedelta(seconds=2)
        await house.ask()
        await asyncio.sleep(1)
        began = now()
        await house.worker.stop(STOP)
        assert house.view.shown
        assert now() - began < STOP.total_seconds() - 1


async def test_an_end_is_not_held_back() -> None:
    async with at_work() as house:
        house.view.pause = timedelta(hours=1)
        await house.ended(await house.ask())
        assert now() < 10
        assert [each.state for each in house.view.shown] == [State.COMPLETE]


async def test_many_runs_at_once_are_all_answered_each_once() -> None:
    async with at_work() as house:
        ids = [await house.ask(f"{n}.1", text=f"{n}") for n in range(300)]
        for each in ids:
            await house.ended(each)
        assert sorted(text for text, _ in house.agent.asked) == sorted(map(str, range(300)))
        counts = await house.ledger.counts()
        assert counts == {"complete": 300}
