"""Policies: which one fits, what nobody could fulfil, and when people may be bothered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.approval_policy import (
    ASKER_ALONE,
    EVERYBODY,
    ApprovalPolicy,
    Policies,
    PolicyFor,
    Stage,
    WorkingHours,
    unfulfillable,
)
from bot.domain.job import Waiting, WaitingFor
from tests.domain.examples import DAY, HOUR, STRICT

PAY = Waiting(WaitingFor.DECISION, key="k", node="Pay", tool="PAY_TOOL")
MANAGER = PolicyFor(ApprovalPolicy(stages=(Stage(), Stage(people=("U9",)))), manager_stages=(0,))


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (PolicyFor(STRICT), True),
        (PolicyFor(STRICT, "AP"), True),
        (PolicyFor(STRICT, "HR"), False),
        (PolicyFor(STRICT, tool="PAY_TOOL"), True),
        (PolicyFor(STRICT, tool="OTHER"), False),
        (PolicyFor(STRICT, "AP", node="Pay"), True),
        (PolicyFor(STRICT, "AP", node="Ship"), False),
    ],
)
def test_a_policy_is_for_a_team_a_tool_or_a_node(rule: PolicyFor, fits: bool) -> None:
    chosen = Policies((rule,)).choose("AP", PAY, "U1")
    assert chosen == (STRICT if fits else ASKER_ALONE)


def test_the_first_that_fits_counts() -> None:
    narrow = replace(STRICT, name="narrow")
    rules = (PolicyFor(narrow, node="Pay"), PolicyFor(STRICT))
    assert Policies(rules).choose("AP", PAY, "U1") == narrow


def test_a_manager_is_filled_in_for_who_asks() -> None:
    policies = Policies((MANAGER,), (("U1", "U2"),))
    assert policies.choose("AP", PAY, "U1").stages[0].people == ("U2",)
    assert policies.choose("AP", PAY, "U3").stages[0].people == (), "nobody, rather than anybody"


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        (PolicyFor(ApprovalPolicy(stages=())), "no stages"),
        (PolicyFor(ApprovalPolicy(stages=(Stage(),))), "names nobody"),
        (PolicyFor(ApprovalPolicy(not_the_asker=True)), "but the asker, who may not"),
        (PolicyFor(ApprovalPolicy(stages=(Stage(people=("U1", "U1"), quorum=2),))), "2 of 1"),
        (PolicyFor(ApprovalPolicy(stages=(Stage(asker=True, quorum=2),))), "2 of 1"),
        (
            PolicyFor(ApprovalPolicy(stages=(Stage(asker=True, escalate_after=HOUR),))),
            "nobody to escalate to",
        ),
        (PolicyFor(replace(STRICT, expires_after=HOUR)), "reminder comes after"),
        (
            PolicyFor(replace(STRICT, expires_after=2 * HOUR, reminders=())),
            "before the last stage has its turn",
        ),
        (
            PolicyFor(ApprovalPolicy(stages=(Stage(people=("U1",)), Stage(people=("U1",))))),
            "counts once",
        ),
    ],
)
def test_what_nobody_could_fulfil_is_said(rule: PolicyFor, says: str) -> None:
    assert any(says in each for each in unfulfillable(rule))


@pytest.mark.parametrize(
    "rule",
    [
        PolicyFor(ASKER_ALONE),
        PolicyFor(STRICT),
        MANAGER,
        PolicyFor(ApprovalPolicy(stages=(Stage(groups=("S1",), quorum=9),))),
        PolicyFor(ApprovalPolicy(stages=(Stage(people=("U1", "U2"), quorum=EVERYBODY),))),
        PolicyFor(ApprovalPolicy(stages=(Stage(asker=True, people=("U2",), quorum=2),))),
    ],
)
def test_what_somebody_could_fulfil_is_no_problem(rule: PolicyFor) -> None:
    assert list(unfulfillable(rule)) == []


HOURS = WorkingHours("09:00", "17:00", (0, 1, 2, 3, 4), "Europe/Berlin")


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in March 2026 (UTC+1); the 6th is a Friday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (berlin(6, 10), berlin(6, 10)),
        (berlin(6, 7), berlin(6, 9)),
        (berlin(6, 17), berlin(9, 9)),
        (berlin(7, 12), berlin(9, 9)),
        (berlin(8, 23), berlin(9, 9)),
    ],
)
def test_people_are_bothered_in_working_hours_alone(moment: datetime, opens: datetime) -> None:
    assert HOURS.next_open(moment) == opens
    assert ApprovalPolicy(working_hours=HOURS).at_work(moment) == opens
    assert ASKER_ALONE.at_work(moment) == moment


def test_hours_on_no_day_bother_nobody_later() -> None:
    assert replace(HOURS, days=()).next_open(berlin(6, 7)) == berlin(6, 7)


def test_the_clocks_change_within_working_hours_of_the_place() -> None:
    summer = datetime(2026, 3, 29, 20, tzinfo=UTC)  # the night in which Berlin goes to UTC+2
    assert HOURS.next_open(summer) == datetime(2026, 3, 30, 7, tzinfo=UTC)
    assert HOURS.next_open(summer) - summer < DAY
