"""`[[approval_policies]]`: read into the domain's words; what nobody could fulfil is refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.approval_policy import EVERYBODY, ApprovalPolicy, PolicyFor, Stage, WorkingHours
from bot.domain.job import Action
from bot.settings import read_settings
from bot.settings.policies import LONGEST, read_span
from tests.test_settings import GOOD, problems_of

WHOLE = """
[[approval_policies]]
name = "Payments"
agent_team = "FINANCE"
tool = "PAY"
node = "Approve payment"
not_the_asker = true
reasons = ["approve", "reject"]
confirm = true
channels = ["C1", "direct"]
expires_after = "3d"
reminders = ["1d", "30min"]
may_delegate = true
delegates = ["U5"]
working_hours = { begin = "08:30", end = "16:00", days = ["mon", "sun"], time_zone = "Europe/Berlin" }
[[approval_policies.stages]]
people = ["U1", "U2"]
groups = ["S1"]
quorum = "all"
escalate_after = "4h"
[[approval_policies.stages]]
manager = true

[managers]
U1 = "U2"
"""


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def rule_of(toml: str) -> PolicyFor:
    Path("bot.toml").write_text(toml, "utf-8")
    (policy,) = read_settings(GOOD).approval_policies
    return policy.rule()


def test_a_policy_is_read_whole() -> None:
    hour = timedelta(hours=1)
    policy = ApprovalPolicy(
        name="Payments",
        stages=(Stage(("U1", "U2"), ("S1",), quorum=EVERYBODY, escalate_after=4 * hour), Stage()),
        not_the_asker=True,
        reasons=(Action.APPROVE, Action.REJECT),
        confirm=True,
        channels=("C1", "direct"),
        expires_after=72 * hour,
        reminders=(hour / 2, 24 * hour),
        delegates=("U5",),
        may_delegate=True,
        working_hours=WorkingHours("08:30", "16:00", (0, 6), "Europe/Berlin"),
    )
    assert rule_of(WHOLE) == PolicyFor(policy, "FINANCE", "PAY", "Approve payment", (1,))


def test_without_stages_the_asker_alone_decides() -> None:
    assert rule_of("[[approval_policies]]").policy == ApprovalPolicy()


POLICY = "[[approval_policies]]\n"
STAGE = POLICY + "[[approval_policies.stages]]\n"


def test_a_policy_may_be_for_a_team_that_fusion_lists() -> None:
    searched = POLICY + 'agent_team = "OTHER"\n[agent_search]\nmode = "on"\n[nonsense]\n'
    assert not [each for each in problems_of(GOOD, searched) if "OTHER" in each]


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (POLICY + "not_the_asker = true", "stage 1 names nobody but the asker, who may not"),
        (STAGE, "stage 1 names nobody."),
        (STAGE + 'people = ["U1"]\nquorum = 2', "stage 1 wants 2 of 1"),
        (STAGE + 'people = ["U1"]\nquorum = 0', "stage 1 has a quorum of 0"),
        (STAGE + 'people = ["U1"]\nescalate_after = "1h"', "nobody to escalate to"),
        (
            STAGE + 'people = ["U1"]\n[[approval_policies.stages]]\npeople = ["U1"]',
            "stage 2 is for somebody who has approved before",
        ),
        (POLICY + "stages = []", "it has no stages"),
        (STAGE + "manager = true", "[managers] names none"),
        ('[managers]\nU1 = "U1"', "U1 is their own manager"),
        (POLICY + 'agent_team = "OTHER"', "agent_team OTHER is not offered"),
        (
            POLICY + 'expires_after = "1h"\nreminders = ["2h"]',
            "a reminder comes after it has expired",
        ),
        (
            POLICY
            + 'expires_after = "1h"\n[[approval_policies.stages]]\npeople = ["U1"]\n'
            + 'escalate_after = "1h"\n[[approval_policies.stages]]\npeople = ["U2"]',
            "it expires before the last stage has its turn",
        ),
        (POLICY + 'delegates = ["U1"]', "may_delegate is not true"),
        (POLICY + 'working_hours = { begin = "17:00" }', "begin before they end"),
        (POLICY + 'working_hours = { begin = "noon" }', "write times such as 09:00"),
        (POLICY + 'working_hours = { time_zone = "Mars" }', "Mars is no time zone"),
        (POLICY + "working_hours = { days = [] }", "name the days"),
    ],
)
def test_a_policy_that_nobody_can_fulfil_is_refused_in_words(toml: str, says: str) -> None:
    problems = problems_of(GOOD, toml)
    assert len(problems) == 1
    assert says in problems[0]


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        (STAGE + 'people = ["anna"]', "approval_policies.0.stages.0.people.0"),
        (STAGE + 'groups = ["U1"]', "approval_policies.0.stages.0.groups.0"),
        (
            STAGE + 'quorum = "most"',
            "approval_policies.0.stages.0.quorum: write a whole number, or",
        ),
        (POLICY + 'expires_after = "soon"', "approval_policies.0.expires_after"),
        (POLICY + 'reasons = ["maybe"]', "approval_policies.0.reasons.0"),
        (POLICY + "typo = 1", "approval_policies.0.typo"),
    ],
)
def test_a_mistake_is_named_by_its_place(toml: str, where: str) -> None:
    assert any(each.startswith(f"bot.toml, {where}") for each in problems_of(GOOD, toml))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("30s", timedelta(seconds=30)),
        ("30min", timedelta(minutes=30)),
        (" 4 h ", timedelta(hours=4)),
        ("365d", LONGEST),
    ],
)
def test_spans_are_read(text: str, span: timedelta) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["", "0h", "1", "1.5h", "-1h", "1w", "366d", "9" * 30 + "s"])
def test_what_is_no_span_says_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=r"write a time span|the longest"):
        read_span(text)
