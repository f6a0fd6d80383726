"""Decisions: asked of the policy at that moment, the first one wins, and all of it is on the record."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.audit import read_record
from bot.deciding import Card, Deciding
from bot.domain import events as e
from bot.domain.approval import ApprovalState
from bot.domain.approval_policy import ApprovalPolicy, Stage
from bot.domain.audit import Kind
from bot.domain.job import Action
from bot.domain.policy import Clicker, Refusal
from bot.domain.run import State
from bot.domain.turn import Person
from bot.verdicts import Outcome
from tests.domain.examples import CHLOE, DAN, PAYMENT, SUPPLIER
from tests.kept import ANNA, BEN, Crowd, Kept, kept, plain
from tests.test_intake import DRAFT, INVOKED, asked

BOTH = ApprovalPolicy(stages=(Stage(people=(ANNA.user, BEN.user), quorum=2),))


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


# Under a policy


def payment(policy: ApprovalPolicy) -> e.Waited:
    return e.Waited(PAYMENT, policy)


async def first_card(house: Kept, policy: ApprovalPolicy) -> Card:
    run = await asked(house, INVOKED, payment(policy))
    return Card(run.id, f"{run.id}-1")


async def refusals(house: Kept) -> list[tuple[str, str]]:
    """Who was refused and why, as it is on record."""
    (story,) = (await read_record(house.store)).stories
    return [(each.person, each.reason) for each in story.entries if each.kind is Kind.REFUSED]


async def test_a_reason_is_asked_for_before_it_counts() -> None:
    async with kept() as house:
        card = await first_card(house, ApprovalPolicy(reasons=(Action.REJECT,)))
        taker = deciding(house)
        for nothing in ("", "  \n"):
            wanted = await taker.decide(card, Action.REJECT, ANNA, nothing)
            assert wanted.outcome is Outcome.NEEDS_REASON
        assert (await house.ledger.run(card.run)).state is State.WAITING
        done = await taker.decide(card, Action.REJECT, ANNA, " too dear ")
        assert done.outcome is Outcome.DONE
        assert done.approval is not None
        assert done.approval.decision is not None
        assert done.approval.decision.comment == "too dear"
        assert await refusals(house) == []


async def test_who_is_refused_and_why_is_on_record() -> None:
    crowd = Crowd(clickers={BEN.user: Clicker(is_guest=True)})
    async with kept() as house:
        card = await first_card(house, replace(BOTH, not_the_asker=True))
        taker = deciding(house, crowd)
        for person in (ANNA, BEN, CHLOE):
            verdict = await taker.decide(card, Action.APPROVE, person)
            assert verdict.outcome is Outcome.NOT_ALLOWED
        assert await refusals(house) == [
            (ANNA.key, "asker"), (BEN.key, "guest"), (CHLOE.key, "not_you"),
        ]  # fmt: skip


async def test_membership_counts_as_it_is_when_somebody_decides() -> None:
    crowd = Crowd(groups={"S1": [BEN.user]})
    async with kept() as house:
        card = await first_card(house, ApprovalPolicy(stages=(Stage(groups=("S1",)),)))
        taker = deciding(house, crowd)
        assert (await taker.may(card, BEN)).outcome is Outcome.DONE
        crowd.groups["S1"].clear()
        assert (await taker.decide(card, Action.APPROVE, BEN)).outcome is Outcome.NOT_ALLOWED
        crowd.down = True
        uncertain = await taker.decide(card, Action.APPROVE, BEN)
        assert uncertain.permission is not None
        assert uncertain.permission.why is Refusal.UNCERTAIN


async def test_two_who_click_at_once_both_count() -> None:
    async with kept() as house:
        card = await first_card(house, BOTH)
        taker = deciding(house)
        verdicts = await asyncio.gather(
            *(taker.decide(card, Action.APPROVE, each) for each in (ANNA, BEN))
        )
        assert [each.outcome for each in verdicts] == [Outcome.DONE, Outcome.DONE]
        assert (await house.ledger.run(card.run)).state is State.RESUMING


async def test_ten_clicks_of_one_person_count_once() -> None:
    async with kept() as house:
        card = await first_card(house, BOTH)
        taker = deciding(house)
        every = await asyncio.gather(*(taker.decide(card, Action.APPROVE, ANNA) for _ in range(10)))
        assert sorted(each.outcome.value for each in every) == ["done"] + ["not_allowed"] * 9
        assert (await house.ledger.run(card.run)).state is State.WAITING
        assert await refusals(house) == [(ANNA.key, "voted")] * 9


async def test_what_has_expired_is_not_decided_even_before_anybody_looks_after_it() -> None:
    policy = replace(BOTH, expires_after=timedelta(hours=4))
    async with kept() as house:
        card = await first_card(house, policy)
        house.clock.forward(minutes=240)
        assert (await deciding(house).may(card, ANNA)).outcome is Outcome.TOO_LATE
        verdict = await deciding(house).decide(card, Action.APPROVE, ANNA)
        assert verdict.outcome is Outcome.TOO_LATE
        assert await refusals(house) == [(ANNA.key, "too_late: open")]


async def test_a_decision_is_handed_over_only_to_who_may() -> None:
    crowd = Crowd(clickers={DAN.user: Clicker(is_guest=True)})
    policy = replace(BOTH, may_delegate=True, delegates=(CHLOE.user, DAN.user))
    async with kept() as house:
        card = await first_card(house, policy)
        taker = deciding(house, crowd)
        for to in (DAN, BEN, Person("T1", "U-EVE")):
            assert (await taker.delegate(card, ANNA, to)).outcome is Outcome.NOT_ALLOWED
        assert (await taker.delegate(card, CHLOE, DAN)).outcome is Outcome.NOT_ALLOWED
        assert await refusals(house) == [
            *[(ANNA.key, "not_allowed: open")] * 3,
            (CHLOE.key, "not_you"),
        ]
        assert (await taker.delegate(card, ANNA, CHLOE)).outcome is Outcome.DONE
        assert (await taker.delegate(card, ANNA, CHLOE)).outcome is Outcome.NOT_ALLOWED
        assert (await taker.decide(card, Action.APPROVE, ANNA)).outcome is Outcome.NOT_ALLOWED
        assert (await taker.decide(card, Action.APPROVE, CHLOE)).outcome is Outcome.DONE


async def test_a_card_in_a_channel_where_it_may_not_be_decided_decides_nothing() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, payment(ApprovalPolicy(channels=("direct",))))
        taker = deciding(house)
        there, here = (Card(run.id, f"{run.id}-1", channel) for channel in ("C1", "D1"))
        refused = await taker.decide(there, Action.APPROVE, ANNA)
        assert refused.permission is not None
        assert refused.permission.why is Refusal.NOT_HERE
        assert (await taker.decide(here, Action.APPROVE, ANNA)).outcome is Outcome.DONE


# Words that may be an answer


async def asks_back(house: Kept) -> tuple[Card, str]:
    """A run that waits for words, and a question of Anna's that is queued behind it."""
    run = await asked(house, INVOKED, e.Waited(SUPPLIER))
    queued = await house.ledger.take(
        replace(run.turn, key="T1:C1:1701.1", twins=(), message_ts="1701.1", text="4410")
    )
    return Card(run.id, f"{run.id}-1"), queued.run_id


