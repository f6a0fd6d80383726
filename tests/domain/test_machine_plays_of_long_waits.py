"""Plays of waits that follow one another, or last: grace, siblings, and the end of patience."""

from bot.domain import events as e
from bot.domain.approval import ApprovalState
from bot.domain.events import Failure, Trouble
from bot.domain.job import Action
from bot.domain.run import State
from tests.domain.examples import (
    APPROVED,
    DAY,
    GONE,
    MINUTE,
    NOON,
    PATIENCE,
    PAYMENT,
    SECOND,
    SECOND_APPROVAL,
    SECOND_PAYMENT,
    UNREACHABLE,
    decided,
    resuming,
    unconfirmed,
    waiting,
)
from tests.domain.plays import NOTHING, POLL, RESUME, SHOW, play

STILL = e.Waited(PAYMENT)
ANOTHER = e.Waited(SECOND_PAYMENT)
UNREAD = e.PollFailed(UNREACHABLE)
NO_NEWS = e.Progressed()


def test_the_wait_that_was_just_answered_may_be_read_once_more_within_the_grace_time() -> None:
    run = play(
        resuming(),
        [
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (PATIENCE.grace - SECOND, STILL, State.RUNNING, NOTHING),
            (SECOND, STILL, State.WAITING, SHOW),
        ],
    )
    first, second = run.approvals
    assert first.state is ApprovalState.DECIDED
    assert second.state is ApprovalState.OPEN


def test_a_stale_reading_within_the_grace_time_still_ends_a_trouble() -> None:
    run = play(
        resuming(),
        [
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (SECOND, UNREAD, State.RUNNING, SHOW),
            (SECOND, STILL, State.RUNNING, SHOW),
        ],
    )
    assert run.troubled_since is None


def test_another_wait_needs_no_grace_time() -> None:
    run = play(
        resuming(),
        [
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (SECOND, ANOTHER, State.WAITING, SHOW),
        ],
    )
    assert [each.id for each in run.approvals] == ["run-1", "run-2"]


def test_the_same_wait_of_a_new_job_needs_no_grace_time() -> None:
    run = play(
        resuming(),
        [
            (SECOND, e.Resumed("job-2"), State.RUNNING, POLL),
            (SECOND, STILL, State.WAITING, SHOW),
        ],
    )
    assert [each.job_id for each in run.approvals] == ["job-1", "job-2"]


def test_a_wait_that_was_decided_elsewhere_has_a_grace_time_too() -> None:
    run = play(
        waiting(),
        [
            (MINUTE, NO_NEWS, State.RUNNING, SHOW),
            (SECOND, STILL, State.RUNNING, NOTHING),
            (SECOND, NO_NEWS, State.RUNNING, NOTHING),
        ],
    )
    assert run.pending is None


