"""What is put on the record: every step of an approval, with who, what and why; nothing else."""

from datetime import datetime

from hypothesis import given, strategies as st

from bot.domain import events as e
from bot.domain.audit import Entry, Kind, decode_entry, encode_entry, entries_of
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Action
from bot.domain.machine import advance
from bot.domain.run import Run
from tests.domain.examples import (
    ANNA,
    ANSWER,
    BEN,
    CHLOE,
    DAY,
    E_MAIL,
    FIRST,
    HOUR,
    NOON,
    PATIENCE,
    PAYMENT,
    STRICT,
    decided,
    moved,
    running,
    waiting,
)
from tests.domain.strategies import JSON, TEXT, TIMES


def record_of(run: Run, *events: tuple[Event, datetime]) -> list[Entry]:
    entries: list[Entry] = []
    for event, now in events:
        after, _ = advance(run, event, now, PATIENCE)
        entries += entries_of(run, after, now)
        run = after
    return entries


def kinds(run: Run, *events: Event) -> list[str]:
    return [each.kind.value for each in record_of(run, *((each, NOON) for each in events))]


def test_a_story_is_told_whole() -> None:
    found = record_of(
        running(),
        (e.Waited(PAYMENT, STRICT), NOON),
        (decided(Action.APPROVE, by=BEN), NOON),
        (e.Delegated(FIRST, 0, CHLOE, "U-EVE"), NOON),
        (e.TimeCame(), NOON + HOUR),
        (e.TimeCame(), NOON + 4 * HOUR),
        (e.TimeCame(), NOON + 3 * DAY),
    )
    assert [each.kind.value for each in found] == [
        "requested", "clicked", "delegated", "reminded", "escalated", "expired",
    ]  # fmt: skip
    requested, clicked, delegated, *_ = found
    assert requested.person == ANNA.key
    assert requested.details["policy"] == "Payments"
    assert requested.details["what"] == "Pay 4711?"
    assert (clicked.person, clicked.details) == (BEN.key, {"action": "approve", "stage": 1})
    assert delegated.details["to"] == "T1:U-EVE"
    assert {each.approval for each in found} == {FIRST}


def test_a_decision_its_delivery_and_its_failure_are_told() -> None:
    no = decided(Action.REJECT, comment="wrong supplier")
    (entry,) = record_of(waiting(), (no, NOON))
    assert (entry.kind, entry.person, entry.reason) == (Kind.DECIDED, ANNA.key, "wrong supplier")
    refused = e.ResumeRefused(Failure(Trouble.REFUSED))
    assert kinds(waiting(), no, refused) == ["decided", "reopened"]
    assert kinds(waiting(), no, e.Resumed()) == ["decided", "confirmed"]


def test_other_ends_are_told() -> None:
    assert kinds(waiting(), e.Stopped(ANNA)) == ["cancelled"]
    assert kinds(waiting(), e.Completed(ANSWER)) == ["elsewhere"]


def test_what_chat_cannot_answer_and_what_is_no_approval_is_not_told() -> None:
    assert kinds(running(), e.Waited(E_MAIL)) == []
    assert kinds(running(), e.Progressed(("Half",)), e.Completed(ANSWER)) == []
    assert kinds(waiting(), e.PollFailed(Failure(Trouble.UNAVAILABLE))) == []
    run = moved(waiting(policy=STRICT), e.Progressed())
    assert entries_of(run, run, NOON) == ()


@given(
    st.builds(
        Entry,
        st.sampled_from(Kind),
        TIMES,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        TEXT,
        st.dictionaries(TEXT, JSON, max_size=2),
    )
)
def test_an_entry_comes_back_and_always_reads_the_same(entry: Entry) -> None:
    assert decode_entry(encode_entry(entry)) == entry
    assert encode_entry(decode_entry(encode_entry(entry))) == encode_entry(entry)
