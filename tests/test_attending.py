"""Open approvals in virtual time: groups are looked up, and what is due happens once."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.audit import read_record
from bot.deciding import Card
from bot.domain.approval import ApprovalState
from bot.domain.approval_policy import EVERYBODY, ApprovalPolicy, Policies, PolicyFor, Stage
from bot.domain.audit import Kind
from bot.domain.job import Action
from bot.domain.run import Run, State
from tests.kept import ANNA, BEN, FakeAgent
from tests.works import WAITS, Works, at_work

pytestmark = pytest.mark.looptime

QUARTER = timedelta(minutes=15)
IN_TIME = ApprovalPolicy(
    stages=(Stage(people=(BEN.user,), escalate_after=4 * QUARTER), Stage(asker=True)),
    reminders=(QUARTER,),
    expires_after=6 * QUARTER,
)


def under(policy: ApprovalPolicy) -> Policies:
    return Policies((PolicyFor(policy),))


async def kinds(house: Works) -> list[Kind]:
    return [
        each.kind for story in (await read_record(house.store)).stories for each in story.entries
    ]


async def test_people_are_reminded_it_is_escalated_and_it_ends_each_in_its_time() -> None:
    async with at_work(FakeAgent(readings=[WAITS]), policies=under(IN_TIME)) as house:
        run_id = await house.ask()
        opened = (await house.shown(run_id, State.WAITING)).approvals[-1].opened_at
        run = await house.ended(run_id)
        assert run.state is State.EXPIRED
        (story,) = (await read_record(house.store)).stories
        due = {each.kind: each.at - opened for each in story.entries}
        for kind, after in ((Kind.REMINDED, 1), (Kind.ESCALATED, 4), (Kind.EXPIRED, 6)):
            assert after * QUARTER <= due[kind] < after * QUARTER + timedelta(minutes=1)
        assert [each.kind for each in story.entries] == [
            Kind.REQUESTED, Kind.REMINDED, Kind.ESCALATED, Kind.EXPIRED,
        ]  # fmt: skip
        assert house.agent.decided == []


async def test_what_was_due_while_nobody_was_there_happens_when_somebody_is(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with at_work(FakeAgent(readings=[WAITS]), path, policies=under(IN_TIME)) as house:
        run_id = await house.ask()
        await house.shown(run_id, State.WAITING)
    await asyncio.sleep(5 * 900)
    async with at_work(FakeAgent(readings=[WAITS]), path, "b", policies=under(IN_TIME)) as house:
        await house.view.until(lambda run: run.id == run_id and run.approvals[-1].reminders)
        assert await kinds(house) == [Kind.REQUESTED, Kind.ESCALATED, Kind.REMINDED]


async def test_everybody_in_a_group_must_approve_whoever_that_is() -> None:
    policy = ApprovalPolicy(stages=(Stage(groups=("S1",), quorum=EVERYBODY),))
    async with at_work(FakeAgent(readings=[WAITS]), policies=under(policy)) as house:
        house.crowd.down = True
        house.crowd.groups["S1"] = [ANNA.user, BEN.user]
        run_id = await house.ask()
        run = await house.shown(run_id, State.WAITING)
        assert run.approvals[-1].wants_members
        await asyncio.sleep(90)
        house.crowd.down = False
        run = await house.view.until(knows_members)
        card = Card(run.id, run.approvals[-1].id)
        for person in (ANNA, BEN):
            assert not house.agent.decided
            await house.deciding.decide(card, Action.APPROVE, person)
        run = await house.view.until(lambda r: r.approvals and r.approvals[-1].decision)
        assert run.approvals[-1].state in {ApprovalState.DECIDING, ApprovalState.DECIDED}


async def test_what_is_due_happens_though_slack_never_says_who_is_in_a_group() -> None:
    stage = Stage(people=(BEN.user,), groups=("S1",))
    policy = ApprovalPolicy(stages=(stage,), reminders=(QUARTER,), expires_after=6 * QUARTER)
    async with at_work(FakeAgent(readings=[WAITS]), policies=under(policy)) as house:
        house.crowd.down = True
        run = await house.ended(await house.ask())
        assert run.approvals[-1].state is ApprovalState.EXPIRED
        assert await kinds(house) == [Kind.REQUESTED, Kind.REMINDED, Kind.EXPIRED]


def knows_members(run: Run) -> bool:
    return bool(run.approvals) and not run.approvals[-1].wants_members
