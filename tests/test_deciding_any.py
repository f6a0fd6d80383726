"""Whatever people click, whenever it expires, dies or is edited: one decision, by who may.

The real worker and ledger on a real file in virtual time, between people and a desk that takes
decisions, loses replies, refuses, or is decided without us. The desk keeps its own books.
"""

import asyncio
import random
import tempfile
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import looptime
import pytest
from hypothesis import example, given, settings, strategies as st

from bot.audit import read_record
from bot.deciding import Card
from bot.domain.agent import JobRef, OutcomeUnknown, Refused, Unavailable
from bot.domain.answer import Answer
from bot.domain.approval import Decision
from bot.domain.approval_policy import ApprovalPolicy, Policies, PolicyFor, Stage
from bot.domain.job import Action, Job, JobStatus, Waiting
from bot.domain.policy import Clicker
from bot.domain.stories import Ending
from bot.domain.turn import Person
from tests.domain.examples import CHLOE, DAN
from tests.kept import ANNA, BEN, FakeAgent, LoopClock
from tests.works import WAITS, Works, at_work

MINUTE = timedelta(minutes=1)
GUEST = Person("T1", "U-GUEST")
EVERYONE = (ANNA, BEN, CHLOE, DAN, GUEST)

# Anna asks and may not. Either two of a group, which Ben, Chloé and a guest are in; or one of it,
# and then Dan, who decides alone where the group takes too long.
TWO = ApprovalPolicy(
    stages=(Stage(people=("U-ANNA",), groups=("S1",), quorum=2),),
    not_the_asker=True,
    may_delegate=True,
    delegates=("U-DAN", "U-ANNA", "U-GUEST"),
    reminders=(MINUTE,),
    expires_after=24 * MINUTE,
)
THEN_DAN = replace(
    TWO,
    stages=(
        Stage(people=("U-ANNA",), groups=("S1",), escalate_after=4 * MINUTE),
        Stage(people=("U-DAN",)),
    ),
)

ACTIONS = [*[Action.APPROVE] * 4, Action.REJECT, Action.REPLY]
CLICKS = st.tuples(st.just("click"), st.sampled_from(EVERYONE), st.sampled_from(ACTIONS))
STEPS = st.one_of(
    CLICKS,
    CLICKS,
    CLICKS,
    st.tuples(st.just("delegate"), st.sampled_from(EVERYONE), st.sampled_from(EVERYONE)),
    st.tuples(st.just("wait"), st.sampled_from([1, 30, 300]), st.none()),
    st.tuples(
        st.sampled_from(["die", "edit", "stop", "elsewhere", "leave the group"]),
        st.none(),
        st.none(),
    ),
    st.tuples(
        st.just("trouble"),
        st.sampled_from(["taken, reply lost", "lost on the way", "refused", "down"]),
        st.none(),
    ),
)


@dataclass
class Desk(FakeAgent):
    """Waits for one decision, and keeps what it took."""

    taken: list[Decision] = field(default_factory=list)
    is_over: bool = False
    trouble: list[object] = field(default_factory=list)

    async def status(self, job: JobRef, person: Person) -> Job:
        del person
        if self.is_over:
            return Job(job.id, JobStatus.COMPLETE, answer=Answer(output="Done."))
        return WAITS

    async def resume(
        self, job: JobRef, waiting: Waiting, decision: Decision, person: Person
    ) -> Job:
        del job, waiting
        assert person == decision.by, "whoever decided is who sends"
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble == "refused":
            raise Refused(400)
        if trouble == "down":
            raise Unavailable
        if trouble == "lost on the way":
            raise OutcomeUnknown
        if not self.is_over:
            self.taken.append(decision)
            self.is_over = True
        if trouble == "taken, reply lost":
            raise OutcomeUnknown
        return Job(None, JobStatus.RUNNING)


