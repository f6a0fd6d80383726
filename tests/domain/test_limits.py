"""Each limit is reached by what it counts, and by nothing else."""

import pytest

from bot.domain.limits import Excess, Limits, Load

LIMITS = Limits(per_thread=3, per_person=4, approvals_per_person=5, in_all=6, characters=7)


@pytest.mark.parametrize(
    ("text", "load", "excess"),
    [
        ("1234567", Load(2, 3, 4, 5), None),
        ("12345678", Load(), Excess.LENGTH),
        ("x", Load(in_thread=3), Excess.THREAD),
        ("x", Load(of_person=4), Excess.PERSON),
        ("x", Load(waiting=5), Excess.APPROVALS),
        ("x", Load(in_all=6), Excess.EVERYBODY),
        ("x", Load(9, 9, 9, 9), Excess.THREAD),
    ],
)
def test_which_limit_is_passed(text: str, load: Load, excess: Excess | None) -> None:
    assert LIMITS.excess(text, load) is excess
