"""How long to wait before the next try."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from bot.domain.retry import (
    LONGEST_AT_FIRST,
    Polling,
    first_interval,
    poll_interval,
    retry_delay,
    waiting_interval,
)
from tests.domain.examples import DAY, MINUTE, SECOND

POLLING = Polling()
CHANCES = st.floats(0, 1)
TIMES = st.timedeltas(timedelta(0), timedelta(days=40))
EVEN = 0.5  # neither early nor late
MICROSECOND = timedelta(microseconds=1)  # what rounding may add


@pytest.mark.parametrize(
    ("elapsed", "interval"),
    [
        (timedelta(0), SECOND),
        (SECOND, 2 * SECOND),
        (3 * SECOND, 2.75 * SECOND),
        (29 * SECOND, 2.75 * SECOND),
        (30 * SECOND, 4.5 * SECOND),
        (MINUTE, 9 * SECOND),
        (100 * SECOND, 15 * SECOND),
        (DAY, 15 * SECOND),
        (-MINUTE, SECOND),  # the clock was set back
    ],
)
def test_a_running_job_is_read_often_at_first_and_then_at_a_share_of_its_duration(
    elapsed: timedelta, interval: timedelta
) -> None:
    assert poll_interval(elapsed, POLLING, EVEN) == interval


@pytest.mark.parametrize(
    ("elapsed", "interval"),
    [
        (timedelta(0), SECOND),
        (0.9 * SECOND, SECOND),
        (SECOND, timedelta(0)),
        (DAY, timedelta(0)),
        (-MINUTE, SECOND),  # the clock was set back
    ],
)
def test_a_job_that_has_just_begun_is_not_read_at_once(
    elapsed: timedelta, interval: timedelta
) -> None:
    assert first_interval(elapsed, POLLING, EVEN) == interval


@pytest.mark.parametrize(
    ("elapsed", "interval"),
    [
        (timedelta(0), 10 * SECOND),
        (MINUTE, 10 * SECOND),
        (10 * MINUTE, 90 * SECOND),
        (DAY, 2 * MINUTE),
    ],
)
def test_a_waiting_job_is_read_less_often(elapsed: timedelta, interval: timedelta) -> None:
    assert waiting_interval(elapsed, POLLING, EVEN) == interval


@pytest.mark.parametrize(
    ("troubled_for", "delay"),
    [
        (timedelta(0), SECOND),
        (10 * SECOND, 5 * SECOND),
        (DAY, 60 * SECOND),
    ],
)
def test_a_failed_request_is_made_again_later_the_longer_it_has_been_failing(
    troubled_for: timedelta, delay: timedelta
) -> None:
    assert retry_delay(troubled_for, EVEN) == delay


def test_the_bounds_of_a_delay_can_be_given() -> None:
    bounds = {"shortest": 2 * SECOND, "longest": 4 * SECOND}
    assert retry_delay(timedelta(0), EVEN, **bounds) == 2 * SECOND
    assert retry_delay(DAY, EVEN, **bounds) == 4 * SECOND


def test_chance_moves_a_delay_by_a_tenth_at_most() -> None:
    assert retry_delay(20 * SECOND, 0) == 9 * SECOND
    assert retry_delay(20 * SECOND, 1) == 11 * SECOND


@pytest.mark.parametrize("told", [None, timedelta(0), SECOND])
def test_a_retry_after_that_is_shorter_changes_nothing(told: timedelta | None) -> None:
    assert retry_delay(20 * SECOND, EVEN, told=told) == 10 * SECOND


@given(TIMES, CHANCES, TIMES)
def test_a_retry_after_is_always_honoured(
    troubled_for: timedelta, chance: float, told: timedelta
) -> None:
    assert retry_delay(troubled_for, chance, told=told) >= told


@given(TIMES, CHANCES)
def test_intervals_lie_between_their_bounds_give_or_take_a_tenth(
    elapsed: timedelta, chance: float
) -> None:
    for interval, low, high in (
        (poll_interval(elapsed, POLLING, chance), POLLING.shortest, POLLING.longest),
        (
            waiting_interval(elapsed, POLLING, chance),
            POLLING.waiting_shortest,
            POLLING.waiting_longest,
        ),
        (retry_delay(elapsed, chance), SECOND, MINUTE),
    ):
        assert 0.9 * low - MICROSECOND <= interval <= 1.1 * high + MICROSECOND


@given(TIMES, TIMES, CHANCES)
def test_the_next_try_is_never_sooner_after_a_longer_time(
    one: timedelta, other: timedelta, chance: float
) -> None:
    sooner, later = sorted((one, other))
    assert poll_interval(sooner, POLLING, chance) <= poll_interval(later, POLLING, chance)
    assert poll_interval(sooner, POLLING, chance, 20) <= poll_interval(later, POLLING, chance, 20)
    assert waiting_interval(sooner, POLLING, chance) <= waiting_interval(later, POLLING, chance)
    assert retry_delay(sooner, chance) <= retry_delay(later, chance)


@given(TIMES, CHANCES)
def test_an_answer_is_seen_within_seconds_or_about_a_sixth_of_its_own_duration_late(
    elapsed: timedelta, chance: float
) -> None:
    late = poll_interval(elapsed, POLLING, chance)
    assert late <= max(elapsed * POLLING.share, LONGEST_AT_FIRST) * 1.1 + MICROSECOND


@pytest.mark.parametrize("seconds", range(1, 31))
@pytest.mark.parametrize("jobs", [None, 1, 200])
def test_what_ends_within_half_a_minute_is_read_a_dozen_times_at_most(
    seconds: int, jobs: int | None
) -> None:
    elapsed, readings = timedelta(0), 0
    while elapsed < seconds * SECOND:
        elapsed += poll_interval(elapsed, Polling(), EVEN, jobs)
        readings += 1
    assert readings <= 12


@pytest.mark.parametrize(
    ("seconds", "jobs", "pause"),
    [
        (5, 20, 2.75),  # a dozen readings in the first half minute
        (20, 200, 2.75),
        (20, 5000, 5000 / 700),
        (120, 20, 1.5),
        (120, 200, 4.0),  # fifty readings a second are enough
        (120, 5000, 15.0),
        (800, 1, 10.0),
        (3600, 1, 15.0),
    ],
)
def test_while_few_jobs_run_their_answers_are_seen_soon(
    seconds: int, jobs: int, pause: float
) -> None:
    interval = poll_interval(timedelta(seconds=seconds), Polling(), EVEN, jobs)
    assert interval.total_seconds() == pytest.approx(pause)
