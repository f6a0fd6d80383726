"""Plays of deciding together: votes, stages, hand-overs, reminders, escalation, and the end."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState, Reopened
from bot.domain.approval_policy import EVERYBODY, ApprovalPolicy, Stage, WorkingHours
from bot.domain.events import Failure, Trouble
from bot.domain.job import Action
from bot.domain.machine import IllegalEvent, abandons_job, advance
from bot.domain.run import Run, State
from bot.domain.timing import due_at
from tests.domain.examples import (
    ANNA,
    BEN,
    CHLOE,
    DAN,
    DAY,
    FIRST,
    HOUR,
    NOON,
    PATIENCE,
    SECOND,
    STRICT,
    TIMER,
    decided,
    moved,
    running,
    waiting,
)
from tests.domain.plays import NOTHING, POLL, RESUME, SHOW, play, too_late

TIME = e.TimeCame()
BENS, CHLOES = decided(Action.APPROVE, by=BEN), decided(Action.APPROVE, by=CHLOE)
DANS = replace(decided(Action.APPROVE, by=DAN), stage=1)


def strict() -> Run:
    return waiting(policy=STRICT)


def last(run: Run) -> Approval:
    return run.approvals[-1]


def test_two_of_three_then_one_more() -> None:
    run = play(
        strict(),
        [
            (SECOND, BENS, State.WAITING, SHOW),
            (SECOND, CHLOES, State.WAITING, SHOW),
            (SECOND, DANS, State.RESUMING, RESUME),
            (SECOND, e.Resumed(), State.RUNNING, POLL),
        ],
    )
    assert last(run).voted == (BEN.user, CHLOE.user, DAN.user)
    assert last(run).decision == DANS.decision
    assert last(run).state is ApprovalState.DECIDED


def test_one_rejection_is_enough_however_many_have_approved() -> None:
    no = decided(Action.REJECT, by=CHLOE, comment="twice the price")
    run = play(
        strict(), [(SECOND, BENS, State.WAITING, SHOW), (SECOND, no, State.RESUMING, RESUME)]
    )
    assert last(run).decision == no.decision


def test_nobody_counts_twice_and_nobody_before_their_stage() -> None:
    run = moved(strict(), BENS)
    assert too_late(run, BENS, DANS)
    assert too_late(moved(run, CHLOES), BENS, CHLOES, decided(Action.APPROVE, by=ANNA))


def test_everybody_means_everybody() -> None:
    both = ApprovalPolicy(stages=(Stage(people=(BEN.user, CHLOE.user), quorum=EVERYBODY),))
    run = moved(waiting(policy=both), BENS)
    assert run.state is State.WAITING
    assert last(run).quorum == 2
    assert moved(run, CHLOES).state is State.RESUMING


def test_who_came_later_does_not_stand_in_for_everybody() -> None:
    policy = ApprovalPolicy(stages=(Stage(groups=("S1",), quorum=EVERYBODY),))
    found = e.MembersFound(FIRST, 0, (BEN.user, CHLOE.user))
    late = decided(Action.APPROVE, by=DAN)  # has joined the group since
    run = moved(waiting(policy=policy), found, late, BENS)
    assert run.state is State.WAITING
    assert (last(run).approvals_here, last(run).quorum) == (2, 3)
    assert moved(run, CHLOES).state is State.RESUMING


def test_who_approved_before_is_not_waited_for_again() -> None:
    stages = (Stage(people=(BEN.user,)), Stage(people=(BEN.user, DAN.user), quorum=EVERYBODY))
    run = moved(waiting(policy=ApprovalPolicy(stages=stages)), BENS)
    assert (last(run).stage, last(run).quorum) == (1, 1)
    assert moved(run, DANS).state is State.RESUMING


def test_a_later_stage_is_told_however_many_were_told_before() -> None:
    crowd = tuple(f"U-{number}" for number in range(80))
    stages = (Stage(groups=("S1",), escalate_after=HOUR), Stage(people=(DAN.user,)))
    run = moved(waiting(policy=ApprovalPolicy(stages=stages)), e.MembersFound(FIRST, 0, crowd))
    assert len(last(run).told) == 50
    after, _ = advance(run, TIME, NOON + HOUR, PATIENCE)
    assert last(after).told[50:] == (DAN.user,)


def test_what_has_expired_cannot_be_approved_before_anybody_looks_after_it() -> None:
    handed = e.Delegated(FIRST, 0, BEN, "U-EVE")
    for event in (BENS, handed):
        advance(strict(), event, NOON + 3 * DAY - SECOND, PATIENCE)
        with pytest.raises(IllegalEvent):
            advance(strict(), event, NOON + 3 * DAY, PATIENCE)


def test_the_members_of_a_group_are_looked_up_before_it_can_be_said_how_many_they_are() -> None:
    policy = ApprovalPolicy(stages=(Stage(groups=("S1",), quorum=EVERYBODY),), not_the_asker=True)
    run = waiting(policy=policy)
    assert last(run).wants_members
    assert due_at(run) == NOON
    assert too_late(run, BENS)
    found = e.MembersFound(FIRST, 0, (ANNA.user, BEN.user, CHLOE.user))
    run = moved(run, found)
    assert last(run).deciders == (BEN.user, CHLOE.user), "the asker may not"
    assert last(run).told == (BEN.user, CHLOE.user)
    assert due_at(run) is None
    assert moved(run, BENS, CHLOES).state is State.RESUMING


def test_a_decision_is_handed_over_and_counts_once() -> None:
    handed = e.Delegated(FIRST, 0, BEN, "U-EVE")
    run = play(strict(), [(SECOND, handed, State.WAITING, SHOW)])
    assert last(run).deciders == (ANNA.user, "U-EVE", CHLOE.user)
    assert "U-EVE" in last(run).told
    assert too_late(run, handed, e.Delegated(FIRST, 0, CHLOE, "U-EVE"))
    assert too_late(run, e.Delegated(FIRST, 0, DAN, "U-FRED"))


@pytest.mark.parametrize("stage", [1, 2])
def test_what_is_meant_for_another_stage_changes_nothing(stage: int) -> None:
    run = strict()
    for event in (
        replace(BENS, stage=stage),
        e.MembersFound(FIRST, stage, ()),
        e.Delegated(FIRST, stage, BEN, "U-EVE"),
        replace(BENS, approval_id="run-9"),
    ):
        with pytest.raises(IllegalEvent):
            advance(run, event, NOON, PATIENCE)


def test_people_are_reminded_once_for_each_time_that_comes() -> None:
    calm = replace(STRICT, stages=STRICT.stages[1:])
    run = waiting(policy=calm)
    assert due_at(run) == NOON + HOUR
    run = play(
        run,
        [
            (HOUR - SECOND, TIME, State.WAITING, NOTHING),
            (SECOND, TIME, State.WAITING, SHOW),
            (SECOND, TIME, State.WAITING, NOTHING),
            (DAY, TIME, State.WAITING, SHOW),
        ],
    )
    assert [each.whom for each in last(run).reminders] == [(DAN.user,), (DAN.user,)]
    assert due_at(run) == NOON + 3 * DAY


def test_after_an_outage_people_are_reminded_once_and_not_for_all_that_was_missed() -> None:
    calm = replace(STRICT, stages=STRICT.stages[1:])
    run = play(waiting(policy=calm), [(2 * DAY, TIME, State.WAITING, SHOW)])
    assert len(last(run).reminders) == 1
    assert last(run).reminded == 2


def test_what_one_stage_does_not_decide_the_next_one_does() -> None:
    run = play(
        strict(),
        [
            (SECOND, BENS, State.WAITING, SHOW),
            (HOUR, TIME, State.WAITING, SHOW),  # a reminder
            (3 * HOUR, TIME, State.WAITING, SHOW),
        ],
    )
    assert (last(run).stage, [each.stage for each in last(run).escalations]) == (1, [0])
    assert last(run).deciders == (DAN.user,)
    assert too_late(run, CHLOES)
    assert moved(run, DANS).state is State.RESUMING


def test_what_nobody_decides_in_time_is_not_approved() -> None:
    run = play(strict(), [(3 * DAY, TIME, State.EXPIRED, SHOW)])
    assert last(run).state is ApprovalState.EXPIRED
    assert run.failure == Failure(Trouble.NOT_DECIDED)
    assert abandons_job(strict(), run), "the job may still wait: its conversation ends"
    assert too_late(run, BENS, DANS)


def test_reminders_and_escalation_wait_for_working_hours_and_the_end_does_not() -> None:
    hours = WorkingHours("14:00", "16:00", (0, 1, 2, 3, 4), "UTC")
    run = waiting(policy=replace(STRICT, working_hours=hours))  # at noon, a Monday
    assert due_at(run) == NOON + 2 * HOUR
    run = play(run, [(2 * HOUR, TIME, State.WAITING, SHOW)])
    assert due_at(run) == NOON + DAY + 2 * HOUR, "escalation at 16:00 is put off to Tuesday"
    late = replace(STRICT, working_hours=replace(hours, days=(6,)))
    assert due_at(waiting(policy=late)) == NOON + 3 * DAY


def test_a_decision_that_did_not_come_about_is_asked_of_the_last_decider_again() -> None:
    run = moved(strict(), BENS, CHLOES, DANS)
    run = moved(run, e.ResumeRefused(Failure(Trouble.REFUSED)))
    assert last(run).reopened is Reopened.NOT_DELIVERED
    assert last(run).voted == (BEN.user, CHLOE.user)
    assert moved(run, DANS).state is State.RESUMING


def test_time_brings_nothing_to_what_is_being_delivered() -> None:
    run = moved(waiting(policy=replace(STRICT, stages=STRICT.stages[1:])), replace(DANS, stage=0))
    assert run.state is State.RESUMING
    assert due_at(run) is None
    assert too_late(run, TIME)


def test_time_brings_nothing_to_a_wait_that_nobody_decides() -> None:
    run = moved(running(), e.Waited(TIMER))
    assert due_at(run) is None
    play(run, [(DAY, TIME, State.WAITING, NOTHING)])


def test_a_new_wait_has_a_policy_of_its_own() -> None:
    run = moved(strict(), e.Waited(replace(last(strict()).waiting, key="other")))
    assert last(run).policy != STRICT
    assert last(run).stage == 0
