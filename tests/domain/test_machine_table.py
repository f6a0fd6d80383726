"""The table: what can happen in which state, and where each rule arrives."""

from datetime import timedelta

import pytest

from bot.domain import events as e
from bot.domain.approval import ApprovalState
from bot.domain.codec import encode_run
from bot.domain.events import Event
from bot.domain.job import Action
from bot.domain.machine import ENDS, TABLE, IllegalEvent, advance, owes
from bot.domain.run import Run, State
from tests.domain.examples import (
    ANNA,
    DAY,
    EVENT_TYPES,
    EVENTS,
    FIRST,
    GONE,
    HOUR,
    IN_STATE,
    INVOKED,
    NOON,
    PATIENCE,
    SECOND,
    SECOND_PAYMENT,
    STRICT,
    UNREACHABLE,
    decided,
    invoking,
    moved,
    resuming,
    running,
    signed_out,
    unconfirmed,
    waiting,
)

# Written out once more, so that a slip in the table is a difference and not a new rule.
LEGAL = {
    State.QUEUED: "Started Moved Edited Stopped",
    State.SIGNED_OUT: "SignInAwaited SignedIn Edited Stopped",
    State.INVOKING: "SignedOut Delayed Invoked InvokeRefused InvokeUnanswered Stopped",
    State.RUNNING: "Progressed Waited Completed JobFailed PollFailed Stopped",
    State.WAITING: "Progressed Waited Completed JobFailed PollFailed Decided Stopped "
    "MembersFound Delegated TimeCame",
    State.RESUMING: "Progressed Waited Completed JobFailed PollFailed "
    "Delayed Resumed ResumeRefused ResumeUnanswered",
    State.COMPLETE: "",
    State.FAILED: "",
    State.STOPPED: "",
    State.EXPIRED: "",
    State.UNCERTAIN: "",
}
PAIRS = [(state, kind) for state in State for kind in EVENT_TYPES]
LEGAL_PAIRS = [(state, kind) for state, kind in PAIRS if kind.__name__ in LEGAL[state].split()]
ILLEGAL_PAIRS = [pair for pair in PAIRS if pair not in LEGAL_PAIRS]

Case = tuple[Run, Event, timedelta]
AT_ONCE = timedelta(0)
TROUBLED = e.PollFailed(UNREACHABLE)
LOST = e.PollFailed(GONE)

# Ways to arrive elsewhere than the plain example does, for the rules that can.
# Where the plain example of a state could not do what it is asked.
INSTEAD: dict[tuple[State, type[Event]], Run] = {
    (State.WAITING, e.Delegated): waiting(policy=STRICT),
    (State.WAITING, e.MembersFound): waiting(policy=STRICT),
    (State.WAITING, e.TimeCame): waiting(policy=STRICT),
}
DELEGATED = e.Delegated(FIRST, 0, ANNA, "U-EVE")


def the_case(state: State, kind: type[Event]) -> Case:
    run = INSTEAD.get((state, kind)) or IN_STATE[state]()
    return run, DELEGATED if kind is e.Delegated else EVENTS[kind], AT_ONCE


OTHER_WAYS: dict[tuple[State, type[Event]], list[Case]] = {
    (State.SIGNED_OUT, e.SignInAwaited): [
        (signed_out(), e.SignInAwaited(), PATIENCE.sign_in),
    ],
    (State.INVOKING, e.Delayed): [
        (moved(invoking(), e.Delayed()), e.Delayed(), PATIENCE.invoking),
    ],
    (State.RUNNING, e.Progressed): [
        (running(), e.Progressed(), PATIENCE.running),
    ],
    (State.RUNNING, e.Waited): [
        (moved(resuming(), e.Resumed()), EVENTS[e.Waited], SECOND),
    ],
    (State.RUNNING, e.PollFailed): [
        (moved(running(), TROUBLED), TROUBLED, PATIENCE.unreadable),
    ],
    (State.WAITING, e.Waited): [
        (waiting(), EVENTS[e.Waited], PATIENCE.waiting),
    ],
    (State.WAITING, e.Decided): [
        (waiting(policy=STRICT), decided(Action.APPROVE), SECOND),
    ],
    (State.WAITING, e.TimeCame): [
        (waiting(policy=STRICT), e.TimeCame(), HOUR),
        (waiting(policy=STRICT), e.TimeCame(), 3 * DAY),
    ],
    (State.WAITING, e.PollFailed): [
        (moved(waiting(), LOST), LOST, PATIENCE.unreadable),
        (moved(waiting(), TROUBLED), TROUBLED, PATIENCE.unreadable),
    ],
    (State.RESUMING, e.Waited): [
        (resuming(), e.Waited(SECOND_PAYMENT), SECOND),
        (unconfirmed(), EVENTS[e.Waited], PATIENCE.grace),
    ],
    (State.RESUMING, e.Delayed): [
        (moved(resuming(), e.Delayed()), e.Delayed(), PATIENCE.invoking),
    ],
    (State.RESUMING, e.PollFailed): [
        (moved(unconfirmed(), TROUBLED), TROUBLED, PATIENCE.unreadable),
    ],
}


