"""The card of an approval under a policy: who, how many, until when, why you; and large requests."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.approval import Approval
from bot.domain.approval_policy import EVERYBODY, ApprovalPolicy, Stage
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.run import Run
from bot.slack.approvals.card import Where
from bot.slack.threads.picture import Part
from tests.domain.examples import ANNA, BEN, STRICT, decided, moved, waiting
from tests.slack.drawing import buttons, words
from tests.slack.test_approval_card import WAITS, card


def under(
    policy: ApprovalPolicy, wait: Waiting = WAITS[WaitingFor.DECISION]
) -> tuple[Run, Approval]:
    run = waiting(wait, policy=policy)
    return run, run.approvals[-1]


def test_a_card_says_who_may_decide_how_many_must_and_until_when() -> None:
    run, approval = under(STRICT)
    text = words(card(run, approval))
    assert "<@U-ANNA>, <@U-BEN>, <@U-CHLOE>: 2 of 3 must approve." in text
    assert "Stage 1 of 2" in text
    assert "Not approved unless decided by <!date^" in text
    assert "approval_delegate" in buttons(card(run, approval))


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (Stage(people=("U-BEN",)), "Only <@U-BEN> may decide."),
        (Stage(people=("U-ANNA", "U-BEN")), "<@U-ANNA>, <@U-BEN>: one of 2 must approve."),
        (Stage(people=("U-ANNA", "U-BEN"), quorum=EVERYBODY), "all of 2 must approve."),
        (Stage(groups=("S1",)), "Who may decide is being looked up."),
    ],
)
def test_who_must_approve_is_put_as_people_say_it(stage: Stage, says: str) -> None:
    assert says in words(card(*under(ApprovalPolicy(stages=(stage,)))))


def test_where_nobody_may_decide_there_is_no_button_and_it_is_said() -> None:
    part = card(*under(ApprovalPolicy(stages=(Stage(asker=True),), not_the_asker=True)))
    assert "its policy names nobody who could" in words(part)
    assert buttons(part) == {}


def test_a_second_confirmation_is_asked_for_where_the_policy_wants_it() -> None:
    part = card(*under(ApprovalPolicy(confirm=True)))
    assert "confirm" in buttons(part)["approval_approve"]
    assert "confirm" not in buttons(part)["approval_reject"]


def test_everything_that_happened_on_the_way_is_on_the_card() -> None:
    run, _ = under(STRICT)
    run = moved(
        run,
        decided(Action.APPROVE, by=BEN, comment="fine <!channel>"),
        e.Delegated("run-1", 0, ANNA, "U-EVE"),
    )
    text = words(card_of(run))
    assert "Approved so far by <@U-BEN>" in text
    assert "<@U-BEN>: fine &lt;!channel&gt;" in text
    assert "<@U-ANNA> handed over to <@U-EVE>" in text


def card_of(run: Run) -> Part:
    return card(run, run.approvals[-1])


@pytest.mark.parametrize(
    ("viewer", "says", "has_buttons"),
    [
        ("U-BEN", "You are asked because the policy *Payments* names you, stage 1 of 2", True),
        ("U-DAN", "", False),
    ],
)
def test_a_card_of_ones_own_says_why_and_has_buttons_for_who_may(
    viewer: str, says: str, has_buttons: bool
) -> None:
    run, approval = under(STRICT)
    where = Where(viewer=viewer, link="Go to the thread")
    part = card(run, approval, where)
    assert says in words(part)
    assert "Go to the thread" in words(part)
    assert bool(buttons(part)) is has_buttons


def test_buttons_stand_only_in_channels_where_it_may_be_decided() -> None:
    run, approval = under(ApprovalPolicy(channels=("C-OTHER", "direct")))
    here = card(run, approval, Where("C1"))
    assert "This may not be decided in this channel" in words(here)
    assert buttons(here) == {}
    for channel in ("C-OTHER", "D1"):
        assert "approval_approve" in buttons(card(run, approval, Where(channel)))


def test_where_direct_messages_are_no_place_to_decide_their_card_says_so() -> None:
    run, approval = under(replace(STRICT, channels=("C1",)))
    part = card(run, approval, Where(viewer=BEN.user, link="Go to the thread"))
    assert "not decided in direct messages, but in its thread" in words(part)
    assert "Go to the thread" in words(part)
    assert buttons(part) == {}


def test_each_step_on_the_way_makes_the_buttons_new() -> None:
    run, _ = under(STRICT)
    names = [buttons_block(run)]
    for event in (decided(Action.APPROVE, by=BEN), e.Delegated("run-1", 0, ANNA, "U-EVE")):
        run = moved(run, event)
        names.append(buttons_block(run))
    assert len(set(names)) == 3


def buttons_block(run: Run) -> str:
    return next(str(b["block_id"]) for b in card_of(run).blocks if b["type"] == "actions")


@pytest.mark.parametrize("length", [3000, 12_000])
@pytest.mark.parametrize("rows", [11, 40, 200])
@pytest.mark.parametrize("sign", ["a", "&", "🙂"])
def test_a_large_request_is_valid_and_what_is_hidden_is_said(
    length: int, rows: int, sign: str
) -> None:
    details = tuple((f"Line {n}", f"EUR {n} {sign * 20}") for n in range(rows))
    wait = replace(WAITS[WaitingFor.DECISION], message=sign * length, details=details)
    part = card_of(waiting(wait))
    text = words(part)
    whole = length == 3000 and rows <= 40 and sign != "&"
    assert ("not shown here" in text) is not whole
    if whole:
        assert all(f"Line {n}" in text for n in range(rows))
        assert sign * length in text.replace("\n", "")
