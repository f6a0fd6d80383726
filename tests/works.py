"""A worker at work in virtual time, on a real store, with an agent and a view that obey."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.asking import NO_POLICIES, Asking
from bot.deciding import Card, Deciding
from bot.domain.agent import Unavailable
from bot.domain.answer import Answer
from bot.domain.approval_policy import Policies
from bot.domain.job import Action, Job, JobStatus, Waiting, WaitingFor
from bot.domain.retry import Polling
from bot.domain.run import Run, State
from bot.domain.turn import Person
from bot.intake import Intake
from bot.lease import Lease
from bot.verdicts import Outcome
from bot.worker import Worker
from tests.kept import (
    ANNA,
    LEASE,
    TEAMS,
    Crowd,
    Doors,
    FakeAgent,
    FakeView,
    Kept,
    LoopClock,
    LoopStore,
    PlainQuestions,
    choosing_in,
    kept,
    plain,
    turn,
)

PAYMENT = Waiting(WaitingFor.DECISION, key="payment", message="Pay?")
WORKING = Job("job-1", JobStatus.RUNNING)
WAITS = Job("job-1", JobStatus.WAITING, waiting=PAYMENT)
PAID = Job("job-1", JobStatus.COMPLETE, answer=Answer(output="Paid."))
DOWN = Unavailable("503")
STOP = timedelta(seconds=5)


@dataclass
class Works(Kept):
    """A worker at work, with what it works on."""

    store: LoopStore
    agent: FakeAgent
    view: FakeView
    worker: Worker
    intake: Intake
    doors: Doors
    crowd: Crowd
    deciding: Deciding

    async def ask(self, ts: str = "1700.1", thread: str | None = None, text: str = "Pay") -> str:
        return (await self.intake.ask(turn(ts, thread=thread, text=text))).run_id

    async def decide(self, run_id: str, action: Action = Action.APPROVE, by: Person = ANNA) -> None:
        number = len((await self.ledger.run(run_id)).approvals)
        verdict = await self.deciding.decide(Card(run_id, f"{run_id}-{number}"), action, by)
        assert verdict.outcome is Outcome.DONE, verdict

    async def ended(self, run_id: str) -> Run:
        """The run when its end is shown."""
        return await self.view.until(lambda run: run.id == run_id and run.ended_at)

    async def shown(self, run_id: str, state: State) -> Run:
        return await self.view.until(lambda run: run.id == run_id and run.state is state)


@asynccontextmanager
async def at_work(
    agent: FakeAgent | None = None,
    path: Path | str = ":memory:",
    replica: str = "a",
    clock: LoopClock | None = None,
    policies: Policies = NO_POLICIES,
) -> AsyncIterator[Works]:
    agent, view, doors, crowd = agent or FakeAgent(readings=[PAID]), FakeView(), Doors(), Crowd()
    unhandled: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    async with kept(path, clock=clock or LoopClock(), replica=replica, store=LoopStore) as house:
        assert isinstance(house.store, LoopStore)
        worker = Worker(
            house.ledger,
            Asking(agent, TEAMS, PlainQuestions(), crowd, policies),
            view,
            doors,
            doors,
            crowd,
            clock=house.clock,
            polling=Polling(),
            lease=Lease(LEASE),
        )
        worker.start()
        intake = Intake(house.ledger, choosing_in(house), house.clock)
        try:
            yield Works(
                house.ledger,
                house.store,
                house.clock,
                agent,
                view,
                worker,
                intake,
                doors,
                crowd,
                Deciding(house.ledger, crowd, plain, house.clock),
            )
        finally:
            await worker.stop(STOP)
    gc.collect()
    assert unhandled == []


def now() -> float:
    return asyncio.get_running_loop().time()