def name(part: object) -> str:
    return part.__name__ if isinstance(part, type) else str(part)


def test_the_table_has_a_row_for_every_state_and_knows_every_event() -> None:
    assert set(TABLE) == set(State)
    assert {kind for rules in TABLE.values() for kind in rules} == set(EVENT_TYPES)
    assert set(EVENTS) == set(EVENT_TYPES)


@pytest.mark.parametrize("state", State)
def test_a_row_names_exactly_what_can_happen(state: State) -> None:
    assert {kind.__name__ for kind in TABLE[state]} == set(LEGAL[state].split())


def test_the_ends_are_the_states_in_which_nothing_can_happen() -> None:
    assert {state for state, kinds in LEGAL.items() if not kinds} == ENDS


@pytest.mark.parametrize("state", State)
def test_each_example_is_in_the_state_that_it_is_named_after(state: State) -> None:
    assert IN_STATE[state]().state is state


@pytest.mark.parametrize(("state", "kind"), ILLEGAL_PAIRS, ids=name)
def test_an_event_that_the_table_does_not_name_raises_and_changes_nothing(
    state: State, kind: type[Event]
) -> None:
    run = IN_STATE[state]()
    before = encode_run(run)
    with pytest.raises(IllegalEvent, match=f"{kind.__name__} .* {state}$"):
        advance(run, EVENTS[kind], NOON, PATIENCE)
    assert encode_run(run) == before


@pytest.mark.parametrize(("state", "kind"), LEGAL_PAIRS, ids=name)
def test_a_rule_arrives_in_each_of_its_states_and_nowhere_else(
    state: State, kind: type[Event]
) -> None:
    cases = [the_case(state, kind), *OTHER_WAYS.get((state, kind), [])]
    arrived = set()
    for run, event, later in cases:
        assert run.state is state
        assert type(event) is kind
        after, _ = advance(run, event, run.since + later, PATIENCE)
        arrived.add(after.state)
    assert arrived == set(TABLE[state][kind].to)


@pytest.mark.parametrize(("state", "kind"), LEGAL_PAIRS, ids=name)
def test_a_rule_leaves_the_run_that_it_moves_as_it_was(state: State, kind: type[Event]) -> None:
    run, event, _ = the_case(state, kind)
    before = encode_run(run)
    advance(run, event, NOON, PATIENCE)
    assert encode_run(run) == before


def test_a_run_that_an_event_does_not_change_comes_back_as_it_is() -> None:
    run = IN_STATE[State.QUEUED]()
    for event in (e.Moved(run.ahead), e.Edited(run.turn.text)):
        after, effects = advance(run, event, NOON + SECOND, PATIENCE)
        assert after is run
        assert effects == ()


def test_a_run_that_stays_in_its_state_keeps_the_time_since_when() -> None:
    after, _ = advance(running(), e.Progressed(("Half",)), NOON + SECOND, PATIENCE)
    assert after.since == NOON
    ended, _ = advance(after, EVENTS[e.Completed], NOON + 2 * SECOND, PATIENCE)
    assert ended.since == ended.ended_at == NOON + 2 * SECOND


def test_an_invoked_run_knows_its_job_and_its_conversation() -> None:
    run = moved(invoking(), INVOKED)
    assert (run.job_id, run.conversation_id, run.trace_id) == ("job-1", "conversation-1", "trace-1")


@pytest.mark.parametrize("state", State)
def test_what_is_owed_follows_from_the_state(state: State) -> None:
    owed = {
        State.QUEUED: "start",
        State.SIGNED_OUT: "await_sign_in",
        State.INVOKING: "invoke",
        State.RUNNING: "poll",
        State.WAITING: "poll",
        State.RESUMING: "resume",
    }
    assert owes(IN_STATE[state]()) == owed.get(state)


def test_a_decision_that_was_sent_without_a_reply_is_looked_up_and_not_sent_again() -> None:
    assert owes(unconfirmed()) == "poll"


def test_a_run_without_approvals_has_nothing_pending() -> None:
    assert running().pending is None
    assert running().approval("run-1") is None


def test_an_approval_is_found_by_its_id_whatever_became_of_it() -> None:
    run = moved(waiting(), e.Stopped(running().turn.asker))
    assert run.pending is None
    found = run.approval("run-1")
    assert found is not None
    assert found.state is ApprovalState.CANCELLED
    assert run.approval("run-2") is None
