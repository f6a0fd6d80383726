"""Runs, waits and events that the tests of the domain share, each made as it comes about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from bot.domain import events as e
from bot.domain.answer import Answer, Node
from bot.domain.approval import Decision
from bot.domain.approval_policy import ASKER_ALONE, ApprovalPolicy, Stage
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.machine import Patience, advance
from bot.domain.run import Run, State
from bot.domain.turn import Origin, Person, Place, Turn

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

# Each differs from all others, so that a rule that takes the wrong bound arrives elsewhere.
PATIENCE = Patience(
    sign_in=timedelta(minutes=5),
    invoking=timedelta(minutes=10),
    unreadable=timedelta(minutes=20),
    running=timedelta(hours=24),
    waiting=timedelta(days=30),
    grace=timedelta(seconds=30),
)

ANNA = Person("T1", "U-ANNA")
BEN = Person("T1", "U-BEN")

TURN = Turn(
    key="T1:C1:1700.1",
    origin=Origin.MENTION,
    place=Place("T1", "C1", "1700.1"),
    asker=ANNA,
    text="Pay invoice 4711",
    agent_team="AP_TEAM",
    taken_at=NOON,
    message_ts="1700.1",
)

PAYMENT = Waiting(WaitingFor.DECISION, key="payment", message="Pay 4711?")
SECOND_PAYMENT = Waiting(WaitingFor.DECISION, key="second payment", message="Pay 4712?")
DRAFT = Waiting(WaitingFor.CHANGES, key="draft 1", message="Is this draft good?", rounds=3)
SECOND_DRAFT = Waiting(WaitingFor.CHANGES, key="draft 2", message="And this one?", rounds=3)
SUPPLIER = Waiting(WaitingFor.TEXT, key="supplier", message="Which supplier?")
E_MAIL = Waiting(WaitingFor.ELSEWHERE, key="e-mail", message="Sent to the controller")
TIMER = Waiting(WaitingFor.TIMER, key="timer")

CHLOE, DAN = Person("T1", "U-CHLOE"), Person("T1", "U-DAN")
# Two of three, then Dan; it may be handed over, and does not wait for ever.
STRICT = ApprovalPolicy(
    name="Payments",
    stages=(
        Stage(people=(ANNA.user, BEN.user, CHLOE.user), quorum=2, escalate_after=4 * HOUR),
        Stage(people=(DAN.user,)),
    ),
    not_the_asker=False,
    expires_after=3 * DAY,
    reminders=(HOUR, DAY),
    may_delegate=True,
    delegates=(DAN.user, "U-EVE"),
)

ANSWER = Answer(output="Paid.", trace_id="trace-answer")
AGENT_FAILED = Failure(Trouble.AGENT_FAILED, "ORA-1", "trace-failed")
NOT_ALLOWED = Failure(Trouble.NOT_ALLOWED, "FAI-40300", "trace-refused")
UNREACHABLE = Failure(Trouble.UNAVAILABLE, "503")
SIGN_IN_ENDED = Failure(Trouble.SIGNED_OUT, "revoked")
GONE = Failure(Trouble.LOST, "a login page")
STEP = Node("Look up", status="RUNNING")

INVOKED = e.Invoked("job-1", "conversation-1", "trace-1")
FIRST = "run-1"  # the id of a run's first approval
SECOND_APPROVAL = "run-2"


def decided(
    action: Action, approval: str = FIRST, *, by: Person = ANNA, comment: str = ""
) -> e.Decided:
    return e.Decided(approval, Decision(action, by, NOON, comment))


APPROVED = decided(Action.APPROVE)
REJECTED = decided(Action.REJECT, comment="wrong supplier")

EVENT_TYPES: tuple[type[Event], ...] = get_args(Event)

# One of each kind; where a run waits, these are about its first approval and its wait.
EVENTS: Mapping[type[Event], Event] = {
    e.Started: e.Started(),
    e.Moved: e.Moved(0),
    e.Edited: e.Edited("Pay invoice 4712"),
    e.Stopped: e.Stopped(BEN),
    e.Delayed: e.Delayed("503"),
    e.SignedOut: e.SignedOut(),
    e.SignInAwaited: e.SignInAwaited(),
    e.SignedIn: e.SignedIn(),
    e.Invoked: INVOKED,
    e.InvokeRefused: e.InvokeRefused(NOT_ALLOWED),
    e.InvokeUnanswered: e.InvokeUnanswered("trace-sent"),
    e.Progressed: e.Progressed(("Looking it up",), (STEP,), "trace-2"),
    e.Waited: e.Waited(PAYMENT),
    e.Completed: e.Completed(ANSWER),
    e.JobFailed: e.JobFailed(AGENT_FAILED, Answer(output="Half of it")),
    e.PollFailed: e.PollFailed(UNREACHABLE),
    e.Decided: APPROVED,
    e.MembersFound: e.MembersFound(FIRST, 0, (BEN.user,)),
    e.Delegated: e.Delegated(FIRST, 0, ANNA, BEN.user),
    e.TimeCame: e.TimeCame(),
    e.Resumed: e.Resumed(None, "trace-3"),
    e.ResumeRefused: e.ResumeRefused(NOT_ALLOWED),
    e.ResumeUnanswered: e.ResumeUnanswered(),
}


def moved(run: Run, *events: Event, now: datetime = NOON) -> Run:
    """The run after these events, all at one time."""
    for event in events:
        run, _ = advance(run, event, now, PATIENCE)
    return run


def invoking() -> Run:
    return Run("run", TURN, State.INVOKING, version=1, since=NOON, thread="T1:C1:1700.1")


def queued() -> Run:
    return replace(invoking(), state=State.QUEUED, ahead=2)


def signed_out() -> Run:
    """The question waits for the person's sign-in."""
    return moved(invoking(), e.SignedOut())


def running() -> Run:
    return moved(invoking(), INVOKED)


def waiting(wait: Waiting = PAYMENT, policy: ApprovalPolicy = ASKER_ALONE) -> Run:
    return moved(running(), e.Waited(wait, policy))


def resuming() -> Run:
    """A decision is to be sent."""
    return moved(waiting(), APPROVED)


def unconfirmed() -> Run:
    """A decision was sent, and no reply came."""
    return moved(resuming(), e.ResumeUnanswered())


IN_STATE: Mapping[State, Callable[[], Run]] = {
    State.QUEUED: queued,
    State.SIGNED_OUT: signed_out,
    State.INVOKING: invoking,
    State.RUNNING: running,
    State.WAITING: waiting,
    State.RESUMING: resuming,
    State.COMPLETE: lambda: moved(running(), e.Completed(ANSWER)),
    State.FAILED: lambda: moved(running(), e.JobFailed(AGENT_FAILED)),
    State.STOPPED: lambda: moved(waiting(), e.Stopped(ANNA)),
    State.EXPIRED: lambda: moved(
        moved(waiting(), e.PollFailed(GONE)),
        e.PollFailed(GONE),
        now=NOON + PATIENCE.unreadable,
    ),
    State.UNCERTAIN: lambda: moved(invoking(), e.InvokeUnanswered()),
}
