"""What holds for every run, whatever happens to it, and whenever."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState
from bot.domain.codec import decode_run, encode_run
from bot.domain.effects import FOR_THE_AGENT, Effect
from bot.domain.events import Event, Trouble
from bot.domain.job import Action
from bot.domain.machine import ENDS, TABLE, IllegalEvent, advance, owes, progress
from bot.domain.run import Run, State
from bot.domain.timing import due_at
from tests.domain.examples import (
    ANNA,
    EVENTS,
    INVOKED,
    MINUTE,
    PATIENCE,
    PAYMENT,
    SIGN_IN_ENDED,
    STRICT,
    UNREACHABLE,
    invoking,
    queued,
    resuming,
    running,
    signed_out,
    unconfirmed,
    waiting,
)
from tests.domain.strategies import HISTORIES

STARTS = st.sampled_from(
    [
        queued(),
        signed_out(),
        invoking(),
        running(),
        waiting(),
        waiting(policy=STRICT),
        resuming(),
        unconfirmed(),
    ]
)

# What performing an effect can bring back: the worker knows no other outcomes.
BRINGS: dict[Effect, tuple[type[Event], ...]] = {
    Effect.START: (e.Started,),
    Effect.AWAIT_SIGN_IN: (e.SignInAwaited, e.SignedIn),
    Effect.INVOKE: (e.SignedOut, e.Delayed, e.Invoked, e.InvokeRefused, e.InvokeUnanswered),
    Effect.POLL: (e.Progressed, e.Waited, e.Completed, e.JobFailed, e.PollFailed),
    Effect.RESUME: (e.Delayed, e.Resumed, e.ResumeRefused, e.ResumeUnanswered),
}


@given(STARTS, HISTORIES)
def test_whatever_happens_the_run_stays_sound(
    run: Run, history: list[tuple[timedelta, Event]]
) -> None:
    now = run.since
    for later, event in history:
        now += later
        before = run
        try:
            run, effects = advance(before, event, now, PATIENCE)
        except IllegalEvent:  # and nothing else
            continue
        assert run.state in TABLE[before.state][type(event)].to
        the_step_is_sound(before, run, effects, now)
        mere_progress_says_what_the_machine_says(before, event, now, run)
        the_run_is_sound(run)
        what_was_decided_stays_decided(before, run)
        what_is_owed_can_be_done(run)
        what_is_due_has_a_date(run)
        assert decode_run(encode_run(run)) == run


def the_step_is_sound(before: Run, after: Run, effects: tuple[Effect, ...], now: datetime) -> None:
    if after is before:
        assert effects == ()
        return
    assert replace(after, version=before.version) != before
    assert after.version == before.version + 1
    assert (after.id, after.thread) == (before.id, before.thread)
    assert effects[-1] is Effect.SHOW
    assert len(effects) <= 2
    assert set(effects[:-1]) <= FOR_THE_AGENT
    newly = owes(after) if owes(after) is not owes(before) else None
    assert effects[:-1] == (() if newly is None else (newly,))
    if after.state is not before.state:
        assert after.since == now
    assert before.since <= after.since <= now


def mere_progress_says_what_the_machine_says(
    before: Run, event: Event, now: datetime, after: Run
) -> None:
    told = progress(before, event, now, PATIENCE)
    if told is not None:
        assert replace(after, version=before.version) == told
        assert (told is before) == (after is before)


def the_run_is_sound(run: Run) -> None:
    assert (run.ended_at is not None) == (run.state in ENDS)
    assert (owes(run) is None) == (run.state in ENDS)
    if run.state in {State.RUNNING, State.WAITING, State.RESUMING, State.COMPLETE}:
        assert run.job_id
    if run.state in {State.QUEUED, State.SIGNED_OUT, State.INVOKING, State.UNCERTAIN}:
        assert run.job_id is None
    if run.state is State.EXPIRED and run.job_id is None:
        assert run.failure is not None
        assert run.failure.trouble is Trouble.SIGNED_OUT
    if run.troubled_since is not None:
        assert run.troubled_by is not None
    assert (run.answer is not None) or run.state is not State.COMPLETE
    assert (run.failure is not None) == (run.state in {State.FAILED, State.EXPIRED})
    assert (run.stopped_by is not None) == (run.state is State.STOPPED)
    the_approvals_are_sound(run)


def the_approvals_are_sound(run: Run) -> None:
    pending = [each for each in run.approvals if each.is_pending]
    assert pending == ([run.approvals[-1]] if run.pending else [])
    assert bool(pending) == (run.state in {State.WAITING, State.RESUMING})
    if run.state is State.WAITING:
        assert pending[0].state is ApprovalState.OPEN
        assert not pending[0].sent
    if run.state is State.RESUMING:
        assert pending[0].state is ApprovalState.DECIDING
    assert len({each.id for each in run.approvals}) == len(run.approvals)
    for each in run.approvals:
        assert (each.closed_at is None) == each.is_pending
        if each.state is ApprovalState.OPEN:
            assert each.decision is None
        if each.state in {ApprovalState.DECIDING, ApprovalState.DECIDED}:
            assert each.decision is not None
            assert each.decision.action in each.waiting.actions
        assert each.job_id


def what_was_decided_stays_decided(before: Run, after: Run) -> None:
    assert len(after.approvals) >= len(before.approvals)
    for old, new in zip(before.approvals, after.approvals, strict=False):
        if not old.is_pending:
            assert new == old
        decisive = new.state is ApprovalState.DECIDING is not old.state
        if decisive and new.decision and new.decision.action is Action.APPROVE:
            who_had_to_approve_has(new)
        assert (new.id, new.job_id, new.waiting, new.round, new.opened_at) == (
            old.id,
            old.job_id,
            old.waiting,
            old.round,
            old.opened_at,
        )


def who_had_to_approve_has(approval: Approval) -> None:
    """Every stage that was not escalated has as many approvals as it needs, each by another person."""
    assert len(set(approval.voted)) == len(approval.votes)
    missed = {each.stage for each in approval.escalations}
    for number, stage in enumerate(approval.policy.stages):
        given = sum(each.stage == number for each in approval.votes)
        assert given >= stage.quorum or number in missed


def what_is_owed_can_be_done(run: Run) -> None:
    owed = owes(run)
    if owed is not None:
        assert set(BRINGS[owed]) <= set(TABLE[run.state])


def what_is_due_has_a_date(run: Run) -> None:
    date = due_at(run)
    assert date is None or run.state is State.WAITING
    if run.state is State.WAITING and run.pending and run.pending.waiting.answerable:
        assert (date is None) == (not has_a_time_limit(run.pending))


def has_a_time_limit(approval: Approval) -> bool:
    policy = approval.policy
    later = approval.current.escalate_after and approval.stage + 1 < len(policy.stages)
    left = approval.reminded < len(policy.reminders)
    return bool(policy.expires_after or left or later or approval.wants_members)


# Ends are within reach


@given(STARTS, HISTORIES)
def test_from_wherever_a_run_gets_an_end_is_a_few_events_away(
    run: Run, history: list[tuple[timedelta, Event]]
) -> None:
    now = run.since
    for later, event in history:
        now += later
        try:
            run, _ = advance(run, event, now, PATIENCE)
        except IllegalEvent:
            continue
    assert _an_end_is_near(run, now)


def _an_end_is_near(run: Run, now: datetime) -> bool:
    """Whether performing what is owed alone, nobody clicking anything, can reach an end."""
    seen = [run]
    for _ in range(4):
        if any(each.state in ENDS for each in seen):
            return True
        seen = [
            advance(each, EVENTS[kind], now, PATIENCE)[0]
            for each in seen
            for kind in BRINGS[owes(each) or Effect.START]
        ]
    return False


ALL_PATIENCE = (
    PATIENCE.sign_in
    + PATIENCE.invoking
    + PATIENCE.unreadable
    + PATIENCE.running
    + PATIENCE.waiting
    + PATIENCE.grace
    + 10 * MINUTE
)
BAD_NEWS: dict[str, tuple[Run, dict[Effect, Event]]] = {
    "nobody signs in": (
        invoking(),
        {Effect.INVOKE: e.SignedOut(), Effect.AWAIT_SIGN_IN: e.SignInAwaited()},
    ),
    "the sign-in ends and nobody signs in again": (
        running(),
        {Effect.POLL: e.PollFailed(SIGN_IN_ENDED)},
    ),
    "whoever decided never signs in again": (
        resuming(),
        {Effect.RESUME: e.ResumeRefused(SIGN_IN_ENDED), Effect.POLL: e.PollFailed(SIGN_IN_ENDED)},
    ),
    "Fusion cannot be asked": (invoking(), {Effect.INVOKE: e.Delayed()}),
    "the job goes on for ever": (
        invoking(),
        {Effect.INVOKE: INVOKED, Effect.POLL: e.Progressed(("Still",))},
    ),
    "the job cannot be read": (running(), {Effect.POLL: e.PollFailed(UNREACHABLE)}),
    "nobody answers": (waiting(), {Effect.POLL: e.Waited(PAYMENT)}),
    "the wait cannot be read": (waiting(), {Effect.POLL: e.PollFailed(UNREACHABLE)}),
    "a decision cannot be sent": (
        resuming(),
        {Effect.RESUME: e.Delayed(), Effect.POLL: e.Waited(PAYMENT)},
    ),
    "a decision is refused": (
        resuming(),
        {Effect.RESUME: e.ResumeRefused(UNREACHABLE), Effect.POLL: e.Waited(PAYMENT)},
    ),
    "a decision is lost": (
        resuming(),
        {Effect.RESUME: e.ResumeUnanswered(), Effect.POLL: e.Waited(PAYMENT)},
    ),
    "a decision is lost and the job cannot be read": (
        resuming(),
        {Effect.RESUME: e.ResumeUnanswered(), Effect.POLL: e.PollFailed(UNREACHABLE)},
    ),
    "a decision changes nothing": (
        resuming(),
        {Effect.RESUME: e.Resumed(), Effect.POLL: e.Waited(PAYMENT)},
    ),
}


@pytest.mark.parametrize("news", BAD_NEWS)
def test_a_run_that_hears_the_same_bad_news_again_and_again_ends_in_bounded_time(
    news: str,
) -> None:
    run, brings = BAD_NEWS[news]
    began = now = run.since
    while run.state not in ENDS:
        assert now - began <= ALL_PATIENCE
        run, _ = advance(run, brings[owes(run) or Effect.START], now, PATIENCE)
        now += MINUTE


def test_a_queued_run_waits_for_nothing_but_its_turn() -> None:
    run, effects = advance(queued(), e.Stopped(ANNA), queued().since, PATIENCE)
    assert (run.state, effects) == (State.STOPPED, (Effect.SHOW,))
    assert owes(queued()) is Effect.START
