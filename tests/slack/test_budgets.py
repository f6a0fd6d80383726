"""What Slack grants: progress leaves room for what people wait for; told waits are kept."""

import pytest
from hypothesis import given, strategies as st

from bot.slack.budgets import MINUTE, OTHERS_PER_MINUTE, PER_MINUTE, SHARE_OF_PROGRESS, Budgets


def test_each_method_and_workspace_has_a_budget_of_its_own() -> None:
    budgets = Budgets()
    edits = budgets.of("chat.update", "T1")
    assert budgets.of("chat.update", "T1") is edits
    assert budgets.of("chat.update", "T2") is not edits
    assert budgets.of("chat.postMessage", "T1") is not edits
    assert edits.per_minute == 50
    assert budgets.of("some.method", "T1").per_minute == OTHERS_PER_MINUTE


def test_progress_stops_at_its_share_and_answers_do_not() -> None:
    budget = Budgets().of("chat.update", "T1")
    shown = 0
    while budget.until_progress(0.0) == 0:
        budget.spend(0.0)
        shown += 1
    assert shown == 50 * SHARE_OF_PROGRESS
    for _ in range(20):
        budget.spend(0.0)
    assert budget.left == 0


def test_progress_may_go_on_as_soon_as_the_budget_has_filled() -> None:
    budget = Budgets().of("chat.update", "T1")
    for number in range(30):
        budget.spend(float(number))
    wait = budget.until_progress(29.0)
    assert wait == pytest.approx(MINUTE - 29.0)
    assert budget.until_progress(29.0 + wait) == pytest.approx(0, abs=1e-9)
    assert budget.until_progress(29.0 + wait, 1) == pytest.approx(1.0), "one is promised"


def test_a_told_wait_is_kept_and_never_shortened() -> None:
    budget = Budgets().of("chat.update", "T1")
    budget.block(10.0, 30.0)
    budget.block(11.0, 1.0)
    assert budget.blocked_until == 40.0
    assert budget.until_progress(12.0) == 28.0


def test_a_budget_never_holds_more_than_a_minute() -> None:
    budget = Budgets().of("chat.update", "T1")
    for now in (0.0, 30.0, 1000.0):
        budget.spend(now)
    assert budget.left == 49


@given(
    st.sampled_from([*PER_MINUTE, "other"]),
    st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=200),
)
def test_what_was_asked_for_as_progress_never_exceeds_its_share_of_a_minute(
    method: str, steps: list[tuple[float, bool]]
) -> None:
    budget = Budgets().of(method, "T1")
    now, progress = 0.0, []
    for pause, must in steps:
        now += pause
        if must:
            budget.spend(now)
        elif budget.until_progress(now) == 0:
            budget.spend(now)
            progress.append(now)
        within = [each for each in progress if each > now - MINUTE]
        assert len(within) <= budget.per_minute * SHARE_OF_PROGRESS
        assert budget.left <= budget.per_minute
        assert budget.until_progress(now) >= 0
