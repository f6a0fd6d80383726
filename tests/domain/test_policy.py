"""Who may do what: by table, policy by person by state, and closed by default."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.approval import Approval
from bot.domain.approval_policy import ASKER_ALONE, ApprovalPolicy, Stage
from bot.domain.job import Action
from bot.domain.policy import (
    Clicker,
    Permission,
    Refusal,
    may_ask_again,
    may_decide,
    may_stop,
    may_take_over,
)
from bot.domain.run import Run
from bot.domain.turn import Person
from tests.domain.examples import ANNA, BEN, CHLOE, DAN, FIRST, STRICT, decided, moved, waiting

RULES = [may_stop, may_ask_again]
Rule = Callable[[Run, Person], Permission]
MEMBER, OUTSIDER = Clicker(is_member=True), Clicker()


@pytest.mark.parametrize("rule", RULES)
def test_the_asker_may_stop_and_ask_again(rule: Rule) -> None:
    assert rule(waiting(), ANNA) == Permission(granted=True, who_may=(ANNA,))


STRANGERS = [
    BEN,
    Person("T2", ANNA.user),  # the same id in another workspace is somebody else
    Person(ANNA.workspace, ""),
    Person(ANNA.workspace, ANNA.user.lower()),
]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("person", STRANGERS, ids=lambda person: person.key)
def test_nobody_else_may_and_the_refusal_names_who_may(rule: Rule, person: Person) -> None:
    refused = Permission(granted=False, who_may=(ANNA,), why=Refusal.NOT_YOU)
    assert rule(waiting(), person) == refused


@pytest.mark.parametrize("rule", RULES)
def test_whoever_the_turn_says_asked_is_the_asker(rule: Rule) -> None:
    run = waiting()
    of_ben = replace(run, turn=replace(run.turn, asker=BEN))
    assert rule(of_ben, BEN).granted
    assert not rule(of_ben, ANNA).granted


def test_the_key_of_a_person_names_workspace_and_user() -> None:
    assert ANNA.key == "T1:U-ANNA"
    assert Person("T2", "U-ANNA").key != ANNA.key


# Who may decide

GROUP = ApprovalPolicy(stages=(Stage(groups=("S1",)),))
FOUR_EYES = ApprovalPolicy(stages=(Stage(people=(ANNA.user, BEN.user)),), not_the_asker=True)
NOT_ASKER_IN_GROUP = replace(GROUP, not_the_asker=True)
IN_FINANCE = ApprovalPolicy(channels=("C1",))
DIRECT = ApprovalPolicy(channels=("direct",))
NOBODY = ApprovalPolicy(stages=())

CASES = [
    (ASKER_ALONE, ANNA, OUTSIDER, "", None),
    (ASKER_ALONE, BEN, OUTSIDER, "", Refusal.NOT_YOU),
    (ASKER_ALONE, BEN, MEMBER, "", Refusal.NOT_YOU),  # of groups that nobody named
    (ASKER_ALONE, Person("T2", ANNA.user), OUTSIDER, "", Refusal.EXTERNAL),
    (ASKER_ALONE, Person("T1", ""), OUTSIDER, "", Refusal.NOT_YOU),
    (ASKER_ALONE, ANNA, Clicker(is_guest=True), "", Refusal.GUEST),
    (ASKER_ALONE, ANNA, Clicker(is_external=True), "", Refusal.EXTERNAL),
    (ASKER_ALONE, ANNA, Clicker(is_deactivated=True), "", Refusal.DEACTIVATED),
    (ASKER_ALONE, ANNA, Clicker(is_known=False), "", Refusal.UNCERTAIN),
    (STRICT, BEN, OUTSIDER, "", None),
    (STRICT, CHLOE, OUTSIDER, "", None),
    (STRICT, DAN, OUTSIDER, "", Refusal.NOT_YOU),  # not before his stage
    (GROUP, BEN, MEMBER, "", None),
    (GROUP, BEN, OUTSIDER, "", Refusal.NOT_YOU),  # has left the group
    (GROUP, BEN, Clicker(is_member=None), "", Refusal.UNCERTAIN),
    (GROUP, ANNA, MEMBER, "", None),
    (FOUR_EYES, ANNA, OUTSIDER, "", Refusal.ASKER),
    (FOUR_EYES, BEN, OUTSIDER, "", None),
    (NOT_ASKER_IN_GROUP, ANNA, MEMBER, "", Refusal.ASKER),
    (IN_FINANCE, ANNA, OUTSIDER, "C1", None),
    (IN_FINANCE, ANNA, OUTSIDER, "C2", Refusal.NOT_HERE),
    (IN_FINANCE, ANNA, OUTSIDER, "D1", Refusal.NOT_HERE),
    (DIRECT, ANNA, OUTSIDER, "D1", None),
    (DIRECT, ANNA, OUTSIDER, "C1", Refusal.NOT_HERE),
    (NOBODY, ANNA, MEMBER, "", Refusal.NOT_YOU),
]


def under(policy: ApprovalPolicy) -> tuple[Run, Approval]:
    run = waiting(policy=policy)
    return run, run.approvals[-1]


@pytest.mark.parametrize(("policy", "person", "clicker", "channel", "why"), CASES)
def test_who_may_decide_by_policy_and_person(
    policy: ApprovalPolicy, person: Person, clicker: Clicker, channel: str, why: Refusal | None
) -> None:
    run, approval = under(policy)
    permission = may_decide(run, approval, person, clicker, channel)
    assert permission.why is why
    assert permission.granted is (why is None)


STATES = [
    ("has approved", [decided(Action.APPROVE, by=BEN)], BEN, Refusal.VOTED),
    ("another has approved", [decided(Action.APPROVE, by=BEN)], CHLOE, None),
    (
        "their stage has come",
        [decided(Action.APPROVE, by=BEN), decided(Action.APPROVE, by=CHLOE)],
        DAN,
        None,
    ),
    (
        "their stage is over",
        [decided(Action.APPROVE, by=BEN), decided(Action.APPROVE, by=CHLOE)],
        ANNA,
        Refusal.NOT_YOU,
    ),
    ("handed it over", [e.Delegated(FIRST, 0, BEN, "U-EVE")], BEN, Refusal.NOT_YOU),
    (
        "got it back",
        [
            e.Delegated(FIRST, 0, BEN, "U-EVE"),
            e.Delegated(FIRST, 0, Person("T1", "U-EVE"), BEN.user),
        ],
        BEN,
        None,
    ),
    ("was handed it", [e.Delegated(FIRST, 0, BEN, "U-EVE")], Person("T1", "U-EVE"), None),
]


@pytest.mark.parametrize(("state", "history", "person", "why"), STATES, ids=[s[0] for s in STATES])
def test_who_may_decide_by_what_has_happened(
    state: str, history: list[e.Event], person: Person, why: Refusal | None
) -> None:
    del state
    policy = replace(STRICT, delegates=(*STRICT.delegates, BEN.user))
    run = moved(waiting(policy=policy), *history)
    assert may_decide(run, run.approvals[-1], person, OUTSIDER).why is why


def test_a_refusal_names_who_may_and_has_not_yet() -> None:
    run = moved(waiting(policy=STRICT), decided(Action.APPROVE, by=BEN))
    assert may_decide(run, run.approvals[-1], DAN, OUTSIDER).who_may == (ANNA, CHLOE)
    run = moved(waiting(), decided(Action.APPROVE))
    assert may_decide(run, run.approvals[-1], DAN, OUTSIDER).who_may == (ANNA,), "also afterwards"


@pytest.mark.parametrize(
    ("policy", "user", "may"),
    [
        (STRICT, "U-EVE", True),
        (STRICT, DAN.user, True),
        (STRICT, "U-FRED", False),
        (STRICT, BEN.user, False),  # decides anyway
        (replace(STRICT, may_delegate=False), "U-EVE", False),
        (replace(STRICT, delegates=()), DAN.user, True),  # named in another stage
        (replace(STRICT, delegates=()), "U-EVE", False),
        (replace(FOUR_EYES, may_delegate=True, delegates=(ANNA.user,)), ANNA.user, False),
    ],
)
def test_to_whom_a_decision_may_be_handed_over(
    policy: ApprovalPolicy, user: str, may: bool
) -> None:
    assert may_take_over(under(policy)[1], user) is may
