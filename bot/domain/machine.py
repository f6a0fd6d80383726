"""The only thing that moves a run. Pure: no I/O, no clock, no chance; the rules are in `rules`.

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
- Who decides is in the approval's own policy: how many, in which stages, until when. The machine
  counts and keeps time; whether somebody has authority was asked before (`policy.may_decide`), for
  one stage, and a decision for another stage than the present one is illegal.
- Every state is left in bounded time. Patience names the bounds; they are measured when an event
  arrives, so that a good answer that is late still counts.
- The end of a run frees its thread. STOPPED, UNCERTAIN and EXPIRED may leave a job behind that
  Fusion cannot be told to cancel: their conversation ends too (`abandons_job`), lest the next
  question be taken for the answer to an old wait.
- Nobody's question is asked as somebody else. Where a person has yet to sign in, the run waits in
  SIGNED_OUT with nothing sent, and goes on by itself when they have. A job that runs already is
  read on after they have signed in again; a decision of theirs is open again until then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain import deciding_rules, events as e, rules
from bot.domain.approval_steps import decision_was_sent
from bot.domain.effects import Effect
from bot.domain.events import Event
from bot.domain.moment import Moment, Patience
from bot.domain.rules import IllegalEvent
from bot.domain.run import Run, State

__all__ = [
    "ENDS",
    "TABLE",
    "IllegalEvent",
    "Moment",
    "Patience",
    "Rule",
    "abandons_job",
    "advance",
    "owes",
    "progress",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """How a run moves; `to` names every state in which it may arrive."""

    move: Callable[[Run, Any, Moment], Run]
    to: tuple[State, ...]


READINGS_WHILE_RUNNING = {
    e.Progressed: Rule(rules.progressed, (State.RUNNING, State.EXPIRED)),
    e.Completed: Rule(rules.completed, (State.COMPLETE,)),
    e.JobFailed: Rule(rules.job_failed, (State.FAILED,)),
}
READINGS = READINGS_WHILE_RUNNING | {e.Progressed: Rule(rules.progressed, (State.RUNNING,))}

TABLE: Mapping[State, Mapping[type[Any], Rule]] = {
    State.QUEUED: {
        e.Started: Rule(rules.start, (State.INVOKING,)),
        e.Moved: Rule(rules.move_up, (State.QUEUED,)),
        e.Edited: Rule(rules.edit, (State.QUEUED,)),
        e.Stopped: Rule(rules.stop, (State.STOPPED,)),
    },
    State.SIGNED_OUT: {
        e.SignInAwaited: Rule(rules.sign_in_awaited, (State.SIGNED_OUT, State.EXPIRED)),
        e.SignedIn: Rule(rules.signed_in, (State.INVOKING,)),
        e.Edited: Rule(rules.edit, (State.SIGNED_OUT,)),
        e.Stopped: Rule(rules.stop, (State.STOPPED,)),
    },
    State.INVOKING: {
        e.SignedOut: Rule(rules.sign_in_first, (State.SIGNED_OUT,)),
        e.Delayed: Rule(rules.delay, (State.INVOKING, State.FAILED)),
        e.Invoked: Rule(rules.invoked, (State.RUNNING,)),
        e.InvokeRefused: Rule(rules.invoke_refused, (State.FAILED,)),
        e.InvokeUnanswered: Rule(rules.invoke_unanswered, (State.UNCERTAIN,)),
        e.Stopped: Rule(rules.stop, (State.STOPPED,)),
    },
    State.RUNNING: {
        **READINGS_WHILE_RUNNING,
        e.Waited: Rule(rules.waited_while_running, (State.RUNNING, State.WAITING)),
        e.PollFailed: Rule(rules.poll_failed, (State.RUNNING, State.EXPIRED)),
        e.Stopped: Rule(rules.stop, (State.STOPPED,)),
    },
    State.WAITING: {
        **READINGS,
        e.Waited: Rule(rules.waited_while_waiting, (State.WAITING, State.EXPIRED)),
        e.PollFailed: Rule(rules.poll_failed, (State.WAITING, State.EXPIRED)),
        e.Decided: Rule(deciding_rules.decided, (State.WAITING, State.RESUMING)),
        e.MembersFound: Rule(deciding_rules.members_found, (State.WAITING,)),
        e.Delegated: Rule(deciding_rules.delegated, (State.WAITING,)),
        e.TimeCame: Rule(deciding_rules.time_came, (State.WAITING, State.EXPIRED)),
        e.Stopped: Rule(rules.stop, (State.STOPPED,)),
    },
    State.RESUMING: {
        **READINGS,
        e.Waited: Rule(rules.waited_while_resuming, (State.RESUMING, State.WAITING)),
        e.Delayed: Rule(rules.delay, (State.RESUMING, State.WAITING)),
        e.Resumed: Rule(rules.resumed, (State.RUNNING,)),
        e.ResumeRefused: Rule(rules.resume_refused, (State.WAITING,)),
        e.ResumeUnanswered: Rule(rules.resume_unanswered, (State.RESUMING,)),
        e.PollFailed: Rule(rules.poll_failed, (State.RESUMING, State.EXPIRED)),
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
    after = _in_conversation(after, event)
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


def _in_conversation(run: Run, event: Event) -> Run:
    """The run with the conversation that a reading names, where nothing has named one before."""
    if isinstance(event, e.Reading) and run.conversation_id is None and event.conversation_id:
        return replace(run, conversation_id=event.conversation_id)
    return run


def progress(run: Run, event: Event, now: datetime, patience: Patience) -> Run | None:
    """The run with what this reading tells of its progress, where it tells no more than that.

    That is no step: the version stays, and nothing is owed. The same run where there is nothing new;
    None where the event may move the run, so that only `advance` says how.
    """
    if (
        not isinstance(event, e.Progressed)
        or run.state is not State.RUNNING
        or run.troubled_since is not None
        or run.pending is not None
        or now - run.since >= patience.running
        or _in_conversation(run, event) is not run
    ):
        return None
    told = (
        event.progress or run.progress,
        event.nodes or run.nodes,
        event.trace_id or run.trace_id,
    )
    if told == (run.progress, run.nodes, run.trace_id):
        return run
    return replace(run, progress=told[0], nodes=told[1], trace_id=told[2])


def owes(run: Run) -> Effect | None:
    """What a run owes to its agent team in the state that it is in."""
    if run.state is State.RESUMING and decision_was_sent(run):
        return Effect.POLL
    return _OWED.get(run.state)


_OWED = {
    State.QUEUED: Effect.START,
    State.SIGNED_OUT: Effect.AWAIT_SIGN_IN,
    State.INVOKING: Effect.INVOKE,
    State.RUNNING: Effect.POLL,
    State.WAITING: Effect.POLL,
    State.RESUMING: Effect.RESUME,
}


def abandons_job(before: Run, after: Run) -> bool:
    """Whether this step leaves a job behind that may still act on the conversation."""
    return before.state not in {State.QUEUED, State.SIGNED_OUT} and after.state in {
        State.STOPPED,
        State.UNCERTAIN,
        State.EXPIRED,
    }
