"""Who may do what to a run: the asker, and nobody else."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.policy import Permission, may_ask_again, may_decide, may_stop
from bot.domain.run import Run
from bot.domain.turn import Person
from tests.domain.examples import ANNA, BEN, waiting

RULES = [may_decide, may_stop, may_ask_again]
Rule = Callable[[Run, Person], Permission]


@pytest.mark.parametrize("rule", RULES)
def test_the_asker_may(rule: Rule) -> None:
    assert rule(waiting(), ANNA) == Permission(granted=True, who_may=(ANNA,))


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "person",
    [
        BEN,
        Person("T2", ANNA.user),  # the same id in another workspace is somebody else
        Person(ANNA.workspace, ""),
        Person(ANNA.workspace, ANNA.user.lower()),
    ],
    ids=lambda person: person.key,
)
def test_nobody_else_may_and_the_refusal_names_who_may(rule: Rule, person: Person) -> None:
    assert rule(waiting(), person) == Permission(granted=False, who_may=(ANNA,))


@pytest.mark.parametrize("rule", RULES)
def test_whoever_the_turn_says_asked_is_the_asker(rule: Rule) -> None:
    run = waiting()
    of_ben = replace(run, turn=replace(run.turn, asker=BEN))
    assert rule(of_ben, BEN).granted
    assert not rule(of_ben, ANNA).granted


def test_the_key_of_a_person_names_workspace_and_user() -> None:
    assert ANNA.key == "T1:U-ANNA"
    assert Person("T2", "U-ANNA").key != ANNA.key
