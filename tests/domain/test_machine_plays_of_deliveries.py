"""Plays of decisions on their way to Fusion: a reply that is lost, a refusal, a delay."""

import pytest

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState, Reopened
from bot.domain.run import Run, State
from tests.domain.examples import (
    AGENT_FAILED,
    ANSWER,
    APPROVED,
    DAY,
    MINUTE,
    NOT_ALLOWED,
    PATIENCE,
    PAYMENT,
    REJECTED,
    SECOND,
    SECOND_PAYMENT,
    UNREACHABLE,
    resuming,
    unconfirmed,
)
from tests.domain.plays import NOTHING, POLL, RESUME, SHOW, play

STILL = e.Waited(PAYMENT)
NO_NEWS = e.Progressed()
ANSWERED = e.Completed(ANSWER)
UNREAD = e.PollFailed(UNREACHABLE)
DELAYED = e.Delayed()


def the_approval(run: Run) -> Approval:
    (only,) = run.approvals
    return only


# A decision whose reply is lost


@pytest.mark.parametrize(
    ("reading", "state", "owed"),
    [
        (NO_NEWS, State.RUNNING, SHOW),
        (ANSWERED, State.COMPLETE, SHOW),
        (e.JobFailed(AGENT_FAILED), State.FAILED, SHOW),
        (e.Waited(SECOND_PAYMENT), State.WAITING, SHOW),
    ],
    ids=["goes on", "completes", "fails", "waits anew"],
)
def test_a_lost_reply_to_a_decision_that_landed(reading: e.Event, state: State, owed: str) -> None:
    run = play(
        resuming(),
        [
            (SECOND, e.ResumeUnanswered(), State.RESUMING, POLL),
            (SECOND, STILL, State.RESUMING, NOTHING),
            (SECOND, reading, state, owed),
        ],
    )
    landed = run.approvals[0]
    assert landed.state is ApprovalState.DECIDED
    assert landed.decision == APPROVED.decision


def test_a_lost_reply_to_a_decision_that_did_not_land() -> None:
    run = play(
        resuming(),
        [
            (MINUTE, e.ResumeUnanswered(), State.RESUMING, POLL),
            (PATIENCE.grace - SECOND, STILL, State.RESUMING, NOTHING),
            (SECOND, STILL, State.WAITING, SHOW),
        ],
    )
    approval = the_approval(run)
    assert approval.state is ApprovalState.OPEN
    assert approval.reopened is Reopened.NOT_CONFIRMED
    assert approval.decision is None
    run = play(
        run,
        [
            (DAY, REJECTED, State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
        ],
    )
    assert the_approval(run).decision == REJECTED.decision
    assert the_approval(run).reopened is None


def test_a_decision_without_a_reply_and_a_job_that_cannot_be_read() -> None:
    run = play(
        unconfirmed(),
        [
            (SECOND, UNREAD, State.RESUMING, SHOW),
            (PATIENCE.unreadable - SECOND, UNREAD, State.RESUMING, NOTHING),
            (SECOND, UNREAD, State.EXPIRED, SHOW),
        ],
    )
    assert the_approval(run).state is ApprovalState.UNKNOWN, "it may have landed"
    assert the_approval(run).decision == APPROVED.decision


def test_the_grace_time_goes_on_while_the_job_cannot_be_read() -> None:
    run = play(
        unconfirmed(),
        [
            (SECOND, UNREAD, State.RESUMING, SHOW),
            (PATIENCE.grace, STILL, State.WAITING, SHOW),
        ],
    )
    assert run.troubled_since is None


def test_a_late_reply_to_a_decision_still_counts() -> None:
    run = play(unconfirmed(), [(SECOND, e.Resumed("job-2"), State.RUNNING, SHOW)])
    assert the_approval(run).state is ApprovalState.DECIDED


# A decision that was not taken


def test_a_refused_decision_can_be_made_again() -> None:
    run = play(
        resuming(),
        [
            (SECOND, e.ResumeRefused(NOT_ALLOWED), State.WAITING, POLL),
            (MINUTE, STILL, State.WAITING, NOTHING),
        ],
    )
    approval = the_approval(run)
    assert (approval.state, approval.reopened) == (ApprovalState.OPEN, Reopened.NOT_DELIVERED)
    assert approval.decision is None
    assert run.trace_id == "trace-refused"
    play(run, [(MINUTE, APPROVED, State.RESUMING, RESUME)])


def test_a_decision_that_cannot_be_sent_is_given_back_when_patience_ends() -> None:
    run = play(
        resuming(),
        [
            (SECOND, DELAYED, State.RESUMING, SHOW),
            (PATIENCE.invoking - SECOND, DELAYED, State.RESUMING, NOTHING),
            (SECOND, DELAYED, State.WAITING, POLL),
        ],
    )
    assert the_approval(run).reopened is Reopened.NOT_DELIVERED
    assert run.failure is None
    assert run.troubled_since is None


def test_a_decision_that_is_delayed_and_then_taken() -> None:
    run = play(
        resuming(),
        [
            (SECOND, DELAYED, State.RESUMING, SHOW),
            (MINUTE, e.Resumed(), State.RUNNING, POLL),
        ],
    )
    assert run.troubled_since is None
