"""Plays with approvals: decided here, decided elsewhere, and clicks that cannot count."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState
from bot.domain.job import Action, Waiting
from bot.domain.run import Run, State
from tests.domain.examples import (
    AGENT_FAILED,
    ANSWER,
    APPROVED,
    DAY,
    DRAFT,
    E_MAIL,
    MINUTE,
    NOON,
    PAYMENT,
    REJECTED,
    SECOND,
    SECOND_APPROVAL,
    SECOND_DRAFT,
    SECOND_PAYMENT,
    SUPPLIER,
    TIMER,
    UNREACHABLE,
    decided,
    resuming,
    running,
    waiting,
)
from tests.domain.plays import NOTHING, POLL, RESUME, SHOW, play, too_late

STILL = e.Waited(PAYMENT)
NO_NEWS = e.Progressed()
ANSWERED = e.Completed(ANSWER)
UNREAD = e.PollFailed(UNREACHABLE)
DELAYED = e.Delayed()


def the_approval(run: Run) -> Approval:
    (only,) = run.approvals
    return only


def test_an_approval_is_approved() -> None:
    run = play(
        running(),
        [
            (MINUTE, STILL, State.WAITING, SHOW),
            (MINUTE, STILL, State.WAITING, NOTHING),
            (MINUTE, APPROVED, State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (SECOND, NO_NEWS, State.RUNNING, NOTHING),
            (SECOND, ANSWERED, State.COMPLETE, SHOW),
        ],
    )
    approval = the_approval(run)
    assert approval.state is ApprovalState.DECIDED
    assert approval.decision == APPROVED.decision
    assert approval.opened_at == NOON + MINUTE
    assert approval.closed_at == NOON + 3 * MINUTE + SECOND
    assert (run.job_id, run.trace_id) == ("job-1", "trace-answer")


def test_an_approval_is_rejected_with_a_reason() -> None:
    run = play(
        waiting(),
        [
            (MINUTE, REJECTED, State.RESUMING, RESUME),
            (SECOND, e.Resumed("job-2", "trace-3"), State.RUNNING, POLL),
            (SECOND, e.JobFailed(AGENT_FAILED), State.FAILED, SHOW),
        ],
    )
    assert the_approval(run).decision == REJECTED.decision
    assert run.job_id == "job-2"


def test_changes_are_requested_in_rounds() -> None:
    shorter = decided(Action.REPLY, comment="Shorter")
    good = decided(Action.APPROVE, SECOND_APPROVAL)
    run = play(
        running(),
        [
            (MINUTE, e.Waited(DRAFT), State.WAITING, SHOW),
            (MINUTE, shorter, State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (MINUTE, e.Waited(SECOND_DRAFT), State.WAITING, SHOW),
            (MINUTE, good, State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (SECOND, ANSWERED, State.COMPLETE, SHOW),
        ],
    )
    assert [each.round for each in run.approvals] == [1, 2]
    assert [each.asked_for_changes for each in run.approvals] == [True, False]
    assert [each.decision for each in run.approvals] == [shorter.decision, good.decision]


def test_the_rounds_of_another_node_begin_at_one() -> None:
    run = play(
        running(),
        [
            (MINUTE, e.Waited(replace(DRAFT, node="DRAFT")), State.WAITING, SHOW),
            (MINUTE, decided(Action.REPLY, comment="Shorter"), State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (MINUTE, e.Waited(replace(SECOND_DRAFT, node="BUDGET")), State.WAITING, SHOW),
        ],
    )
    assert [each.round for each in run.approvals] == [1, 1]


def test_a_text_that_the_agent_asks_for_is_sent_as_a_reply() -> None:
    reply = decided(Action.REPLY, comment="Lee Supplies")
    run = play(waiting(SUPPLIER), [(MINUTE, reply, State.RESUMING, RESUME)])
    assert the_approval(run).decision == reply.decision


# Clicks that cannot count


@pytest.mark.parametrize(
    ("wait", "not_offered"),
    [
        (PAYMENT, [Action.REPLY]),
        (DRAFT, [Action.REJECT]),
        (SUPPLIER, [Action.APPROVE, Action.REJECT]),
        (E_MAIL, list(Action)),
        (TIMER, list(Action)),
    ],
    ids=lambda part: part.kind if isinstance(part, Waiting) else "",
)
def test_an_action_that_the_wait_does_not_offer_is_refused(
    wait: Waiting, not_offered: list[Action]
) -> None:
    run = waiting(wait)
    assert too_late(run, *(decided(action) for action in not_offered))
    assert wait.answerable is (len(not_offered) < len(Action))


def test_a_button_of_an_earlier_wait_decides_nothing() -> None:
    run = play(waiting(), [(MINUTE, e.Waited(SECOND_PAYMENT), State.WAITING, SHOW)])
    assert too_late(run, APPROVED, REJECTED)
    assert not too_late(run, decided(Action.APPROVE, SECOND_APPROVAL))


def test_a_second_click_is_too_late() -> None:
    assert too_late(resuming(), APPROVED, REJECTED)


def test_a_click_is_refused_where_nothing_is_pending() -> None:
    # No event leads here; a row that says so must still not send a decision.
    assert too_late(replace(waiting(), approvals=()), APPROVED)


# Decided elsewhere


@pytest.mark.parametrize(
    ("reading", "state"),
    [
        (NO_NEWS, State.RUNNING),
        (ANSWERED, State.COMPLETE),
        (e.JobFailed(AGENT_FAILED), State.FAILED),
    ],
    ids=["goes on", "completes", "fails"],
)
def test_a_wait_that_ends_before_any_click_was_decided_elsewhere(
    reading: e.Event, state: State
) -> None:
    run = play(waiting(), [(MINUTE, reading, state, SHOW)])
    assert the_approval(run).state is ApprovalState.ELSEWHERE
    assert the_approval(run).closed_at == NOON + MINUTE
    assert too_late(run, APPROVED)


@pytest.mark.parametrize(
    ("reading", "state", "owed"),
    [
        (NO_NEWS, State.RUNNING, POLL),
        (ANSWERED, State.COMPLETE, SHOW),
        (e.JobFailed(AGENT_FAILED), State.FAILED, SHOW),
        (e.Waited(SECOND_PAYMENT), State.WAITING, POLL),
    ],
    ids=["goes on", "completes", "fails", "waits anew"],
)
def test_a_wait_that_ends_after_the_click_and_before_it_was_sent_was_decided_elsewhere(
    reading: e.Event, state: State, owed: str
) -> None:
    run = play(resuming(), [(SECOND, reading, state, owed)])
    assert run.approvals[0].state is ApprovalState.ELSEWHERE


def test_the_same_wait_read_before_the_decision_is_sent_means_nothing() -> None:
    play(resuming(), [(DAY, STILL, State.RESUMING, NOTHING)])


def test_a_wait_without_buttons_ends_by_itself() -> None:
    run = play(waiting(TIMER), [(DAY, NO_NEWS, State.RUNNING, SHOW)])
    assert the_approval(run).state is ApprovalState.ELSEWHERE
