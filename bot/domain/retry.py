"""How long to wait before the next try. Chance is given from outside, between 0 and 1."""

from dataclasses import dataclass
from datetime import timedelta

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Polling:
    """How often a job's status is read.

    In its first half minute a job is read after one second, three, and then every three or so: an
    answer is a second or two late, after a dozen readings at most. Then the interval is a share of the
    time that the job has run, so that an hour's work costs few requests. While the job waits for
    people, the interval lies between the two `waiting` bounds.
    """

    shortest: timedelta = timedelta(seconds=1)
    longest: timedelta = timedelta(seconds=15)
    share: float = 0.15
    waiting_shortest: timedelta = timedelta(seconds=10)
    waiting_longest: timedelta = timedelta(minutes=2)


# At first the interval is the time so far and more, up to a bound: a dozen readings in all.
AT_FIRST = timedelta(seconds=30)
SHARE_AT_FIRST = 2
LONGEST_AT_FIRST = timedelta(seconds=2.75)
READINGS_AT_MOST = 700  # a second, however many jobs run
# Later, while few jobs run, an answer shall be seen within two seconds, and after some minutes of work
# within an eightieth of its duration; so many readings a second may that cost.
CURRENT = timedelta(milliseconds=1500)
CURRENT_SHARE = 1 / 80
READINGS_A_SECOND = 50


def poll_interval(
    elapsed: timedelta, polling: Polling, chance: float, jobs: int | None = None
) -> timedelta:
    """The time until the status of a running job is read again, plus or minus a tenth.

    `jobs` is how many are read at present; None stands for many.
    """
    longest = polling.longest
    if jobs is not None:
        granted = timedelta(seconds=jobs / READINGS_A_SECOND)
        longest = min(longest, max(CURRENT, elapsed * CURRENT_SHARE, granted))
    share = polling.share
    if elapsed < AT_FIRST:
        share, spared = SHARE_AT_FIRST, timedelta(seconds=(jobs or 0) / READINGS_AT_MOST)
        longest = min(polling.longest, max(LONGEST_AT_FIRST, spared))
    longest = max(longest, polling.shortest)
    return _spread(_clamp(elapsed * share, polling.shortest, longest), chance)


def first_interval(elapsed: timedelta, polling: Polling, chance: float) -> timedelta:
    """The time until a job is read that nobody here has read yet.

    None where it runs for longer than the shortest interval, such as one that another process left.
    """
    if elapsed >= polling.shortest:
        return ZERO
    return poll_interval(ZERO, polling, chance)


def waiting_interval(elapsed: timedelta, polling: Polling, chance: float) -> timedelta:
    """The time until the status of a waiting job is read again, plus or minus a tenth."""
    return _spread(
        _clamp(elapsed * polling.share, polling.waiting_shortest, polling.waiting_longest), chance
    )


def retry_delay(
    troubled_for: timedelta,
    chance: float,
    *,
    told: timedelta | None = None,
    shortest: timedelta = timedelta(seconds=1),
    longest: timedelta = timedelta(seconds=60),
) -> timedelta:
    """The time until a failed request is made again: longer, the longer it has been failing.

    What the other side told us (Retry-After) is a lower bound.
    """
    delay = _spread(_clamp(troubled_for / 2, shortest, longest), chance)
    return max(delay, told) if told else delay


def _clamp(value: timedelta, low: timedelta, high: timedelta) -> timedelta:
    return min(max(value, low), high)


def _spread(value: timedelta, chance: float) -> timedelta:
    return value * (0.9 + 0.2 * chance)