@dataclass
class Story:
    """One approval, what is done to it, and what was clicked by whom."""

    path: Path
    policy: ApprovalPolicy
    desk: Desk = field(default_factory=Desk)
    clicked: set[tuple[Action, Person]] = field(default_factory=set)
    handed: set[tuple[Person, Person]] = field(default_factory=set)

    async def play(self, steps: Sequence[tuple[str, object, object]]) -> None:
        self.clock = LoopClock()
        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(self._at_work("0"))
            self.run_id = await house.ask()
            await asyncio.sleep(5)
            for number, (what, first, second) in enumerate(steps, 1):
                if what == "die":
                    await stack.aclose()
                    house = await stack.enter_async_context(self._at_work(f"{number}"))
                else:
                    await self._do(house, what, first, second)
            self.desk.trouble.clear()
            for _ in range(30):  # minutes: by then it has expired
                if (await house.ledger.run(self.run_id)).ended_at is None:
                    await asyncio.sleep(60)
            await self._check(house)

    def _at_work(self, replica: str) -> AbstractAsyncContextManager[Works]:
        return at_work(
            self.desk, self.path, replica, self.clock, Policies((PolicyFor(self.policy),))
        )

    async def _do(self, house: Works, what: str, first: object, second: object) -> None:
        house.crowd.clickers[GUEST.user] = Clicker(is_guest=True)
        house.crowd.groups.setdefault("S1", [BEN.user, CHLOE.user, GUEST.user])
        card = Card(self.run_id, f"{self.run_id}-1")
        match what, first, second:
            case "click", Person() as who, Action() as action:
                self.clicked.add((action, who))
                await house.deciding.decide(card, action, who, "since I say so")
            case "delegate", Person() as who, Person() as to:
                self.handed.add((who, to))
                await house.deciding.delegate(card, who, to)
            case "wait", int() as seconds, None:
                await asyncio.sleep(seconds)
            case "trouble", kind, None:
                self.desk.trouble.append(kind)
            case "edit", None, None:
                await house.intake.edit("message:T1:C1:1700.1", "Pay twice as much", ANNA)
            case "stop", None, None:
                await house.intake.stop(self.run_id, ANNA)
            case "elsewhere", None, None:
                self.desk.is_over = True
            case _:
                house.crowd.groups["S1"] = [CHLOE.user]

    async def _check(self, house: Works) -> None:
        run = await house.ledger.run(self.run_id)
        assert run.ended_at is not None, "it has an end"
        assert len(self.desk.taken) <= 1
        record = await read_record(house.store)
        assert record.broken_at is None
        (story,) = record.stories
        assert story.outcome not in {Ending.OPEN, Ending.DECIDING}
        for decision in self.desk.taken:
            assert self._had_authority(decision)
        if story.outcome in {Ending.APPROVED, Ending.REJECTED} and self.desk.taken:
            assert story.decided_by == self.desk.taken[0].by.key
        if story.outcome in {Ending.EXPIRED, Ending.CANCELLED}:
            assert not self.desk.taken or run.failure is not None

    def _had_authority(self, decision: Decision) -> bool:
        """What the policy means, in other words than the policy's own."""
        group = {BEN, CHLOE} | {to for by, to in self.handed if by in {BEN, CHLOE} and to == DAN}
        may = group if self.policy is TWO else group | {DAN}
        who = {person for action, person in self.clicked if action is decision.action} & may
        if decision.by not in who or decision.action is Action.REPLY:
            return False
        if decision.action is Action.REJECT:
            return True
        return len(who & group) >= 2 if self.policy is TWO else DAN in who


BENS = ("click", BEN, Action.APPROVE)
CHLOES = ("click", CHLOE, Action.APPROVE)


@pytest.mark.timeout(240)
@settings(max_examples=15, deadline=None)
@example(TWO, [("click", GUEST, Action.REJECT)], 0)
@example(TWO, [("click", ANNA, Action.APPROVE), BENS], 0)
@example(TWO, [BENS, BENS, ("die", None, None), BENS], 0)
@example(TWO, [("trouble", "taken, reply lost", None), BENS, CHLOES, ("die", None, None)], 0)
@example(TWO, [("trouble", "lost on the way", None), BENS, CHLOES, ("wait", 300, None), CHLOES], 0)
@example(TWO, [BENS, ("leave the group", None, None), ("click", BEN, Action.REJECT)], 0)
@example(TWO, [("delegate", BEN, DAN), BENS, CHLOES, ("click", DAN, Action.APPROVE)], 0)
@example(THEN_DAN, [("wait", 300, None), BENS, ("click", DAN, Action.APPROVE)], 0)
@given(st.sampled_from([TWO, THEN_DAN]), st.lists(STEPS, max_size=14), st.integers(0, 2**32))
def test_no_sequence_sends_two_decisions_or_one_without_authority(
    policy: ApprovalPolicy, steps: list[tuple[str, object, object]], seed: int
) -> None:
    random.seed(seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        asyncio.Runner(loop_factory=looptime.new_event_loop) as runner,
    ):
        runner.run(Story(Path(folder) / "bot.db", policy).play(steps))
