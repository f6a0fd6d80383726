"""Arbitrary runs and arbitrary histories, for tests that hold whatever happens."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.domain import events as e
from bot.domain.answer import Answer, Citation, Node
from bot.domain.approval import (
    Approval,
    ApprovalState,
    Decision,
    Delegation,
    Escalation,
    Reminder,
    Reopened,
    Vote,
)
from bot.domain.approval_policy import ASKER_ALONE, ApprovalPolicy, Stage, WorkingHours
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.run import Run, State
from bot.domain.turn import Origin, Person, Place, Turn
from tests.domain.examples import (
    ANNA,
    BEN,
    CHLOE,
    DAN,
    DRAFT,
    E_MAIL,
    PATIENCE,
    PAYMENT,
    SECOND,
    STRICT,
    SUPPLIER,
)

# Values as JSON knows them; NaN is left out because it does not even equal itself.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)

# Runs that no history need have led to: what is on disk is read back whatever it says.

TEXT = st.text(max_size=8)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
TIMES = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 (Hypothesis adds the zone)
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
PEOPLE = st.builds(Person, TEXT, TEXT)
COUNTS = st.integers(0, 10**9)

TURNS = st.builds(
    Turn,
    key=TEXT,
    origin=st.sampled_from(Origin),
    place=st.builds(Place, TEXT, TEXT, st.none() | TEXT),
    asker=PEOPLE,
    text=TEXT,
    agent_team=TEXT,
    taken_at=TIMES,
    message_ts=st.none() | TEXT,
    twins=TEXTS,
)
NODES = st.lists(
    st.builds(
        Node,
        TEXT,
        status=TEXT,
        kind=TEXT,
        seconds=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    ),
    max_size=2,
).map(tuple)
ANSWERS = st.builds(
    Answer,
    output=JSON,
    citations=st.lists(st.builds(Citation, TEXT, TEXT, TEXT, TEXT), max_size=2).map(tuple),
    follow_up_questions=TEXTS,
    nodes=NODES,
    input_tokens=st.none() | COUNTS,
    output_tokens=st.none() | COUNTS,
    trace_id=TEXT,
)
WAITS = st.builds(
    Waiting,
    kind=st.sampled_from(WaitingFor),
    key=TEXT,
    message=TEXT,
    node=TEXT,
    tool=TEXT,
    details=st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    approve_label=TEXT,
    reject_label=TEXT,
    rounds=st.none() | COUNTS,
    raw=JSON,
)
SPANS = st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds))
STAGES = st.builds(Stage, TEXTS, TEXTS, st.booleans(), st.integers(0, 5), st.none() | SPANS)
POLICIES = st.builds(
    ApprovalPolicy,
    name=TEXT,
    stages=st.lists(STAGES, max_size=3).map(tuple),
    not_the_asker=st.booleans(),
    reasons=st.lists(st.sampled_from(Action), max_size=2).map(tuple),
    confirm=st.booleans(),
    channels=TEXTS,
    expires_after=st.none() | SPANS,
    reminders=st.lists(SPANS, max_size=2).map(tuple),
    delegates=TEXTS,
    may_delegate=st.booleans(),
    working_hours=st.none()
    | st.just(WorkingHours("09:00", "17:00", (0, 1, 2, 3, 4), "Europe/Berlin")),
)
APPROVALS = st.builds(
    Approval,
    id=TEXT,
    job_id=TEXT,
    waiting=WAITS,
    state=st.sampled_from(ApprovalState),
    opened_at=TIMES,
    round=COUNTS,
    decision=st.none() | st.builds(Decision, st.sampled_from(Action), PEOPLE, TIMES, TEXT),
    closed_at=st.none() | TIMES,
    sent=st.booleans(),
    reopened=st.none() | st.sampled_from(Reopened),
    policy=POLICIES,
    asker=TEXT,
    stage=st.integers(0, 3),
    stage_since=st.none() | TIMES,
    members=st.none() | TEXTS,
    votes=st.lists(
        st.builds(
            Vote, st.builds(Decision, st.sampled_from(Action), PEOPLE, TIMES, TEXT, TEXT), COUNTS
        ),
        max_size=2,
    ).map(tuple),
    delegations=st.lists(st.builds(Delegation, TEXT, TEXT, COUNTS, TIMES), max_size=2).map(tuple),
    escalations=st.lists(st.builds(Escalation, COUNTS, TIMES), max_size=2).map(tuple),
    reminders=st.lists(st.builds(Reminder, TIMES, TEXTS), max_size=2).map(tuple),
    reminded=COUNTS,
    told=TEXTS,
)
RUNS = st.builds(
    Run,
    id=TEXT,
    turn=TURNS,
    state=st.sampled_from(State),
    version=COUNTS,
    since=TIMES,
    thread=TEXT,
    ahead=COUNTS,
    job_id=st.none() | TEXT,
    conversation_id=st.none() | TEXT,
    trace_id=TEXT,
    progress=TEXTS,
    nodes=NODES,
    approvals=st.lists(APPROVALS, max_size=3).map(tuple),
    answer=st.none() | ANSWERS,
    failure=st.none() | st.builds(Failure, st.sampled_from(Trouble), TEXT, TEXT),
    troubled_since=st.none() | TIMES,
    troubled_by=st.none() | st.sampled_from(Trouble),
    stopped_by=st.none() | PEOPLE,
    ended_at=st.none() | TIMES,
)

GROUPS = ApprovalPolicy(stages=(Stage(groups=("S1",), quorum=2),), not_the_asker=True)

# Histories: few different words, so that an event often meets what an earlier one left.

STEPS = st.sampled_from(
    [
        timedelta(0),
        SECOND,
        PATIENCE.grace - SECOND,
        PATIENCE.grace,
        PATIENCE.sign_in,
        PATIENCE.invoking,
        PATIENCE.unreadable,
        PATIENCE.running,
        PATIENCE.waiting,
    ]
) | st.timedeltas(timedelta(0), timedelta(days=40))

_PERSON = st.sampled_from([ANNA, BEN, CHLOE, DAN])
_APPROVAL = st.sampled_from(["run-1", "run-2", "run-3"])
_STAGE = st.sampled_from([0, 0, 0, 1])
_TRACE = st.sampled_from(["", "trace-1", "trace-2"])
_JOB = st.sampled_from(["job-1", "job-2"])
_FAILURE = st.builds(Failure, st.sampled_from(Trouble), st.just("why"), _TRACE)
_ANSWER = st.builds(Answer, st.just("Paid."), trace_id=_TRACE)
_DECISION = st.builds(Decision, st.sampled_from(Action), _PERSON, TIMES, TEXT)
_WAIT = st.sampled_from([PAYMENT, DRAFT, SUPPLIER, E_MAIL])

# What performing an effect can bring; the readings that end a job are rarer than the others, lest
# most histories be short.
ENDINGS: st.SearchStrategy[Event] = st.one_of(
    st.builds(e.Stopped, _PERSON),
    st.builds(e.InvokeRefused, _FAILURE),
    st.builds(e.InvokeUnanswered, _TRACE),
    st.builds(e.Completed, _ANSWER),
    st.builds(e.JobFailed, _FAILURE, st.none() | _ANSWER),
)
STEPS_ON: list[st.SearchStrategy[Event]] = [
    st.builds(e.Started),
    st.builds(e.Moved, st.integers(0, 2)),
    st.builds(e.Edited, TEXT),
    st.builds(e.Delayed),
    st.builds(e.SignedOut),
    st.builds(e.SignInAwaited),
    st.builds(e.SignedIn),
    st.builds(e.Invoked, _JOB, st.sampled_from([None, "conversation-1"]), _TRACE),
    st.builds(e.Progressed, st.sampled_from([(), ("Looking",)]), trace_id=_TRACE),
    st.builds(e.Waited, _WAIT, st.sampled_from([ASKER_ALONE, STRICT, GROUPS])),
    st.builds(e.PollFailed, _FAILURE),
    st.builds(e.Decided, _APPROVAL, _DECISION, _STAGE),
    st.builds(
        e.MembersFound, _APPROVAL, _STAGE, st.sampled_from([(), ("U-BEN",), ("U-BEN", "U-DAN")])
    ),
    st.builds(e.Delegated, _APPROVAL, _STAGE, _PERSON, st.sampled_from(["U-DAN", "U-EVE"])),
    st.builds(e.TimeCame),
    st.builds(e.Resumed, st.none() | _JOB, _TRACE),
    st.builds(e.ResumeRefused, _FAILURE),
    st.builds(e.ResumeUnanswered),
]
HAPPENINGS: st.SearchStrategy[Event] = st.one_of(*STEPS_ON, ENDINGS)
HISTORIES = st.lists(st.tuples(STEPS, HAPPENINGS), max_size=40)
