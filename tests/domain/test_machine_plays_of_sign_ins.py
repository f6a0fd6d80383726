"""Plays of signing in: before a question is asked, while a job runs or waits, and at a decision."""

from bot.domain import events as e
from bot.domain.approval import Reopened
from bot.domain.events import Failure, Trouble
from bot.domain.machine import abandons_job
from bot.domain.run import State
from tests.domain.examples import (
    ANNA,
    ANSWER,
    APPROVED,
    INVOKED,
    MINUTE,
    PATIENCE,
    PAYMENT,
    SECOND,
    SIGN_IN_ENDED,
    invoking,
    moved,
    resuming,
    running,
    signed_out,
    waiting,
)
from tests.domain.plays import AWAIT, INVOKE, NOTHING, POLL, RESUME, SHOW, play, too_late

SIGNED_OUT = e.PollFailed(SIGN_IN_ENDED)
AWAITED = e.SignInAwaited()


def test_a_question_waits_for_the_sign_in_and_is_asked_after_it() -> None:
    run = play(
        invoking(),
        [
            (SECOND, e.SignedOut(), State.SIGNED_OUT, AWAIT),
            (MINUTE, AWAITED, State.SIGNED_OUT, NOTHING),
            (MINUTE, e.SignedIn(), State.INVOKING, INVOKE),
            (SECOND, INVOKED, State.RUNNING, POLL),
            (SECOND, e.Completed(ANSWER), State.COMPLETE, SHOW),
        ],
    )
    assert run.answer == ANSWER


def test_a_question_expires_when_nobody_signs_in_and_leaves_no_job_behind() -> None:
    run = play(
        signed_out(),
        [
            (PATIENCE.sign_in - SECOND, AWAITED, State.SIGNED_OUT, NOTHING),
            (SECOND, AWAITED, State.EXPIRED, SHOW),
        ],
    )
    assert run.failure == Failure(Trouble.SIGNED_OUT)
    assert not abandons_job(signed_out(), run)
    assert too_late(run, e.SignedIn(), AWAITED, e.Stopped(ANNA))


def test_a_question_that_waits_for_a_sign_in_can_be_changed_and_taken_back() -> None:
    run = play(
        signed_out(),
        [
            (SECOND, e.Edited("Pay invoice 4712"), State.SIGNED_OUT, SHOW),
            (SECOND, e.Stopped(ANNA), State.STOPPED, SHOW),
        ],
    )
    assert run.turn.text == "Pay invoice 4712"
    assert not abandons_job(signed_out(), run)


def test_it_says_that_a_sign_in_is_needed_only_while_it_is() -> None:
    run = play(
        running(),
        [
            (SECOND, SIGNED_OUT, State.RUNNING, SHOW),
            (MINUTE, SIGNED_OUT, State.RUNNING, NOTHING),
        ],
    )
    assert run.needs_sign_in
    assert signed_out().needs_sign_in
    assert not moved(run, e.Progressed()).needs_sign_in
    assert not moved(signed_out(), e.SignedIn()).needs_sign_in
    assert not moved(running(), e.PollFailed(Failure(Trouble.UNAVAILABLE))).needs_sign_in


def test_a_wait_for_people_outlives_a_sign_in_that_ended() -> None:
    play(
        waiting(),
        [
            (SECOND, SIGNED_OUT, State.WAITING, SHOW),
            (PATIENCE.unreadable * 10, SIGNED_OUT, State.WAITING, NOTHING),
            (MINUTE, e.Waited(PAYMENT), State.WAITING, SHOW),
            (MINUTE, APPROVED, State.RESUMING, RESUME),
        ],
    )


def test_a_decision_of_somebody_signed_out_is_open_again_and_says_why() -> None:
    run = play(resuming(), [(SECOND, e.ResumeRefused(SIGN_IN_ENDED), State.WAITING, POLL)])
    assert run.approvals[-1].reopened is Reopened.SIGNED_OUT
    assert run.approvals[-1].decision is None


def test_trouble_with_a_decision_is_not_taken_for_an_earlier_sign_in() -> None:
    run = moved(waiting(), SIGNED_OUT, e.Waited(PAYMENT), APPROVED, e.Delayed("503"))
    assert run.troubled_since is not None
    assert not run.needs_sign_in
