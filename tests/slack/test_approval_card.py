"""The card of an approval: what is asked, who may decide, what became of it, and its buttons."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState, Decision, Reopened
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.run import Run
from bot.slack.approvals.card import DETAILS_SHOWN, Where, draw_approval
from bot.slack.approvals.forms import draw_reply_form
from bot.slack.threads.picture import Part
from tests.domain.examples import ANNA, BEN, NOON, moved, running, waiting
from tests.slack.drawing import assert_blocks_taken, assert_safe, assert_taken, buttons, words

WAITS = {
    kind: Waiting(kind, key="k", message=f"About {kind}", details=(("Amount", "12,000 EUR"),))
    for kind in WaitingFor
}
ANSWERABLE = {
    WaitingFor.DECISION: ["approval_approve", "approval_reject"],
    WaitingFor.CHANGES: ["approval_approve", "approval_reply"],
    WaitingFor.REVIEW: ["approval_approve", "approval_reject", "approval_reply"],
    WaitingFor.TEXT: ["approval_reply"],
}


def opened(wait: Waiting) -> tuple[Run, Approval]:
    run = waiting(wait)
    return run, run.approvals[-1]


IN_THE_THREAD = Where()


def card(run: Run, approval: Approval, where: Where = IN_THE_THREAD) -> Part:
    part = Part("approval:1", *draw_approval(run, approval, "Payables", where))
    assert_taken(part)
    assert_safe(part)
    return part


@pytest.mark.parametrize("kind", WaitingFor)
@pytest.mark.parametrize("state", ApprovalState)
@pytest.mark.parametrize("action", [None, *Action])
def test_a_card_in_any_state_says_what_it_is_about(
    kind: WaitingFor, state: ApprovalState, action: Action | None
) -> None:
    run, approval = opened(WAITS[kind])
    decision = None if action is None else Decision(action, BEN, NOON, "since I say so")
    part = card(run, replace(approval, state=state, decision=decision, closed_at=NOON))
    assert f"About {kind}" in part.text
    for text in (f"About {kind}", "12,000 EUR", "asked by <@U-ANNA>"):
        assert text in words(part)


@pytest.mark.parametrize("kind", WaitingFor)
def test_buttons_are_there_only_where_chat_can_answer(kind: WaitingFor) -> None:
    part = card(*opened(WAITS[kind]))
    assert list(buttons(part)) == ANSWERABLE.get(kind, [])
    assert ("<@U-ANNA>" in part.text) is (kind in ANSWERABLE)
    assert ("Only <@U-ANNA> may decide" in words(part)) is (kind in ANSWERABLE)


@pytest.mark.parametrize("kind", WaitingFor)
@pytest.mark.parametrize("state", [each for each in ApprovalState if each != "open"])
def test_buttons_go_when_it_is_not_open_any_more(kind: WaitingFor, state: ApprovalState) -> None:
    run, approval = opened(WAITS[kind])
    part = card(run, replace(approval, state=state, closed_at=NOON))
    assert buttons(part) == {}
    assert "may decide" not in words(part) or state is ApprovalState.DECIDING


def test_buttons_carry_the_run_and_the_approval() -> None:
    part = card(*opened(WAITS[WaitingFor.DECISION]))
    assert {each["value"] for each in buttons(part).values()} == {"run|run-1"}
    assert buttons(part)["approval_approve"]["style"] == "primary"


def test_the_agents_own_labels_are_used_and_shortened() -> None:
    wait = replace(
        WAITS[WaitingFor.DECISION], approve_label="Freigeben <!channel>", reject_label="N" * 200
    )
    found = buttons(card(*opened(wait)))
    assert found["approval_approve"]["text"]["text"] == "Freigeben <!channel>"
    assert found["approval_approve"]["text"]["type"] == "plain_text"
    assert found["approval_reject"]["text"]["text"] == "N" * 74 + "…"


def test_a_requested_change_and_a_reply_are_called_differently() -> None:
    for kind, label in ((WaitingFor.CHANGES, "Request change…"), (WaitingFor.TEXT, "Reply…")):
        found = buttons(card(*opened(WAITS[kind])))
        assert found["approval_reply"]["text"]["text"] == label


def test_rounds_are_counted() -> None:
    run, approval = opened(replace(WAITS[WaitingFor.CHANGES], rounds=3))
    assert "Round 2 of 3" in words(card(run, replace(approval, round=2)))
    run, approval = opened(WAITS[WaitingFor.CHANGES])
    assert "Round 2 of" not in words(card(run, replace(approval, round=2)))


@pytest.mark.parametrize(
    ("kind", "action", "says"),
    [
        (WaitingFor.DECISION, Action.APPROVE, "Approved by <@U-BEN>"),
        (WaitingFor.DECISION, Action.REJECT, "Rejected by <@U-BEN>"),
        (WaitingFor.CHANGES, Action.REPLY, "Change requested by <@U-BEN>"),
        (WaitingFor.TEXT, Action.REPLY, "Answered by <@U-BEN>"),
    ],
)
def test_a_decided_card_says_who_when_and_why(kind: WaitingFor, action: Action, says: str) -> None:
    run, approval = opened(WAITS[kind])
    decision = Decision(action, BEN, NOON, "two\nlines <!here>")
    decided = replace(approval, state=ApprovalState.DECIDED, decision=decision)
    text = words(card(run, decided))
    assert says in text
    assert "2026-03-02 12:00 UTC" in text
    assert "\n> two\n> lines &lt;!here&gt;" in text
    assert "needed*" not in text or kind is WaitingFor.TEXT
    handing_over = words(card(run, replace(decided, state=ApprovalState.DECIDING)))
    assert "handing over to Fusion" in handing_over


def test_a_closed_card_does_not_ask_any_more() -> None:
    for kind in WaitingFor:
        run, approval = opened(WAITS[kind])
        part = card(run, replace(approval, state=ApprovalState.ELSEWHERE, closed_at=NOON))
        for title in ("is needed", "*Waiting"):
            assert title not in words(part)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (ApprovalState.ELSEWHERE, "Decided elsewhere "),
        (ApprovalState.CANCELLED, "Cancelled "),
        (ApprovalState.EXPIRED, "Expired "),
    ],
)
def test_a_card_that_was_closed_by_others_says_how_and_when(
    state: ApprovalState, says: str
) -> None:
    run, approval = opened(WAITS[WaitingFor.DECISION])
    closed = replace(approval, state=state, closed_at=NOON + timedelta(minutes=5))
    assert f"{says}<!date^" in words(card(run, closed))
    assert "12:05 UTC" in words(card(run, closed))


def test_a_decision_of_which_nobody_knows_is_not_said_to_have_expired() -> None:
    run, approval = opened(WAITS[WaitingFor.DECISION])
    decision = Decision(Action.APPROVE, BEN, NOON)
    gone = replace(
        approval, state=ApprovalState.UNKNOWN, decision=decision, sent=True, closed_at=NOON
    )
    said = words(card(run, gone))
    assert "Approved by <@U-BEN>" in said
    assert "could not be learned whether Fusion took it" in said
    assert "not approved" not in said


def test_a_decision_that_came_too_late_is_said_not_to_have_been_sent() -> None:
    run, approval = opened(WAITS[WaitingFor.DECISION])
    late = replace(
        approval,
        state=ApprovalState.ELSEWHERE,
        decision=Decision(Action.APPROVE, BEN, NOON),
        closed_at=NOON,
    )
    assert "before the decision of <@U-BEN> was sent. It was not sent." in words(card(run, late))


def test_what_nobody_here_could_answer_went_on() -> None:
    for kind in (WaitingFor.ELSEWHERE, WaitingFor.TIMER):
        run, approval = opened(WAITS[kind])
        closed = replace(approval, state=ApprovalState.ELSEWHERE, closed_at=NOON)
        assert "Went on " in words(card(run, closed))


def test_a_card_says_why_fusion_did_not_take_the_decision() -> None:
    run, approval = opened(WAITS[WaitingFor.DECISION])
    refused = replace(approval, reopened=Reopened.NOT_DELIVERED, refusal="No role <@U1> & no luck")
    said = words(card(replace(run, trace_id="trace-7"), refused))
    assert "“No role &lt;@U1&gt; &amp; no luck”" in said
    assert "Trace id for support: `trace-7`" in said


@pytest.mark.parametrize("why", Reopened)
def test_a_reopened_card_says_why_and_has_new_buttons(why: Reopened) -> None:
    run, approval = opened(WAITS[WaitingFor.DECISION])
    again = card(run, replace(approval, reopened=why))
    assert "Please decide again." in words(again)
    signs_in = ["sign_in"] if why is Reopened.SIGNED_OUT else []
    assert list(buttons(again)) == ["approval_approve", "approval_reject", *signs_in]
    ids = {block.get("block_id") for block in again.blocks} - {None}
    assert not ids & {block.get("block_id") for block in card(run, approval).blocks}


def test_hidden_details_are_counted_on_the_card() -> None:
    many = tuple((f"Line {n}", f"{n} EUR") for n in range(1, DETAILS_SHOWN + 31))
    text = words(card(*opened(replace(WAITS[WaitingFor.DECISION], details=many))))
    assert f"{DETAILS_SHOWN} EUR" in text
    assert f"{DETAILS_SHOWN + 1} EUR" not in text
    assert "30 more details are not shown here" in text
    long = (("A", "x" * 900),) * 10
    text = words(card(*opened(replace(WAITS[WaitingFor.DECISION], details=long))))
    assert "more details are not shown here" in text
    text = words(
        card(*opened(replace(WAITS[WaitingFor.DECISION], details=many[: DETAILS_SHOWN + 1])))
    )
    assert "1 more detail is not shown here" in text
    text = words(card(*opened(replace(WAITS[WaitingFor.DECISION], details=many[:DETAILS_SHOWN]))))
    assert "not shown" not in text


def test_a_card_without_a_message_still_has_a_text() -> None:
    part = card(*opened(Waiting(WaitingFor.DECISION, key="k")))
    assert part.text == ":raised_hand: *Your approval is needed* <@U-ANNA>"


def test_the_step_is_named_by_its_node_or_else_its_tool() -> None:
    for wait in (
        replace(WAITS[WaitingFor.DECISION], node="Check <it>", tool="pay"),
        replace(WAITS[WaitingFor.DECISION], tool="Check <it>"),
    ):
        assert "Step: Check &lt;it&gt;" in words(card(*opened(wait)))


def test_each_wait_of_a_run_has_its_own_card_and_ids() -> None:
    run = waiting(WAITS[WaitingFor.CHANGES])
    change = Decision(Action.REPLY, ANNA, NOON, "cheaper")
    run = moved(run, e.Decided("run-1", change), e.Resumed())
    run = moved(run, e.Waited(replace(WAITS[WaitingFor.CHANGES], key="other")))
    first, second = (card(run, each) for each in run.approvals)
    assert "Change requested by <@U-ANNA>" in words(first)
    assert {each["value"] for each in buttons(second).values()} == {"run|run-2"}


@pytest.mark.parametrize("kind", [WaitingFor.CHANGES, WaitingFor.TEXT])
def test_the_form_for_a_reply_is_a_modal_that_slack_takes(kind: WaitingFor) -> None:
    _, approval = opened(replace(WAITS[kind], message="<!channel> " * 500))
    form = draw_reply_form(approval, "{}")
    assert form["callback_id"] == "approval_reply"
    assert len(form["title"]["text"]) <= 24
    assert_blocks_taken(form["blocks"], "modal")
    (_, bare) = opened(Waiting(kind, key="k"))
    assert [each["type"] for each in draw_reply_form(bare, "{}")["blocks"]] == ["input"]


def test_only_a_run_that_waits_has_a_card() -> None:
    assert running().approvals == ()
