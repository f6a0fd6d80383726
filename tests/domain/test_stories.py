"""The record told as stories: how each approval stands or ended, and who brought that about."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.approval_policy import ASKER_ALONE, ApprovalPolicy
from bot.domain.audit import Entry, Kind, entries_of
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Action
from bot.domain.machine import advance
from bot.domain.run import Run
from bot.domain.stories import Ending, Story, stories
from tests.domain.examples import (
    ANNA,
    ANSWER,
    BEN,
    CHLOE,
    DAN,
    DAY,
    DRAFT,
    FIRST,
    NOON,
    PATIENCE,
    PAYMENT,
    STRICT,
    decided,
    running,
)

BENS, CHLOES = decided(Action.APPROVE, by=BEN), decided(Action.APPROVE, by=CHLOE)
DANS = replace(decided(Action.APPROVE, by=DAN, comment="within budget"), stage=1)
YES = decided(Action.APPROVE)
NO = decided(Action.REJECT, comment="wrong supplier")
REFUSED = e.ResumeRefused(Failure(Trouble.REFUSED))


def told(*events: Event, policy: ApprovalPolicy = ASKER_ALONE) -> Story:
    run: Run = running()
    entries: list[Entry] = []
    for number, event in enumerate((e.Waited(PAYMENT, policy), *events)):
        now = NOON + number * DAY if isinstance(event, e.TimeCame) else NOON
        after, _ = advance(run, event, now, PATIENCE)
        entries += entries_of(run, after, now)
        run = after
    (story,) = stories(entries)
    return story


@pytest.mark.parametrize(
    ("events", "ending"),
    [
        ((), Ending.OPEN),
        ((YES,), Ending.DECIDING),
        ((YES, e.Resumed()), Ending.APPROVED),
        ((NO, e.Resumed()), Ending.REJECTED),
        ((NO, REFUSED), Ending.OPEN),
        ((NO, REFUSED, YES, e.Resumed()), Ending.APPROVED),
        ((e.Stopped(ANNA),), Ending.CANCELLED),
        ((e.Completed(ANSWER),), Ending.ELSEWHERE),
    ],
)
def test_how_an_approval_stands_or_ended(events: tuple[Event, ...], ending: Ending) -> None:
    assert told(*events).outcome is ending


def test_who_asked_who_approved_who_decided_and_why() -> None:
    story = told(BENS, CHLOES, DANS, e.Resumed(), policy=STRICT)
    assert (story.what, story.agent_team) == ("Pay 4711?", "AP_TEAM")
    assert (story.asked_by, story.asked_at) == (ANNA.key, NOON)
    assert story.approved_by == (BEN.key, CHLOE.key, DAN.key)
    assert (story.decided_by, story.decided_at, story.reason) == (DAN.key, NOON, "within budget")
    assert [each.kind.value for each in story.entries] == [
        "requested", "clicked", "clicked", "clicked", "decided", "confirmed",
    ]  # fmt: skip


def test_a_decision_that_did_not_come_about_is_nobodys() -> None:
    story = told(BENS, CHLOES, DANS, REFUSED, policy=STRICT)
    assert (story.decided_by, story.decided_at, story.as_whom) == ("", None, "")
    assert story.approved_by == (BEN.key, CHLOE.key)


def test_expiry_is_no_decision() -> None:
    story = told(e.TimeCame(), e.TimeCame(), e.TimeCame(), policy=STRICT)
    assert (story.outcome, story.decided_by) == (Ending.EXPIRED, "")
    assert story.last_at == NOON + 3 * DAY


def test_a_reply_and_as_whom_it_was_sent() -> None:
    run = running()
    entries: list[Entry] = []
    for event in (e.Waited(DRAFT), decided(Action.REPLY, comment="cheaper"), None, e.Resumed()):
        if event is None:
            entries.append(Entry(Kind.SENT, NOON, run.id, FIRST, ANNA.key, as_whom="anna@x.com"))
            continue
        after, _ = advance(run, event, NOON, PATIENCE)
        entries += entries_of(run, after, NOON)
        run = after
    (story,) = stories(entries)
    assert (story.outcome, story.reason, story.as_whom) == (Ending.REPLIED, "cheaper", "anna@x.com")


def test_each_approval_has_a_story_and_a_beginning_that_was_lost_does_not_matter() -> None:
    shown = Entry(Kind.SHOWN, NOON, "run", "b")
    lost = Entry(Kind.CONFIRMED, NOON, "run", "a", trace_id="trace")
    asked = Entry(Kind.REQUESTED, NOON, "run", "b", ANNA.key)
    first, second = stories([lost, shown, asked])
    assert (first.approval, first.asked_by, first.trace_id) == ("a", "", "trace")
    assert first.outcome is Ending.ELSEWHERE
    assert (second.approval, second.asked_by, second.entries) == ("b", ANNA.key, (shown, asked))
    assert stories([]) == []
