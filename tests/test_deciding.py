"""Decisions: asked of the policy at that moment, the first one wins, and all of it is on the record."""

import asyncio
from dataclasses import replace

import pytest

from bot.deciding import Card, Deciding
from bot.domain import events as e
from bot.domain.approval import ApprovalState
from bot.domain.job import Action
from bot.domain.run import State
from bot.verdicts import Outcome
from tests.kept import ANNA, BEN, Crowd, Kept, kept, plain
from tests.test_intake import DRAFT, INVOKED, asked


def deciding(house: Kept, crowd: Crowd | None = None) -> Deciding:
    return Deciding(house.ledger, crowd or Crowd(), plain, house.clock)


async def test_a_decision_is_taken_with_who_when_and_why() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, e.Waited(DRAFT))
        house.clock.forward(minutes=5)
        verdict = await deciding(house).decide(
            Card(run.id, f"{run.id}-1"), Action.REPLY, ANNA, "cheaper"
        )
        assert verdict.outcome is Outcome.DONE
        assert verdict.approval is not None
        decision = verdict.approval.decision
        assert decision is not None
        assert verdict.approval.state is ApprovalState.DECIDING
        assert (decision.by, decision.at, decision.comment) == (ANNA, house.clock(), "cheaper")


async def test_the_first_decision_wins_and_the_second_learns_whose_it_was() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, e.Waited(DRAFT))
        every = await asyncio.gather(
            *(
                deciding(house).decide(Card(run.id, f"{run.id}-1"), Action.APPROVE, ANNA, f"{n}")
                for n in range(10)
            )
        )
        assert sorted(each.outcome for each in every) == ["done"] + ["too_late"] * 9
        assert len({each.approval and each.approval.decision for each in every}) == 1


async def test_a_decision_by_another_is_refused_however_late() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, e.Waited(DRAFT))
        verdict = await deciding(house).decide(Card(run.id, f"{run.id}-1"), Action.APPROVE, BEN)
        assert verdict.outcome is Outcome.NOT_ALLOWED
        assert verdict.approval is not None
        assert verdict.approval.state is ApprovalState.OPEN
        assert (await house.ledger.run(run.id)).state is State.WAITING


@pytest.mark.parametrize("action", [Action.REJECT])
async def test_what_the_approval_does_not_offer_is_not_taken(action: Action) -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, e.Waited(DRAFT))
        verdict = await deciding(house).decide(Card(run.id, f"{run.id}-1"), action, ANNA)
        assert verdict.outcome is Outcome.TOO_LATE
        assert (await house.ledger.run(run.id)).state is State.WAITING


async def test_a_stale_button_decides_nothing() -> None:
    async with kept() as house:
        second = replace(DRAFT, key="second")
        run = await asked(house, INVOKED, e.Waited(DRAFT), e.Waited(second))
        verdict = await deciding(house).decide(Card(run.id, f"{run.id}-1"), Action.APPROVE, ANNA)
        assert verdict.outcome is Outcome.TOO_LATE
        assert verdict.approval is not None
        assert verdict.approval.state is ApprovalState.ELSEWHERE
        for gone in (("none", "none-1"), (run.id, f"{run.id}-9"), (run.id, "")):
            unknown = await deciding(house).decide(Card(*gone), Action.APPROVE, ANNA)
            assert unknown.outcome is Outcome.UNKNOWN


async def test_the_form_opens_only_for_what_may_be_decided() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, e.Waited(DRAFT))
        approval = f"{run.id}-1"
        taker = deciding(house)
        assert (await taker.may(Card(run.id, approval), ANNA)).outcome is Outcome.DONE
        assert (await taker.may(Card(run.id, approval), BEN)).outcome is Outcome.NOT_ALLOWED
        assert (await taker.may(Card("none", approval), ANNA)).outcome is Outcome.UNKNOWN
        assert (await taker.may(Card(run.id, "none"), ANNA)).outcome is Outcome.UNKNOWN
        await taker.decide(Card(run.id, approval), Action.APPROVE, ANNA)
        late = await taker.may(Card(run.id, approval), ANNA)
        assert late.outcome is Outcome.TOO_LATE
        assert late.approval is not None
        assert late.approval.decision is not None
