"""The rules that move a run, one function each; `machine` says which applies when.

Each takes the run, what happened, and the moment, and returns the run as it is then. What is the
same for every rule (version, `since`, the end) is done by `machine.advance`.
"""

from dataclasses import replace

from bot.domain import events as e
from bot.domain.approval import ApprovalState, Reopened
from bot.domain.approval_steps import (
    close_pending,
    decision_was_sent,
    expire,
    is_last_wait,
    job_moved_on,
    open_approval,
    reopen,
    with_last,
)
from bot.domain.events import Event, Failure, Trouble
from bot.domain.moment import Moment
from bot.domain.run import Run, State

# Troubles that say nothing about the job: it will be there when they are over.
PASSING = frozenset({Trouble.UNAVAILABLE, Trouble.NOT_SIGNED_IN, Trouble.SIGNED_OUT})


class IllegalEvent(Exception):
    """This cannot happen to the run in the state that it is in; nothing was changed."""

    def __init__(self, run: Run, event: Event) -> None:
        super().__init__(f"{type(event).__name__} cannot happen to a run that is {run.state}")


# Waiting for one's turn


def start(run: Run, _: e.Started, __: Moment) -> Run:
    """The thread became free: the question is asked now."""
    return replace(run, state=State.INVOKING, ahead=0)


def move_up(run: Run, event: e.Moved, _: Moment) -> Run:
    """The queue before it became shorter."""
    return replace(run, ahead=event.ahead)


def edit(run: Run, event: e.Edited, _: Moment) -> Run:
    """The person changed the question before it was asked."""
    return replace(run, turn=replace(run.turn, text=event.text))


def stop(run: Run, event: e.Stopped, at: Moment) -> Run:
    """Stopped: whatever was pending is cancelled."""
    run = close_pending(run, ApprovalState.CANCELLED, at)
    return replace(run, state=State.STOPPED, stopped_by=event.by)


# Signing in


def sign_in_first(run: Run, _: e.SignedOut, __: Moment) -> Run:
    """The person has to sign in: the question waits for that, and nothing was sent."""
    return replace(run, state=State.SIGNED_OUT, troubled_since=None)


def sign_in_awaited(run: Run, _: e.SignInAwaited, at: Moment) -> Run:
    """Nobody has signed in yet: wait on until patience ends; then nothing was asked."""
    if at.now - run.since < at.patience.sign_in:
        return run
    return expire(run, Failure(Trouble.SIGNED_OUT), at)


def signed_in(run: Run, _: e.SignedIn, __: Moment) -> Run:
    """The person has signed in: the question is asked now."""
    return replace(run, state=State.INVOKING)


# Starting the job


def delay(run: Run, event: e.Delayed, at: Moment) -> Run:
    """Fusion cannot be asked: try on until patience ends; then nothing was started, or decided."""
    since = run.troubled_since or at.now
    if at.now - since < at.patience.invoking:
        return replace(run, troubled_since=since, troubled_by=Trouble.UNAVAILABLE)
    if run.state is State.RESUMING:
        return reopen(run, Reopened.NOT_DELIVERED, event.detail)
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
        return expire(run, Failure(Trouble.TOO_LONG), at)
    known = (run.progress, run.nodes, run.trace_id)
    progress, nodes = event.progress or run.progress, event.nodes or run.nodes
    trace_id = event.trace_id or run.trace_id
    quiet = run.state is State.RUNNING and run.troubled_since is None and run.pending is None
    if quiet and (progress, nodes, trace_id) == known:
        return run  # as most readings are
    return replace(
        job_moved_on(run, at),
        state=State.RUNNING,
        progress=progress,
        nodes=nodes,
        trace_id=trace_id,
        troubled_since=None,
    )


def completed(run: Run, event: e.Completed, at: Moment) -> Run:
    """The job is complete; what it waited for is over."""
    return replace(
        job_moved_on(run, at),
        state=State.COMPLETE,
        answer=event.answer,
        trace_id=event.answer.trace_id or run.trace_id,
        troubled_since=None,
    )


def job_failed(run: Run, event: e.JobFailed, at: Moment) -> Run:
    """The job failed; what it waited for is over."""
    return replace(
        job_moved_on(run, at),
        state=State.FAILED,
        answer=event.answer,
        failure=event.failure,
        trace_id=event.failure.trace_id or run.trace_id,
        troubled_since=None,
    )


def poll_failed(run: Run, event: e.PollFailed, at: Moment) -> Run:
    """The status could not be read: read on until patience ends."""
    since = run.troubled_since or at.now
    bound, waits = at.patience.unreadable, run.state is State.WAITING
    passing = event.failure.trouble in PASSING
    if waits and passing is not (run.troubled_by in PASSING):
        since = at.now  # a job that cannot be found is news after hours without a sign-in
    if waits and passing:
        bound = at.patience.waiting  # what waits for people loses nothing by waiting for Fusion
    waited_for_ever = waits and at.now - run.since >= at.patience.waiting + bound
    if at.now - since >= bound or waited_for_ever:
        return expire(run, event.failure, at)
    return replace(run, troubled_since=since, troubled_by=event.failure.trouble)


# Waiting


def waited_while_running(run: Run, event: e.Waited, at: Moment) -> Run:
    """The job waits, unless this is the echo of the wait that was just answered."""
    run = replace(run, troubled_since=None)
    if is_last_wait(run, event.waiting) and at.now - run.since < at.patience.grace:
        return run  # Fusion took the decision just now, and its status lags behind
    return open_approval(run, event.waiting, event.policy, at)


def waited_while_waiting(run: Run, event: e.Waited, at: Moment) -> Run:
    """The same wait goes on, or another one has begun."""
    if not is_last_wait(run, event.waiting):
        return open_approval(
            close_pending(run, ApprovalState.ELSEWHERE, at), event.waiting, event.policy, at
        )
    if at.now - run.since >= at.patience.waiting:
        return expire(run, Failure(Trouble.TOO_LONG), at)
    return replace(run, troubled_since=None)


def waited_while_resuming(run: Run, event: e.Waited, at: Moment) -> Run:
    """The wait that was decided shows still; after the grace time, the decision did not land."""
    if not is_last_wait(run, event.waiting):
        return open_approval(job_moved_on(run, at), event.waiting, event.policy, at)
    run = replace(run, troubled_since=None)
    if decision_was_sent(run) and at.now - run.since >= at.patience.grace:
        return reopen(run, Reopened.NOT_CONFIRMED)
    return run


def resumed(run: Run, event: e.Resumed, at: Moment) -> Run:
    """Fusion took the decision; a new job, or the old one, goes on."""
    return replace(
        close_pending(run, ApprovalState.DECIDED, at),
        state=State.RUNNING,
        job_id=event.job_id or run.job_id,
        trace_id=event.trace_id or run.trace_id,
        troubled_since=None,
    )


def resume_refused(run: Run, event: e.ResumeRefused, _: Moment) -> Run:
    """The decision was not taken, or could not be sent as who decided: it is open again."""
    signed_out = event.failure.trouble is Trouble.SIGNED_OUT
    return reopen(
        replace(run, trace_id=event.failure.trace_id or run.trace_id),
        Reopened.SIGNED_OUT if signed_out else Reopened.NOT_DELIVERED,
        "" if signed_out else event.failure.detail,
    )


def resume_unanswered(run: Run, _: e.ResumeUnanswered, at: Moment) -> Run:
    """Nobody knows whether the decision landed: the status will tell."""
    # The grace time begins now: `since` says when the run came to wait for a confirmation.
    return replace(
        with_last(run, replace(run.approvals[-1], sent=True)), since=at.now, troubled_since=None
    )
