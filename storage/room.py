"""Whether there is room for one more run."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many runs are LIVE or QUEUED: in a thread, of a person; those in one state apart."""

    in_thread: int
    of_person: int
    apart: int


@dataclass(frozen=True, slots=True)
class Room:
    """Whether there is room for one more run; those in the state `apart` are counted apart.

    `check` runs within the transaction, on whatever thread that has: it must be pure.
    """

    apart: str
    check: Callable[[Crowd], None]
