"""The rules that move a run, one function each; `machine` says which applies when.

Each takes the run, what happened, and the moment, and returns the run as it is then. What is the
same for every rule (version, `since`, the end) is done by `machine.advance`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState, Reopened
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Waiting
from bot.domain.run import Run, State

# Troubles that say nothing about the job: it will be there when they are over.
PASSING = frozenset({Trouble.UNAVAILABLE, Trouble.NOT_SIGNED_IN})


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


# Waiting for one's turn


def start(run: Run, _: e.Started, __: Moment) -> Run:
    """The thread became free: the question is asked now."""
    return replace(run, state=State.INVOKING, ahead=0)


def move_up(run: Run, event: e.Moved, _: Moment) -> Run:
    """The queue before it became shorter."""
    return replace(run, ahead=event.ahead)


def edit(run: Run, event: e.Edited, _: Moment) -> Run:
    """The person changed the question while it was queued."""
    return replace(run, turn=replace(run.turn, text=event.text))


def stop(run: Run, event: e.Stopped, at: Moment) -> Run:
    """Stopped: whatever was pending is cancelled."""
    run = _close_pending(run, ApprovalState.CANCELLED, at)
    return replace(run, state=State.STOPPED, stopped_by=event.by)


# Starting the job


def delay(run: Run, event: e.Delayed, at: Moment) -> Run:
    """Fusion cannot be asked: try on until patience ends; then nothing was started, or decided."""
    since = run.troubled_since or at.now
    if at.now - since < at.patience.invoking:
        return replace(run, troubled_since=since)
    if run.state is State.RESUMING:
        return _reopen(run, Reopened.NOT_DELIVERED)
    return replace(run, state=State.FAILED, failure=Failure(Trouble.UNAVAILABLE, event.detail))


def invoked(run: Run, event: e.Invoked, _: Moment) -> Run:
    """A job runs."""
    return replace(
        run,
        state=State.RUNNING,
        job_id=event.job_id,
        conversation_id=event.conversation_id,
        trace_id=event.trace_id,
        troubled_since=None,
    )


def invoke_refused(run: Run, event: e.InvokeRefused, _: Moment) -> Run:
    """No job runs, and we know why."""
    return replace(
        run,
        state=State.FAILED,
        failure=event.failure,
        trace_id=event.failure.trace_id or run.trace_id,
    )


def invoke_unanswered(run: Run, event: e.InvokeUnanswered, _: Moment) -> Run:
    """Nobody knows whether a job runs: a person decides."""
    return replace(run, state=State.UNCERTAIN, trace_id=event.trace_id or run.trace_id)


# Reading the job


def progressed(run: Run, event: e.Progressed, at: Moment) -> Run:
    """The job runs; what it waited for is over."""
    if run.state is State.RUNNING and at.now - run.since >= at.patience.running:
        return _expire(run, Failure(Trouble.TOO_LONG), at)
    known = (run.progress, run.nodes, run.trace_id)
    progress, nodes = event.progress or run.progress, event.nodes or run.nodes
    trace_id = event.trace_id or run.trace_id
    quiet = run.state is State.RUNNING and run.troubled_since is None and run.pending is None
    if quiet and (progress, nodes, trace_id) == known:
        return run  # as most readings are
    return replace(
        _job_moved_on(run, at),
        state=State.RUNNING,
        progress=progress,
        nodes=nodes,
        trace_id=trace_id,
        troubled_since=None,
    )


def completed(run: Run, event: e.Completed, at: Moment) -> Run:
    """The job is complete; what it waited for is over."""
    return replace(
        _job_moved_on(run, at),
        state=State.COMPLETE,
        answer=event.answer,
        trace_id=event.answer.trace_id or run.trace_id,
        troubled_since=None,
    )


def job_failed(run: Run, event: e.JobFailed, at: Moment) -> Run:
    """The job failed; what it waited for is over."""
    return replace(
        _job_moved_on(run, at),
        state=State.FAILED,
        answer=event.answer,
        failure=event.failure,
        trace_id=event.failure.trace_id or run.trace_id,
        troubled_since=None,
    )


def poll_failed(run: Run, event: e.PollFailed, at: Moment) -> Run:
    """The status could not be read: read on until patience ends."""
    since = run.troubled_since or at.now
    bound = at.patience.unreadable
    if run.state is State.WAITING and event.failure.trouble in PASSING:
        bound = at.patience.waiting  # what waits for people loses nothing by waiting for Fusion
    if at.now - since >= bound:
        return _expire(run, event.failure, at)
    return replace(run, troubled_since=since)


# Waiting


def waited_while_running(run: Run, event: e.Waited, at: Moment) -> Run:
    """The job waits, unless this is the echo of the wait that was just answered."""
    run = replace(run, troubled_since=None)
    if _is_last_wait(run, event.waiting) and at.now - run.since < at.patience.grace:
        return run  # Fusion took the decision just now, and its status lags behind
    return _open(run, event.waiting, at)


def waited_while_waiting(run: Run, event: e.Waited, at: Moment) -> Run:
    """The same wait goes on, or another one has begun."""
    if not _is_last_wait(run, event.waiting):
        return _open(_close_pending(run, ApprovalState.ELSEWHERE, at), event.waiting, at)
    if at.now - run.since >= at.patience.waiting:
        return _expire(run, Failure(Trouble.TOO_LONG), at)
    return replace(run, troubled_since=None)


def waited_while_resuming(run: Run, event: e.Waited, at: Moment) -> Run:
    """The wait that was decided shows still; after the grace time, the decision did not land."""
    if not _is_last_wait(run, event.waiting):
        return _open(_job_moved_on(run, at), event.waiting, at)
    run = replace(run, troubled_since=None)
    if decision_was_sent(run) and at.now - run.since >= at.patience.grace:
        return _reopen(run, Reopened.NOT_CONFIRMED)
    return run


def decided(run: Run, event: e.Decided, _: Moment) -> Run:
    """Somebody with authority decided what is pending. Raises IllegalEvent for anything else."""
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


def resumed(run: Run, event: e.Resumed, at: Moment) -> Run:
    """Fusion took the decision; a new job, or the old one, goes on."""
    return replace(
        _close_pending(run, ApprovalState.DECIDED, at),
        state=State.RUNNING,
        job_id=event.job_id or run.job_id,
        trace_id=event.trace_id or run.trace_id,
        troubled_since=None,
    )


def resume_refused(run: Run, event: e.ResumeRefused, _: Moment) -> Run:
    """Fusion did not take the decision: it is open again."""
    return _reopen(
        replace(run, trace_id=event.failure.trace_id or run.trace_id), Reopened.NOT_DELIVERED
    )


def resume_unanswered(run: Run, _: e.ResumeUnanswered, at: Moment) -> Run:
    """Nobody knows whether the decision landed: the status will tell."""
    # The grace time begins now: `since` says when the run came to wait for a confirmation.
    return replace(
        _with_last(run, replace(run.approvals[-1], sent=True)), since=at.now, troubled_since=None
    )


# Approvals


def decision_was_sent(run: Run) -> bool:
    """Whether the decision of the last approval may have reached Fusion without a reply."""
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
    return _close_pending(
        run, ApprovalState.DECIDED if decision_was_sent(run) else ApprovalState.ELSEWHERE, at
    )


def _expire(run: Run, failure: Failure, at: Moment) -> Run:
    return replace(
        _close_pending(run, ApprovalState.EXPIRED, at),
        state=State.EXPIRED,
        failure=failure,
        troubled_since=None,
    )