def test_a_second_wait_is_decided_on_its_own_and_leaves_its_sibling_as_it_was() -> None:
    second = decided(Action.REJECT, SECOND_APPROVAL)
    run = play(
        waiting(),
        [
            (MINUTE, APPROVED, State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
            (MINUTE, ANOTHER, State.WAITING, SHOW),
        ],
    )
    sibling = run.approvals[0]
    run = play(
        run,
        [
            (MINUTE, second, State.RESUMING, RESUME),
            (SECOND, e.ResumeUnanswered(), State.RESUMING, POLL),
            (PATIENCE.grace, ANOTHER, State.WAITING, SHOW),
            (MINUTE, second, State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
        ],
    )
    assert run.approvals[0] == sibling
    assert run.approvals[1].decision == second.decision
    assert [each.state for each in run.approvals] == [ApprovalState.DECIDED] * 2


def test_a_reply_that_was_lost_once_does_not_make_the_next_decision_look_sent() -> None:
    run = play(
        unconfirmed(),
        [
            (SECOND, NO_NEWS, State.RUNNING, SHOW),
            (MINUTE, ANOTHER, State.WAITING, SHOW),
            (SECOND, decided(Action.APPROVE, SECOND_APPROVAL), State.RESUMING, RESUME),
        ],
    )
    assert [each.sent for each in run.approvals] == [True, False]


def test_a_wait_that_nobody_answers_expires_when_patience_ends() -> None:
    run = play(
        waiting(),
        [
            (PATIENCE.waiting - SECOND, STILL, State.WAITING, NOTHING),
            (SECOND, STILL, State.EXPIRED, SHOW),
        ],
    )
    (approval,) = run.approvals
    assert approval.state is ApprovalState.EXPIRED
    assert approval.closed_at == run.ended_at == NOON + PATIENCE.waiting
    assert run.failure == Failure(Trouble.TOO_LONG)


def test_a_waiting_job_that_is_not_there_any_more_expires_with_its_approval() -> None:
    lost = e.PollFailed(GONE)
    run = play(
        waiting(),
        [
            (MINUTE, lost, State.WAITING, SHOW),
            (PATIENCE.unreadable - SECOND, lost, State.WAITING, NOTHING),
            (SECOND, lost, State.EXPIRED, SHOW),
        ],
    )
    (approval,) = run.approvals
    assert approval.state is ApprovalState.EXPIRED
    assert run.failure == GONE


def test_one_bad_reading_does_not_count_from_the_end_of_the_sign_in() -> None:
    signed_out = e.PollFailed(Failure(Trouble.SIGNED_OUT))
    lost = e.PollFailed(GONE)
    play(
        waiting(),
        [
            (MINUTE, signed_out, State.WAITING, SHOW),
            (2 * DAY, lost, State.WAITING, SHOW),
            (PATIENCE.unreadable - SECOND, lost, State.WAITING, NOTHING),
            (SECOND, lost, State.EXPIRED, SHOW),
        ],
    )


def test_troubles_that_take_turns_do_not_make_it_wait_for_ever() -> None:
    signed_out, lost = e.PollFailed(Failure(Trouble.SIGNED_OUT)), e.PollFailed(GONE)
    play(
        waiting(),
        [
            (MINUTE, signed_out, State.WAITING, SHOW),
            (PATIENCE.waiting - SECOND, lost, State.WAITING, SHOW),
            (PATIENCE.unreadable, lost, State.EXPIRED, SHOW),
        ],
    )


def test_a_waiting_job_outlives_an_outage_of_fusion() -> None:
    play(
        waiting(),
        [
            (MINUTE, UNREAD, State.WAITING, SHOW),
            (PATIENCE.waiting - SECOND, UNREAD, State.WAITING, NOTHING),
            (SECOND, UNREAD, State.EXPIRED, SHOW),
        ],
    )


def test_a_decision_is_not_held_to_the_troubles_before_it() -> None:
    run = play(
        waiting(),
        [
            (MINUTE, UNREAD, State.WAITING, SHOW),
            (PATIENCE.invoking, APPROVED, State.RESUMING, RESUME),
            (SECOND, e.Delayed(), State.RESUMING, SHOW),
        ],
    )
    assert run.troubled_since == NOON + MINUTE + PATIENCE.invoking + SECOND


def test_a_wait_that_follows_another_is_waited_for_as_long_as_the_first() -> None:
    run = play(
        waiting(),
        [
            (PATIENCE.waiting - SECOND, ANOTHER, State.WAITING, SHOW),
            (PATIENCE.waiting - SECOND, ANOTHER, State.WAITING, NOTHING),
            (SECOND, ANOTHER, State.EXPIRED, SHOW),
        ],
    )
    assert [each.state for each in run.approvals] == [
        ApprovalState.ELSEWHERE,
        ApprovalState.EXPIRED,
    ]


def test_a_reopened_approval_is_waited_for_as_long_as_a_new_one() -> None:
    play(
        unconfirmed(),
        [
            (MINUTE, STILL, State.WAITING, SHOW),
            (PATIENCE.waiting - SECOND, STILL, State.WAITING, NOTHING),
            (SECOND, STILL, State.EXPIRED, SHOW),
        ],
    )
