"""The only thing that moves a run. Only pure rules may live here: no I/O, no clock, no chance.

A run is in one state. Something happens to it (an event, in the past participle); the table says
whether that can happen in this state, by which rule the run moves, and where it may arrive. What
it then owes to its agent team follows from the state alone (`owes`), and every change owes a Show.
The table is the specification: docs/runs.md is drawn from it, and a test holds each rule to the
arrivals named beside it. An event that the table does not name raises and changes nothing.

The theory behind the table:

- What cannot be taken back is never repeated on a guess. An invoke without a reply ends in
  UNCERTAIN, and a person decides. A decision without a reply can be looked up instead: the run
  stays in RESUMING, owing a Poll, until the job has left its wait (it landed) or still waits
  after the grace time (it did not; the approval is open again, and says so).
- A job moves by itself too: decided elsewhere, timer over. Every reading of a job is therefore
  legal in every state that has a job, and an approval that was not ours to close says ELSEWHERE.
- Reading back what we have just changed may lag: right after a decision was taken, the same wait
  read again within the grace time means nothing.
- Every state is left in bounded time. Patience names the bounds; they are measured when an event
  arrives, so that a good answer that is late still counts.
- The end of a run frees its thread. STOPPED, UNCERTAIN and EXPIRED may leave a job behind that
  Fusion cannot be told to cancel: their conversation ends too (`abandons_job`), lest the next
  question be taken for the answer to an old wait.

A state for people who have yet to sign in will stand between QUEUED and INVOKING.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState, Reopened
from bot.domain.effects import Effect
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Waiting
from bot.domain.run import Run, State

PASSING = frozenset(
    {Trouble.UNAVAILABLE, Trouble.NOT_SIGNED_IN}
)  # troubles of Fusion's, not the job's


class IllegalEvent(Exception):
    """This cannot happen to the run in the state that it is in; nothing was changed."""

    def __init__(self, run: Run, event: Event) -> None:
        super().__init__(f"{type(event).__name__} cannot happen to a run that is {run.state}")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a run stays where it is before it is given up."""

    invoking: timedelta = timedelta(minutes=15)  # Fusion cannot be asked
    unreadable: timedelta = timedelta(hours=1)  # a job's status cannot be read
    running: timedelta = timedelta(hours=24)
    waiting: timedelta = timedelta(days=30)
    grace: timedelta = timedelta(seconds=30)  # until a decision must show in the job's status


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rule is applied, and how patient we are."""

    now: datetime
    patience: Patience


@dataclass(frozen=True, slots=True)
class Rule:
    """How a run moves; `to` names every state in which it may arrive."""

    move: Callable[[Run, Any, Moment], Run]
    to: tuple[State, ...]


# Waiting for one's turn


def _start(run: Run, _: e.Started, __: Moment) -> Run:
    return replace(run, state=State.INVOKING, ahead=0)


def _move_up(run: Run, event: e.Moved, _: Moment) -> Run:
    return replace(run, ahead=event.ahead)


def _edit(run: Run, event: e.Edited, _: Moment) -> Run:
    return replace(run, turn=replace(run.turn, text=event.text))


def _stop(run: Run, event: e.Stopped, at: Moment) -> Run:
    run = _close_pending(run, ApprovalState.CANCELLED, at)
    return replace(run, state=State.STOPPED, stopped_by=event.by)


# Starting the job


def _delay(run: Run, event: e.Delayed, at: Moment) -> Run:
    since = run.troubled_since or at.now
    if at.now - since < at.patience.invoking:
        return replace(run, troubled_since=since)
    if run.state is State.RESUMING:
        return _reopen(run, Reopened.NOT_DELIVERED)
    return replace(run, state=State.FAILED, failure=Failure(Trouble.UNAVAILABLE, event.detail))


def _invoked(run: Run, event: e.Invoked, _: Moment) -> Run:
    return replace(
        run,
        state=State.RUNNING,
        job_id=event.job_id,
        conversation_id=event.conversation_id,
        trace_id=event.trace_id,
        troubled_since=None,
    )


def _invoke_refused(run: Run, event: e.InvokeRefused, _: Moment) -> Run:
    return replace(
        run,
        state=State.FAILED,
        failure=event.failure,
        trace_id=event.failure.trace_id or run.trace_id,
    )


def _invoke_unanswered(run: Run, event: e.InvokeUnanswered, _: Moment) -> Run:
    return replace(run, state=State.UNCERTAIN, trace_id=event.trace_id or run.trace_id)


# Reading the job


def _progressed(run: Run, event: e.Progressed, at: Moment) -> Run:
    if run.state is State.RUNNING and at.now - run.since >= at.patience.running:
        return _expire(run, Failure(Trouble.TOO_LONG), at)
    return replace(
        _job_moved_on(run, at),
        state=State.RUNNING,
        progress=event.progress or run.progress,
        nodes=event.nodes or run.nodes,
        trace_id=event.trace_id or run.trace_id,
        troubled_since=None,
    )


def _completed(run: Run, event: e.Completed, at: Moment) -> Run:
    return replace(
        _job_moved_on(run, at),
        state=State.COMPLETE,
        answer=event.answer,
        trace_id=event.answer.trace_id or run.trace_id,
        troubled_since=None,
    )


def _job_failed(run: Run, event: e.JobFailed, at: Moment) -> Run:
    return replace(
        _job_moved_on(run, at),
        state=State.FAILED,
        answer=event.answer,
        failure=event.failure,
        trace_id=event.failure.trace_id or run.trace_id,
        troubled_since=None,
    )


def _poll_failed(run: Run, event: e.PollFailed, at: Moment) -> Run:
    since = run.troubled_since or at.now
    bound = at.patience.unreadable
    if run.state is State.WAITING and event.failure.trouble in PASSING:
        bound = at.patience.waiting  # what waits for people loses nothing by waiting for Fusion
    if at.now - since >= bound:
        return _expire(run, event.failure, at)
    return replace(run, troubled_since=since)


# Waiting


def _waited_while_running(run: Run, event: e.Waited, at: Moment) -> Run:
    run = replace(run, troubled_since=None)
    if _is_last_wait(run, event.waiting) and at.now - run.since < at.patience.grace:
        return run  # Fusion took the decision just now, and its status lags behind
    return _open(run, event.waiting, at)


def _waited_while_waiting(run: Run, event: e.Waited, at: Moment) -> Run:
    if not _is_last_wait(run, event.waiting):
        return _open(_close_pending(run, ApprovalState.ELSEWHERE, at), event.waiting, at)
    if at.now - run.since >= at.patience.waiting:
        return _expire(run, Failure(Trouble.TOO_LONG), at)
    return replace(run, troubled_since=None)


def _waited_while_resuming(run: Run, event: e.Waited, at: Moment) -> Run:
    if not _is_last_wait(run, event.waiting):
        return _open(_job_moved_on(run, at), event.waiting, at)
    run = replace(run, troubled_since=None)
    if _sent(run) and at.now - run.since >= at.patience.grace:
        return _reopen(run, Reopened.NOT_CONFIRMED)
    return run


def _decided(run: Run, event: e.Decided, _: Moment) -> Run:
    approval = run.pending
    if (
        approval is None
        or approval.id != event.approval_id
        or event.decision.action not in approval.waiting.actions
    ):
        raise IllegalEvent(run, event)
    return replace(
        _with_last(
            run,
            replace(approval, state=ApprovalState.DECIDING, decision=event.decision, reopened=None),
        ),
        state=State.RESUMING,
        troubled_since=None,
    )


def _resumed(run: Run, event: e.Resumed, at: Moment) -> Run:
    return replace(
        _close_pending(run, ApprovalState.DECIDED, at),
        state=State.RUNNING,
        job_id=event.job_id or run.job_id,
        trace_id=event.trace_id or run.trace_id,
        troubled_since=None,
    )


def _resume_refused(run: Run, event: e.ResumeRefused, _: Moment) -> Run:
    return _reopen(
        replace(run, trace_id=event.failure.trace_id or run.trace_id), Reopened.NOT_DELIVERED
    )


def _resume_unanswered(run: Run, _: e.ResumeUnanswered, at: Moment) -> Run:
    # The grace time begins now: `since` says when the run came to wait for a confirmation.
    return replace(
        _with_last(run, replace(run.approvals[-1], sent=True)), since=at.now, troubled_since=None
    )


READINGS_WHILE_RUNNING = {
    e.Progressed: Rule(_progressed, (State.RUNNING, State.EXPIRED)),
    e.Completed: Rule(_completed, (State.COMPLETE,)),
    e.JobFailed: Rule(_job_failed, (State.FAILED,)),
}
READINGS = READINGS_WHILE_RUNNING | {e.Progressed: Rule(_progressed, (State.RUNNING,))}

TABLE: Mapping[State, Mapping[type[Any], Rule]] = {
    State.QUEUED: {
        e.Started: Rule(_start, (State.INVOKING,)),
        e.Moved: Rule(_move_up, (State.QUEUED,)),
        e.Edited: Rule(_edit, (State.QUEUED,)),
        e.Stopped: Rule(_stop, (State.STOPPED,)),
    },
    State.INVOKING: {
        e.Delayed: Rule(_delay, (State.INVOKING, State.FAILED)),
        e.Invoked: Rule(_invoked, (State.RUNNING,)),
        e.InvokeRefused: Rule(_invoke_refused, (State.FAILED,)),
        e.InvokeUnanswered: Rule(_invoke_unanswered, (State.UNCERTAIN,)),
        e.Stopped: Rule(_stop, (State.STOPPED,)),
    },
    State.RUNNING: {
        **READINGS_WHILE_RUNNING,
        e.Waited: Rule(_waited_while_running, (State.RUNNING, State.WAITING)),
        e.PollFailed: Rule(_poll_failed, (State.RUNNING, State.EXPIRED)),
        e.Stopped: Rule(_stop, (State.STOPPED,)),
    },
    State.WAITING: {
        **READINGS,
        e.Waited: Rule(_waited_while_waiting, (State.WAITING, State.EXPIRED)),
        e.PollFailed: Rule(_poll_failed, (State.WAITING, State.EXPIRED)),
        e.Decided: Rule(_decided, (State.RESUMING,)),
        e.Stopped: Rule(_stop, (State.STOPPED,)),
    },
    State.RESUMING: {
        **READINGS,
        e.Waited: Rule(_waited_while_resuming, (State.RESUMING, State.WAITING)),
        e.Delayed: Rule(_delay, (State.RESUMING, State.WAITING)),
        e.Resumed: Rule(_resumed, (State.RUNNING,)),
        e.ResumeRefused: Rule(_resume_refused, (State.WAITING,)),
        e.ResumeUnanswered: Rule(_resume_unanswered, (State.RESUMING,)),
        e.PollFailed: Rule(_poll_failed, (State.RESUMING, State.EXPIRED)),
    },
    State.COMPLETE: {},
    State.FAILED: {},
    State.STOPPED: {},
    State.EXPIRED: {},
    State.UNCERTAIN: {},
}

ENDS = frozenset(state for state, rules in TABLE.items() if not rules)


def advance(
    run: Run, event: Event, now: datetime, patience: Patience
) -> tuple[Run, tuple[Effect, ...]]:
    """Move a run by one event; returns it with what it newly owes.

    A run that is not changed by the event comes back as it is (same version) and owes nothing new.
    Raises IllegalEvent.
    """
    rule = TABLE[run.state].get(type(event))
    if rule is None:
        raise IllegalEvent(run, event)
    after: Run = rule.move(run, event, Moment(now, patience))
    if after == run:
        return run, ()
    moved = after.state is not run.state
    after = replace(
        after,
        version=run.version + 1,
        since=now if moved else after.since,
    )
    if after.state in ENDS:
        after = replace(after, ended_at=now, troubled_since=None)
    owed = owes(after)
    if owed is None or owed is owes(run):
        return after, (Effect.SHOW,)
    return after, (owed, Effect.SHOW)


def owes(run: Run) -> Effect | None:
    """What a run owes to its agent team in the state that it is in."""
    if run.state is State.RESUMING and _sent(run):
        return Effect.POLL
    return _OWED.get(run.state)


_OWED = {
    State.QUEUED: Effect.START,
    State.INVOKING: Effect.INVOKE,
    State.RUNNING: Effect.POLL,
    State.WAITING: Effect.POLL,
    State.RESUMING: Effect.RESUME,
}


def abandons_job(before: Run, after: Run) -> bool:
    """Whether this step leaves a job behind that may still act on the conversation."""
    return before.state is not State.QUEUED and after.state in {
        State.STOPPED,
        State.UNCERTAIN,
        State.EXPIRED,
    }


# Approvals


def _sent(run: Run) -> bool:
    return bool(run.approvals) and run.approvals[-1].sent


def _is_last_wait(run: Run, waiting: Waiting) -> bool:
    last = run.approvals[-1] if run.approvals else None
    return last is not None and (last.job_id, last.waiting.key) == (run.job_id, waiting.key)


def _with_last(run: Run, approval: Approval) -> Run:
    return replace(run, approvals=(*run.approvals[:-1], approval))


def _open(run: Run, waiting: Waiting, at: Moment) -> Run:
    last = run.approvals[-1] if run.approvals else None
    again = last is not None and last.asked_for_changes and last.waiting.node == waiting.node
    approval = Approval(
        id=f"{run.id}-{len(run.approvals) + 1}",
        job_id=run.job_id or "",
        waiting=waiting,
        state=ApprovalState.OPEN,
        opened_at=at.now,
        round=last.round + 1 if last is not None and again else 1,
    )
    # A wait that follows another is waited for as long as the first: `since` begins anew.
    return replace(
        run,
        state=State.WAITING,
        since=at.now,
        approvals=(*run.approvals, approval),
        troubled_since=None,
    )


def _reopen(run: Run, why: Reopened) -> Run:
    approval = replace(
        run.approvals[-1], state=ApprovalState.OPEN, decision=None, sent=False, reopened=why
    )
    return replace(_with_last(run, approval), state=State.WAITING, troubled_since=None)


def _close_pending(run: Run, state: ApprovalState, at: Moment) -> Run:
    if run.pending is None:
        return run
    return _with_last(run, replace(run.pending, state=state, closed_at=at.now))


def _job_moved_on(run: Run, at: Moment) -> Run:
    """Close what was pending: by our decision if that was sent, else by somebody else's."""
    return _close_pending(run, ApprovalState.DECIDED if _sent(run) else ApprovalState.ELSEWHERE, at)


def _expire(run: Run, failure: Failure, at: Moment) -> Run:
    return replace(
        _close_pending(run, ApprovalState.EXPIRED, at),
        state=State.EXPIRED,
        failure=failure,
        troubled_since=None,
    )