async def test_queued_words_are_the_answer_only_by_their_writers_word() -> None:
    async with kept() as house:
        card, queued = await asks_back(house)
        taker = deciding(house)
        waited = await taker.waited_for(queued)
        assert waited is not None
        assert (waited.run and waited.run.id) == card.run
        assert (await taker.answer_with(card, queued, BEN)).outcome is Outcome.UNKNOWN
        assert (await taker.answer_with(card, queued, ANNA)).outcome is Outcome.DONE
        run = await house.ledger.run(card.run)
        assert run.approvals[0].decision is not None
        assert run.approvals[0].decision.comment == "4410"
        assert (await house.ledger.run(queued)).state is State.STOPPED
        again = await taker.answer_with(card, queued, ANNA)
        assert again.outcome is Outcome.TOO_LATE


async def test_nothing_is_asked_where_nothing_waits_for_this_person() -> None:
    async with kept() as house:
        card, queued = await asks_back(house)
        taker = deciding(house)
        assert await taker.waited_for("none") is None
        assert await taker.waited_for(card.run) is None, "it is not queued"
        await taker.decide(card, Action.REPLY, ANNA, "4410")
        assert await taker.waited_for(queued) is None


async def test_an_answer_whose_question_was_asked_meanwhile_is_not_sent() -> None:
    async with kept() as house:
        card, queued = await asks_back(house)
        await house.ledger.record(await house.ledger.run(queued), e.Stopped(ANNA))
        taken = await deciding(house).answer_with(card, queued, ANNA)
        assert taken.outcome is Outcome.TOO_LATE
        assert (await house.ledger.run(card.run)).state is State.WAITING
